"""AUTH with PLAIN and LOGIN (RFC 4954, RFC 4616), with or without an initial response."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.errors import Situation
from mailproof_server.protocols.smtp.session import PROTOCOL, Session
from mailproof_server.wire.sasl import (
    CANCEL,
    LOGIN_PASSWORD,
    LOGIN_USERNAME,
    SaslError,
    decode_base64,
    decode_initial_response,
    parse_login,
    parse_plain,
    prepare,
)
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.reply import Reply


@command(b"AUTH", needs_hello=True, keywords=lambda _server: ("AUTH PLAIN LOGIN",), situation=Situation.LOGIN)
async def auth(session: Session, line: CommandLine) -> Reply:
    if session.principal is not None:
        return replies.ALREADY_AUTHENTICATED
    if not session.is_extended:
        return replies.HELLO_FIRST
    mechanism, _, initial = line.argument.partition(b" ")
    if not mechanism:
        return replies.ARGUMENT_NEEDED
    try:
        match mechanism.upper():
            case b"PLAIN":
                authorize, user, password = parse_plain(await _answer(session, b"", initial))
            case b"LOGIN":
                authorize = ""
                user = prepare(parse_login(await _answer(session, LOGIN_USERNAME, initial)))
                password = parse_login(await _answer(session, LOGIN_PASSWORD, b""))
            case _:
                return replies.UNKNOWN_MECHANISM
    except SaslError:
        return replies.BAD_CREDENTIALS_SYNTAX
    principal = await session.services.credentials.authenticate(
        user, password, protocol=PROTOCOL, address=session.stream.peer.host, authorize=authorize
    )
    session.signed_in_as(principal)
    return replies.AUTHENTICATED


async def _answer(session: Session, challenge: bytes, initial: bytes) -> bytes:
    """The initial response if there is one, else the answer to the challenge. Raises WireError, SaslError."""
    if initial:
        return _decoded(initial, is_initial=True)
    answer = await session.challenge(challenge)
    if answer == CANCEL:
        # RFC 4954 §4: "If the server receives such a response, it MUST reject the AUTH command by sending a 501 reply."
        raise WireError(replies.AUTH_CANCELLED)
    return _decoded(answer, is_initial=False)


def _decoded(answer: bytes, *, is_initial: bool) -> bytes:
    try:
        return decode_initial_response(answer) if is_initial else decode_base64(answer)
    except SaslError:
        raise WireError(replies.BAD_BASE64) from None

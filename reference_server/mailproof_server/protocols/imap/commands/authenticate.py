"""AUTHENTICATE PLAIN, with or without an initial response (RFC 9051 6.2.2, RFC 4616, SASL-IR RFC 4959)."""

from mailproof_server.protocols.imap.command import Reply, State, bad, command, no
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.sign_in import sign_in
from mailproof_server.wire.imap.session import decode_sasl, parse_authenticate
from mailproof_server.wire.imap.stream import CommandLine
from mailproof_server.wire.sasl import SaslError, parse_plain

MAX_RESPONSE_BYTES = 12_288
"""RFC 4954 4 sets this length for the same exchange over SMTP."""


@command(b"AUTHENTICATE", State.NOT_AUTHENTICATED, capability=b"AUTH=PLAIN", extra=(b"SASL-IR",))
async def authenticate(session: Session, line: CommandLine) -> Reply:
    args = parse_authenticate(session.parser(line))
    if args.mechanism != b"PLAIN":
        return no(b"Unsupported authentication mechanism", b"CANNOT")
    response = args.initial_response
    if response is None:
        session.write(b"+ \r\n")
        encoded = await session.raw_line(MAX_RESPONSE_BYTES)
        if encoded is None:
            return bad(b"Authentication response too long")
        if encoded == b"*":
            # "If the client wishes to cancel an authentication exchange, it issues a line consisting of a single "*".
            # … the server MUST reject the AUTHENTICATE command by sending a tagged BAD response."
            return bad(b"Authentication cancelled")
        response = decode_sasl(encoded)
    try:
        authorize, user, password = parse_plain(response)
    except SaslError as error:
        return bad(str(error).encode("ascii", "replace"))
    return await sign_in(session, user, password, b"AUTHENTICATE completed", authorize)

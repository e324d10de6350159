"""Commands about the connection: LOGIN, AUTHENTICATE, ID, ENABLE, COMPRESS (RFC 3501 §6.2; 4959; 2971; 5161; 4978)."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.sasl import EMPTY_INITIAL_RESPONSE, SaslError, decode_base64

# The limits that RFC 2971 §3.3 sets for both sides.
_MAX_ID_FIELD_BYTES = 30
_MAX_ID_VALUE_BYTES = 1024
_MAX_ID_PAIRS = 30


@dataclass(frozen=True, slots=True)
class LoginArgs:
    """Octets as sent. `password` is a secret and stays out of repr."""

    username: bytes
    password: bytes

    def __repr__(self) -> str:
        return f"LoginArgs(username={self.username!r}, password=…)"


@dataclass(frozen=True, slots=True)
class AuthenticateArgs:
    """`mechanism` in upper case; `initial_response` is decoded: b"" for `=`, None when there was none (RFC 4959)."""

    mechanism: bytes
    initial_response: bytes | None

    def __repr__(self) -> str:
        return f"AuthenticateArgs(mechanism={self.mechanism!r}, initial_response=…)"


def parse_login(parser: Parser) -> LoginArgs:
    """The arguments of LOGIN, either of which may be a literal."""
    parser.sp()
    username = parser.astring()
    parser.sp()
    password = parser.astring()
    parser.end()
    return LoginArgs(username, password)


def parse_authenticate(parser: Parser) -> AuthenticateArgs:
    """The arguments of AUTHENTICATE."""
    parser.sp()
    mechanism = parser.atom().upper()
    initial_response = None
    if not parser.at_end():
        parser.sp()
        encoded = parser.text[parser.pos :]
        parser.pos = len(parser.text)
        initial_response = b"" if encoded == EMPTY_INITIAL_RESPONSE else decode_sasl(encoded, allow_empty=False)
    return AuthenticateArgs(mechanism, initial_response)


def decode_sasl(line: bytes, *, allow_empty: bool = True) -> bytes:
    """A base64 line of a SASL exchange; `WireError` for anything that is not base64."""
    if not line and not allow_empty:
        raise WireError("initial response expected")
    try:
        return decode_base64(line)
    except SaslError:
        raise WireError("invalid base64") from None


def parse_id(parser: Parser) -> tuple[tuple[bytes, bytes | None], ...]:
    """The pairs of ID in their order, names as sent; () for NIL."""
    parser.sp()
    if parser.take_keyword(b"NIL"):
        parser.end()
        return ()

    def pair() -> tuple[bytes, bytes | None]:
        field = parser.string()
        parser.sp()
        value = parser.nstring()
        if len(field) > _MAX_ID_FIELD_BYTES or len(value or b"") > _MAX_ID_VALUE_BYTES:
            raise WireError("ID field or value too long")
        return field, value

    pairs = parser.parenthesised(pair, allow_empty=True)
    parser.end()
    if len(pairs) > _MAX_ID_PAIRS:
        raise WireError("too many ID fields")
    # A field name may be sent once only (RFC 2971 §3.3).
    if len({field.lower() for field, _ in pairs}) != len(pairs):
        raise WireError("repeated ID field")
    return tuple(pairs)


def parse_enable(parser: Parser) -> tuple[bytes, ...]:
    """The capability names of ENABLE, at least one, in upper case, distinct, in their order."""
    names: list[bytes] = []
    while not names or not parser.at_end():
        parser.sp()
        names.append(parser.atom().upper())
    return tuple(dict.fromkeys(names))


def parse_compress(parser: Parser) -> bytes:
    """The algorithm of COMPRESS in upper case; whether it is known is the session's to say."""
    parser.sp()
    algorithm = parser.atom().upper()
    parser.end()
    return algorithm

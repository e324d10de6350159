"""SASL messages of IMAP and SMTP: base64 framing, PLAIN and LOGIN (RFC 4422, RFC 4616, RFC 4648 section 4).

PLAIN carries `[authzid] NUL authcid NUL passwd` in UTF-8. The two names come back prepared for comparison by SASLprep
(RFC 4013), the password as it was sent: what is stored of it was not prepared either.
"""

import binascii
import stringprep
import unicodedata
from typing import Final

#: The client's way to give an exchange up (RFC 3501 section 6.2.2, RFC 4954 section 4).
CANCEL: Final = b"*"
#: An initial response that is present and empty (RFC 4959 section 3, RFC 4954 section 4).
EMPTY_INITIAL_RESPONSE: Final = b"="
#: Challenges of the LOGIN mechanism, base64 of "Username:" and "Password:": clients look for just these words.
LOGIN_USERNAME: Final = b"VXNlcm5hbWU6"
LOGIN_PASSWORD: Final = b"UGFzc3dvcmQ6"


class SaslError(ValueError):
    """The client's message breaks the grammar; the text says how and never repeats what was sent."""


def decode_base64(line: bytes) -> bytes:
    """The octets of one base64 line, read strictly: no white space, no foreign octet, exact padding, nothing after it.

    Args:
        line: a response without its CRLF; the empty line is the empty response.

    Raises:
        SaslError: the line is no base64.
    """
    try:
        return binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        # The cause would quote the line, and the line may hold a password.
        raise SaslError("the response is not valid base64") from None


def decode_initial_response(argument: bytes) -> bytes:
    """As `decode_base64`, for the argument of AUTHENTICATE or AUTH, where "=" stands for an empty response."""
    return b"" if argument == EMPTY_INITIAL_RESPONSE else decode_base64(argument)


def encode_base64(octets: bytes) -> bytes:
    """A challenge as one base64 line."""
    return binascii.b2a_base64(octets, newline=False)


def parse_plain(message: bytes) -> tuple[str, str, str]:
    """The authorization identity, authentication identity and password of a PLAIN message.

    Args:
        message: the decoded response.

    Returns:
        Three texts; the first is empty when the client acts as itself.

    Raises:
        SaslError: not three fields, an empty authentication identity or password, no UTF-8, or names that cannot be
            prepared.
    """
    fields = message.split(b"\0")
    if len(fields) != 3:
        raise SaslError("a PLAIN message has three fields separated by NUL")
    try:
        authzid, authcid, password = (field.decode() for field in fields)
    except UnicodeDecodeError:
        raise SaslError("a PLAIN message is UTF-8") from None
    # RFC 4954 section 4: where "preparation of the authorization identity fails or results in an empty string (unless
    # it was transmitted as the empty string), the server MUST fail the authentication".
    if authzid and not prepare(authzid):
        raise SaslError("an authorization identity is empty when prepared")
    authzid, authcid = prepare(authzid), prepare(authcid)
    # RFC 4616 section 2: authcid and passwd are 1*SAFE, at least one character.
    if not authcid:
        raise SaslError("a PLAIN message names an authentication identity")
    if not password:
        raise SaslError("a PLAIN message carries a password")
    return authzid, authcid, password


_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepare(name: str) -> str:
    """A name by SASLprep (RFC 4013): odd spaces and invisible characters go, compatibility forms are one.

    Raises:
        SaslError: the name holds what no name may hold.
    """
    if name.isascii() and name.isprintable():
        return name
    mapped = (" " if stringprep.in_table_c12(each) else each for each in name if not stringprep.in_table_b1(each))
    prepared = unicodedata.normalize("NFKC", "".join(mapped))
    if any(prohibited(each) for each in prepared for prohibited in _PROHIBITED):
        raise SaslError("a name holds a character that none may hold")
    # RFC 3454 section 6: right-to-left text stands by itself, and at both ends.
    if any(map(stringprep.in_table_d1, prepared)) and (
        any(map(stringprep.in_table_d2, prepared))
        or not (stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1]))
    ):
        raise SaslError("a name mixes directions of writing")
    return prepared


def parse_login(message: bytes) -> str:
    """One answer of the LOGIN mechanism: the user name or the password.

    Raises:
        SaslError: the answer is empty, is not UTF-8 or holds NUL.
    """
    if not message or b"\0" in message:
        raise SaslError("a LOGIN answer is text without NUL")
    try:
        return message.decode()
    except UnicodeDecodeError:
        raise SaslError("a LOGIN answer is UTF-8") from None

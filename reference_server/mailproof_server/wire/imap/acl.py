"""SETACL, DELETEACL, GETACL, LISTRIGHTS, MYRIGHTS (RFC 4314)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.sasl import SaslError, prepare

# "only lowercase ASCII letters and digits are allowed"
_RIGHTS = re.compile(rb"([+-]?)([a-z0-9]*)")


class RightsMode(enum.Enum):
    """`rights`, `+rights`, `-rights`."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


_MODES = {b"": RightsMode.REPLACE, b"+": RightsMode.ADD, b"-": RightsMode.REMOVE}


@dataclass(frozen=True, slots=True)
class SetAclArgs:
    """`identifier` as sent (a leading `-` makes it negative rights); `rights` are single letters, possibly none."""

    mailbox: str
    identifier: str
    mode: RightsMode
    rights: frozenset[str]


@dataclass(frozen=True, slots=True)
class AclArgs:
    """DELETEACL and LISTRIGHTS."""

    mailbox: str
    identifier: str


def parse_set_acl(parser: Parser) -> SetAclArgs:
    """The arguments of SETACL. Which rights exist is the service's to say."""
    parser.sp()
    mailbox = parser.mailbox()
    parser.sp()
    identifier = _identifier(parser)
    parser.sp()
    match = _RIGHTS.fullmatch(parser.astring())
    if match is None:
        raise WireError("invalid rights")
    parser.end()
    return SetAclArgs(mailbox, identifier, _MODES[match[1]], frozenset(match[2].decode("ascii")))


def parse_acl(parser: Parser) -> AclArgs:
    """The arguments of DELETEACL and LISTRIGHTS. For GETACL and MYRIGHTS see `folders.parse_mailbox`."""
    parser.sp()
    mailbox = parser.mailbox()
    parser.sp()
    identifier = _identifier(parser)
    parser.end()
    return AclArgs(mailbox, identifier)


def _identifier(parser: Parser) -> str:
    """An identifier "is a UTF-8 string" (RFC 4314 §2).

    "If the preparation of the identifier fails or results in an empty string, the server MUST refuse to perform the
    command with a BAD response" (§3).
    """
    try:
        identifier = parser.astring().decode("utf-8")
    except UnicodeDecodeError:
        raise WireError("identifier is not UTF-8") from None
    try:
        prepared = prepare(identifier)
    except SaslError:
        raise WireError("identifier holds what no name may hold") from None
    if not prepared:
        raise WireError("empty identifier")
    return identifier

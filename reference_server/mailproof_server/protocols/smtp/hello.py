"""What EHLO and HELO have in common (RFC 5321 §4.1.1.1, §4.1.4)."""

import re

from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.path import MAX_DOMAIN_OCTETS, is_address_literal

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
"""A domain name, with the underscores that names of office computers have."""


def greet(session: Session, argument: bytes, *, extended: bool) -> None:
    """Note who the client says it is. Raises WireError for what is neither a name nor an address literal.

    Whether the name is true is not asked: §4.1.4 "the server MUST NOT refuse to accept a message on that basis".
    """
    name = argument.decode("ascii", "replace")
    if not (is_address_literal(name) or (_NAME.fullmatch(name) and len(name) <= MAX_DOMAIN_OCTETS)):
        raise WireError(replies.BAD_HELLO_NAME)
    session.hello = name
    session.is_extended = extended
    # §4.1.4: an EHLO later in the session means what RSET means.
    session.reset()

"""Messages whose header fields hold 8-bit characters, which not every client may append.

A server with UTF8=ACCEPT "MUST reject, with a "NO" response," the APPEND of such a message before the client has sent
ENABLE UTF8=ACCEPT (RFC 9755 section 4); another server takes it as it is.
"""

from __future__ import annotations

import re

from mailproof_suites.clients.imap import ImapClient

_HEADER_END = re.compile(rb"\n\r?\n")


def may_append(imap: ImapClient, message: bytes) -> None:
    """Enable UTF8=ACCEPT where the header of the message needs that; before any mailbox is selected."""
    end = _HEADER_END.search(message)
    if not message[: end.start() if end else None].isascii() and "UTF8=ACCEPT" in imap.capabilities:
        imap.enable("UTF8=ACCEPT")

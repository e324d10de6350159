"""What the METADATA cases do all the time: set and get entries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.case import ImapClient
from mailproof_suites.clients.imap import MetadataData

Get = Callable[..., dict[bytes, bytes]]


def entries(client: ImapClient, name: str, *wanted: str, options: str = "") -> dict[bytes, bytes]:
    """GETMETADATA: values by entry in lower case; those that are NIL or not told are left out."""
    extra = [f"({options})"] if options else []
    mailbox = client.mailbox(name) if name else '""'
    answer = client.command("GETMETADATA", *extra, mailbox, f"({' '.join(wanted)})").require_ok()
    return {
        entry.lower(): bytes(value)
        for data in answer.of(MetadataData)
        for entry, value in data.entries.items()
        if isinstance(value, bytes)
    }


@pytest.fixture
def get(imap: ImapClient, folder: str) -> Get:
    """`get(*entries, options="")`: values of the case's folder."""

    def run(*wanted: str, options: str = "") -> dict[bytes, bytes]:
        return entries(imap, folder, *wanted, options=options)

    return run

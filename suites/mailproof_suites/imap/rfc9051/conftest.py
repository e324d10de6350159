"""Fixtures of the base cases of IMAP: a client in IMAP4rev2 mode."""

import pytest

from mailproof_suites.case import ConnectImap, ImapClient


@pytest.fixture
def rev2(connect_imap: ConnectImap) -> ImapClient:
    """A connection of the case's own account that has enabled IMAP4rev2; the case declares `imap:IMAP4rev2`."""
    client = connect_imap()
    client.enable("IMAP4rev2")
    return client

"""Fixtures of the CONDSTORE and QRESYNC cases: a folder with messages, a client that enabled QRESYNC."""

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    """UIDs of four messages in the folder, which is left unselected by `imap`."""
    del imap
    return [append(folder) for _ in range(4)]


@pytest.fixture
def resync(connect_imap: ConnectImap) -> ImapClient:
    """A further connection that has enabled QRESYNC; the case declares `imap:QRESYNC`."""
    client = connect_imap()
    client.enable("QRESYNC")
    return client

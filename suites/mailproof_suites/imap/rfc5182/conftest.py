"""The folder of the SEARCHRES cases."""

import pytest

from mailproof_suites.case import Append, ImapClient


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    r"""UIDs of five messages, of which the second, fourth and fifth are \Flagged; the first of six was expunged."""
    append(folder, flags=[r"\Deleted"])
    made = [append(folder, flags=[r"\Flagged"] if number in (2, 4, 5) else []) for number in range(1, 6)]
    imap.select(folder)
    imap.expunge()
    return made

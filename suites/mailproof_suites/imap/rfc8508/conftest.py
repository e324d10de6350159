"""The fixture of the REPLACE cases: messages to replace."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient


@pytest.fixture
def uids(imap: ImapClient, folder: str, append: Append) -> list[int]:
    r"""UIDs of three messages in the selected folder; the third is \Deleted, and a fourth before them is gone."""
    append(folder, flags=[r"\Deleted"])
    made = [append(folder), append(folder)]
    imap.select(folder)
    imap.expunge()
    made.append(append(folder, flags=[r"\Deleted"]))
    imap.noop()
    return made

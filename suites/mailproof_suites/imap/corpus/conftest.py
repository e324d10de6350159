"""The corpus, one case for each message, and what "sane" means for the structure that a server tells of it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mailproof_fixtures.corpus import CorpusMessage, iter_messages
from mailproof_suites.case import ImapClient, expect

_LINE_END = re.compile(rb"\r\n|\r|\n")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `corpus_message` the bundled messages and those of `--corpus DIR`, with CRLF line ends."""
    if "corpus_message" in metafunc.fixturenames:
        found = list(iter_messages())
        if folder := metafunc.config.getoption("corpus"):
            found += iter_messages(Path(folder))
        whole = [CorpusMessage(each.name, _LINE_END.sub(b"\r\n", each.data)) for each in found]
        metafunc.parametrize("corpus_message", whole, ids=[each.name for each in whole])


@pytest.fixture
def check_structure() -> Callable[[ImapClient, int], None]:
    """`check_structure(imap, uid)`: ENVELOPE and BODYSTRUCTURE of a message in the selected mailbox make sense.

    The client's strict parser has the arities and types; here sizes are compared with what the parts hold.
    """
    return _check_structure


def _check_structure(imap: ImapClient, uid: int) -> None:
    data = imap.fetch(uid, "(ENVELOPE BODY BODYSTRUCTURE RFC822.SIZE)", uid=True).only()
    expect.given(data.envelope, "ENVELOPE")
    structure = expect.given(data.body_structure, "BODYSTRUCTURE")
    whole = expect.given(data.size_octets, "RFC822.SIZE")
    parts = [(number, part) for number, part in structure.walk() if number and not part.is_multipart]
    for number, part in parts:
        size = expect.given(part.size_octets, f"octets of part {number}")
        expect.that(size <= whole, f"octets of part {number}", expected=f"at most {whole}", actual=size)
        expect.that((part.lines or 0) <= size, f"lines of part {number}", expected=f"at most {size}", actual=part.lines)
    for first in range(0, len(parts), 50):
        group = parts[first : first + 50]
        items = " ".join(f"BODY.PEEK[{number}]" for number, _ in group)
        got = imap.fetch(uid, f"({items})", uid=True).only()
        for number, part in group:
            octets = got.get(f"BODY[{number}]") or b""
            expect.equal(
                len(octets), part.size_octets, f"octets in BODY[{number}], beside what BODYSTRUCTURE announces"
            )

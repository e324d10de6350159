"""The reader of message folders: which files count, and where one message of an mbox ends and the next begins."""

from pathlib import Path

import pytest

from mailproof_fixtures.corpus import BUNDLED, iter_messages, split_mbox


def test_the_bundled_corpus_is_whole() -> None:
    names = [message.name for message in iter_messages()]
    folders = {name.partition("/")[0] for name in names}
    assert folders == {"malformed", "own", "rfc", "thirdparty"}
    assert len(names) == len(set(names)) >= 69
    assert names == sorted(names)
    for licence in ("COPYING", "LICENSE.MIT", "README.md"):
        assert (BUNDLED / licence).is_file()


def test_our_own_messages_have_kept_their_line_ends() -> None:
    for message in iter_messages(BUNDLED / "own"):
        assert message.data.count(b"\n") == message.data.count(b"\r\n"), message.name


def test_files_are_taken_by_name_and_beginning(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.EML").write_bytes(b"Subject: b\r\n\r\nlf\nand crlf\r\n")
    (tmp_path / "a.mbox").write_bytes(b"From x\nSubject: 1\n\none\n\nFrom y\nSubject: 2\n\ntwo\n")
    (tmp_path / "Inbox").write_bytes(b"From x\nSubject: 3\n\n")
    (tmp_path / "notes.txt").write_bytes(b"no message")
    (tmp_path / "empty").write_bytes(b"")
    assert list(iter_messages(tmp_path)) == [
        ("Inbox#1", b"Subject: 3\n"),
        ("a.mbox#1", b"Subject: 1\n\none\n"),
        ("a.mbox#2", b"Subject: 2\n\ntwo\n"),
        ("deep/b.EML", b"Subject: b\r\n\r\nlf\nand crlf\r\n"),
    ]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        list(iter_messages(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", []),
        (b"no mbox\n", []),
        (b"From a\n", [b""]),
        (b"From a", [b""]),
        (b"From a\nX: 1\n\nb\n", [b"X: 1\n\nb\n"]),
        (b"From a\r\nX: 1\r\n\r\nb\r\n\r\nFrom c\r\nX: 2\r\n", [b"X: 1\r\n\r\nb\r\n", b"X: 2\r\n"]),
        # Not after an empty line: text.
        (b"From a\nX: 1\n\nb\nFrom here on\n", [b"X: 1\n\nb\nFrom here on\n"]),
        (b"From a\nX: 1\n\n>From b\n\n", [b"X: 1\n\n>From b\n"]),
        (b"From a\n\nFrom b\n\n\nc\n", [b"\n", b"\n\nc\n"]),
    ],
)
def test_mboxes_are_split(octets: bytes, expected: list[bytes]) -> None:
    assert list(split_mbox(octets)) == expected

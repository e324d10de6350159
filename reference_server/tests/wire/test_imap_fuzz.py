"""Whatever the bytes are, a grammar answers with a value or WireError, in time that grows with their number."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.imap import (
    acl,
    append,
    fetch,
    folders,
    metadata,
    notify,
    quota,
    search,
    select,
    session,
    sort,
    status,
    store,
)
from mailproof_server.wire.imap import list as list_
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.names import ListPattern, decode_mailbox
from mailproof_server.wire.imap.parse import Parser, parse_nothing
from mailproof_server.wire.imap.stream import NEED_DATA, CommandLine, CommandReader, Continuation

GRAMMARS: list[Callable[[Parser], object]] = [
    acl.parse_acl,
    acl.parse_set_acl,
    append.parse_append,
    append.parse_replace,
    folders.parse_create,
    folders.parse_mailbox,
    folders.parse_rename,
    lambda parser: fetch.parse_fetch(parser, uid=False),
    lambda parser: fetch.parse_fetch(parser, uid=True),
    list_.parse_list,
    list_.parse_lsub,
    metadata.parse_get_metadata,
    metadata.parse_set_metadata,
    notify.parse_notify,
    parse_nothing,
    quota.parse_get_quota,
    quota.parse_set_quota,
    search.parse_search,
    select.parse_select,
    session.parse_authenticate,
    session.parse_compress,
    session.parse_enable,
    session.parse_id,
    session.parse_login,
    sort.parse_sort,
    sort.parse_thread,
    status.parse_status,
    store.parse_copy,
    store.parse_store,
    store.parse_uid_expunge,
]


def refusal(parse: Callable[[Parser], object], parser: Parser) -> WireError | None:
    """The error that `parse` raises; any other exception passes through and fails the test."""
    try:
        parse(parser)
    except WireError as error:
        return error
    return None


# The words of all grammars, so that many examples get far before they fail.
WORDS = [
    b" ", b" ", b" ", b"(", b")", b"[", b"]", b"<", b">", b".", b",", b":", b"*", b"%", b"$", b"-", b"+", b"0", b"1",
    b"42", b"1:*", b"4294967296", b"99999999999999999999999", b'"', b'""', b'"x y"', b"\\", b"\\Seen", b"\\Foo",
    b"x", b"INBOX", b"&AOk-", b"&U", b"{3}\r\n", b"~{3}\r\n", b"{3+}\r\n", b"{", b"}", b"~", b"NIL", b"\r", b"\n",
    b"\0", b"\xff", b"\xc3\xa9", b'"\xc3\xa9"', b"FLAGS", b"BODY", b"BODY.PEEK[", b"HEADER.FIELDS", b"TEXT", b"MIME",
    b"BINARY[", b"PREVIEW", b"(LAZY)", b"ALL", b"PARTIAL", b"CHANGEDSINCE", b"VANISHED", b"UNCHANGEDSINCE",
    b"+FLAGS.SILENT", b"OR", b"NOT", b"SEEN", b"FROM", b"HEADER", b"MODSEQ", b'"/flags/x"', b"UID", b"BEFORE",
    b"1-Feb-1994", b'"17-Jul-1996 02:44:25 -0700"', b"CHARSET", b"UTF-8", b"RETURN", b"SAVE", b"REVERSE", b"DATE",
    b"REFERENCES", b"SUBSCRIBED", b"STATUS", b"MESSAGES", b"METADATA", b"/shared/x", b"DEPTH", b"MAXSIZE",
    b"infinity", b"QRESYNC", b"CONDSTORE", b"USE", b"\\Sent", b"UTF8", b"SET", b"NONE", b"SELECTED", b"SUBTREE",
    b"MessageNew", b"MessageExpunge", b"STORAGE", b"PLAIN", b"=", b"AGEAYg==",
]  # fmt: skip


@given(st.binary(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=25).map(b"".join), st.booleans(), st.data())
@settings(max_examples=200, deadline=None)
def test_only_wire_errors_come_out(text: bytes, utf8: bool, data: st.DataObject) -> None:
    literals = tuple(data.draw(st.lists(st.binary(max_size=5), max_size=2)))
    for parse in GRAMMARS:
        for prefix in (b"", b" "):
            error = refusal(parse, Parser(prefix + text, literals, utf8=utf8))
            assert error is None or re.fullmatch(r"[ -~]+", error.message)


# Commands that are right, to be broken in one place.
SOUND: list[tuple[int, bytes]] = [
    (8, b' 1:*,3 (UID BODY.PEEK[1.HEADER.FIELDS (From "X")]<0.9> PREVIEW (LAZY)) (CHANGEDSINCE 5 VANISHED)'),
    (9, b' (SUBSCRIBED REMOTE) "" (a% "b") RETURN (CHILDREN STATUS (SIZE) METADATA (/shared/a))'),
    (13, b" SET STATUS (SELECTED (MessageNew (UID) MessageExpunge)) (SUBTREE (a b) (MailboxName))"),
    (17, b' RETURN (MIN PARTIAL 1:9) CHARSET UTF-8 OR (FROM "x" NOT SEEN) UID $ BEFORE 1-Feb-1994'),
    (18, b" INBOX (QRESYNC (1 2 3:4 (1:2 3:4)) CONDSTORE)"),
    (28, b" 1:5 (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Seen $x)"),
    (2, b' x (\\Seen) "17-Jul-1996 02:44:25 -0700" {3}\r\n UTF8 (~{3}\r\n)'),
]


@given(st.sampled_from(SOUND), st.integers(0, 120), st.integers(0, 3), st.sampled_from(WORDS) | st.binary(max_size=2))
@settings(max_examples=200, deadline=None)
def test_one_broken_place(sound: tuple[int, bytes], position: int, removed: int, inserted: bytes) -> None:
    index, text = sound
    broken = text[:position] + inserted + text[position + removed :]
    refusal(GRAMMARS[index], Parser(broken, (b"lit", b"two")))


@pytest.mark.parametrize(("index", "text"), SOUND)
def test_the_sound_ones_are_sound(index: int, text: bytes) -> None:
    GRAMMARS[index](Parser(text, (b"lit", b"two")))


@given(st.lists(st.sampled_from([*WORDS, b"a ", b"b NOOP\r\n", b"\r\n", b"c APPEND x", b"{3+}\r\nabc"]), max_size=40))
@settings(max_examples=200, deadline=None)
def test_the_reader_and_the_grammars_together(words: list[bytes]) -> None:
    reader = CommandReader(
        max_line_bytes=200, max_literal_bytes=50, max_append_bytes=90, max_command_bytes=300, max_swallow_bytes=100
    )
    reader.feed(b"".join(words))
    while (event := reader.next_event()) is not NEED_DATA:
        if isinstance(event, Continuation):
            reader.accept_literal()
        elif isinstance(event, CommandLine):
            assert event.text.count(b"\r\n") == len(event.literals)
            for parse in GRAMMARS:
                refusal(parse, Parser(event.text, event.literals))


# A grammar that is quadratic in any of the repeated pieces would not come back from this.
HUGE = 200_000


@pytest.mark.parametrize(
    "text",
    [
        b'"' + b"\\\\" * HUGE,
        b'"' + b"a" * HUGE,
        b"(" * HUGE,
        b"1:" * HUGE,
        b"1," * HUGE,
        b"1" * HUGE,
        b"{" * HUGE,
        b"a" * HUGE + b"(",
        b"NOT " * HUGE,
        b"OR " * HUGE,
        b"(OR " * HUGE,
        b"NOT (" * HUGE,
        b"((\\Seen) " * HUGE,
        b"BODY[" + b"1." * HUGE,
        b"BODY[HEADER.FIELDS (" + b"a " * HUGE,
        b"(SELECTED (MessageNew (" + b"UID " * HUGE,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_long_nonsense_is_refused_in_linear_time(text: bytes) -> None:
    for parse in GRAMMARS:
        for prefix in (b" ", b" 1 ", b" x "):
            error = refusal(parse, Parser(prefix + text))
            assert error is None or len(error.message) < 100


@given(st.binary(max_size=40), st.booleans())
@settings(max_examples=200, deadline=None)
def test_names_are_decoded_or_refused(name: bytes, utf8: bool) -> None:
    names: list[str] = []
    error = refusal(lambda _: names.append(decode_mailbox(name, utf8=utf8)), Parser(b""))
    if error is not None:
        assert error.status == b"NO"
        return
    # A name without wildcards is a pattern that matches itself.
    if "*" not in names[0] and "%" not in names[0]:
        assert ListPattern(names[0]).matches(names[0])

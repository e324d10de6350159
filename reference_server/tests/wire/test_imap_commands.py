"""The arguments of all other commands, with the examples of their specifications."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mailproof_server.wire.imap.acl import AclArgs, RightsMode, SetAclArgs, parse_acl, parse_set_acl
from mailproof_server.wire.imap.append import (
    AppendArgs,
    AppendHead,
    AppendMessage,
    ReplaceArgs,
    append_head,
    parse_append,
    parse_replace,
)
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.fetch import Attribute, Body, Section
from mailproof_server.wire.imap.folders import CreateArgs, RenameArgs, parse_create, parse_mailbox, parse_rename
from mailproof_server.wire.imap.list import ListArgs, parse_list, parse_lsub
from mailproof_server.wire.imap.metadata import (
    GetMetadataArgs,
    SetMetadataArgs,
    parse_get_metadata,
    parse_set_metadata,
)
from mailproof_server.wire.imap.notify import EventGroup, MailboxFilter, NotifyArgs, NotifyEvent, parse_notify
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.quota import SetQuotaArgs, parse_get_quota, parse_set_quota
from mailproof_server.wire.imap.select import QResync, SelectArgs, parse_select
from mailproof_server.wire.imap.sequence import STAR, SequenceSet
from mailproof_server.wire.imap.session import (
    AuthenticateArgs,
    LoginArgs,
    decode_sasl,
    parse_authenticate,
    parse_compress,
    parse_enable,
    parse_id,
    parse_login,
)
from mailproof_server.wire.imap.status import StatusArgs, parse_status
from mailproof_server.wire.imap.store import (
    CopyArgs,
    StoreArgs,
    StoreMode,
    parse_copy,
    parse_store,
    parse_uid_expunge,
)
from mailproof_server.wire.imap.stream import Continuation

ONE = SequenceSet(((1, 1),))
SEEN = b"\\Seen"
NEW = NotifyEvent.MESSAGE_NEW
GONE = NotifyEvent.MESSAGE_EXPUNGE
JULY = datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)

GOOD: list[tuple[Callable[[Parser], object], bytes, object]] = [
    # session
    (parse_login, b" smith sesame", LoginArgs(b"smith", b"sesame")),
    (parse_login, b' "" {3}\r\n', LoginArgs(b"", b"lit")),
    (parse_authenticate, b" plain", AuthenticateArgs(b"PLAIN", None)),
    (parse_authenticate, b" PLAIN =", AuthenticateArgs(b"PLAIN", b"")),
    (parse_authenticate, b" PLAIN AGEAYg==", AuthenticateArgs(b"PLAIN", b"\0a\0b")),
    (parse_id, b" NIL", ()),
    (parse_id, b" ()", ()),
    (parse_id, b' ("name" "sodr" "version" NIL)', ((b"name", b"sodr"), (b"version", None))),
    (parse_enable, b" condstore QRESYNC X-y CONDSTORE", (b"CONDSTORE", b"QRESYNC", b"X-Y")),
    (parse_compress, b" deflate", b"DEFLATE"),
    # folders
    (parse_mailbox, b" blurdybloop", "blurdybloop"),
    (parse_rename, b" inbox &AOk-", RenameArgs("INBOX", "é")),
    (parse_create, b" owatagusiam/", CreateArgs("owatagusiam/")),
    (parse_create, b" x (USE (\\Drafts \\SENT \\drafts))", CreateArgs("x", (b"\\drafts", b"\\sent"))),
    (parse_create, b" x (use ())", CreateArgs("x")),
    # select
    (parse_select, b" inbox", SelectArgs("INBOX")),
    (parse_select, b" INBOX (CONDSTORE)", SelectArgs("INBOX", condstore=True)),
    (
        parse_select,
        b" INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
        SelectArgs(
            "INBOX",
            qresync=QResync(67890007, 20050715194045000, SequenceSet(((41, 41), (43, 211), (214, 541)))),
        ),
    ),
    (
        parse_select,
        b" INBOX (qresync (1 2 (1:2 5:6)) condstore)",
        SelectArgs("INBOX", True, QResync(1, 2, None, (SequenceSet(((1, 2),)), SequenceSet(((5, 6),))))),
    ),
    (
        parse_select,
        b" INBOX (QRESYNC (1 2 9 (1,3 5,9)))",
        SelectArgs(
            "INBOX",
            qresync=QResync(
                1, 2, SequenceSet(((9, 9),)), (SequenceSet(((1, 1), (3, 3))), SequenceSet(((5, 5), (9, 9))))
            ),
        ),
    ),
    # status
    (parse_status, b" x (UIDNEXT messages UIDNEXT)", StatusArgs("x", (b"UIDNEXT", b"MESSAGES"))),
    (
        parse_status,
        b" x (SIZE DELETED HIGHESTMODSEQ APPENDLIMIT MAILBOXID DELETED-STORAGE RECENT UNSEEN UIDVALIDITY)",
        StatusArgs(
            "x",
            (
                b"SIZE",
                b"DELETED",
                b"HIGHESTMODSEQ",
                b"APPENDLIMIT",
                b"MAILBOXID",
                b"DELETED-STORAGE",
                b"RECENT",
                b"UNSEEN",
                b"UIDVALIDITY",
            ),
        ),
    ),
    # list
    (parse_list, b' "" ""', ListArgs("", ("",))),
    (parse_list, b" ~/Mail/ %", ListArgs("~/Mail/", ("%",))),
    (parse_list, b' () "" *', ListArgs("", ("*",), extended=True)),
    (parse_list, b' "" % RETURN ()', ListArgs("", ("%",), extended=True)),
    (parse_list, b' (SUBSCRIBED) "" "*"', ListArgs("", ("*",), frozenset({b"SUBSCRIBED"}), extended=True)),
    (
        parse_list,
        b' (remote RECURSIVEMATCH subscribed) "" ("INBOX" "Drafts" %/x) return (CHILDREN special-use MYRIGHTS)',
        ListArgs(
            "",
            ("INBOX", "Drafts", "%/x"),
            frozenset({b"REMOTE", b"RECURSIVEMATCH", b"SUBSCRIBED"}),
            frozenset({b"CHILDREN", b"SPECIAL-USE", b"MYRIGHTS"}),
            extended=True,
        ),
    ),
    (
        parse_list,
        b' "" % RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN) METADATA ("/Shared/Vendor/X"))',
        ListArgs(
            "",
            ("%",),
            returns=frozenset({b"SUBSCRIBED"}),
            status=(b"MESSAGES", b"UNSEEN"),
            metadata=("/shared/vendor/x",),
            extended=True,
        ),
    ),
    (parse_lsub, b' "#news." "comp.mail.*"', ListArgs("#news.", ("comp.mail.*",))),
    # store and friends
    (parse_store, b" 1 FLAGS ()", StoreArgs(ONE, StoreMode.REPLACE, False, ())),
    (parse_store, b" 1 +flags.silent \\seen", StoreArgs(ONE, StoreMode.ADD, True, (SEEN,))),
    (parse_store, b" 1 -FLAGS \\Seen $x \\RECENT", StoreArgs(ONE, StoreMode.REMOVE, False, (SEEN, b"$x"))),
    (parse_store, b" 1 (UNCHANGEDSINCE 0) FLAGS (a)", StoreArgs(ONE, StoreMode.REPLACE, False, (b"a",), 0)),
    (parse_copy, b" 2:4 MEETING", CopyArgs(SequenceSet(((2, 4),)), "MEETING")),
    (parse_copy, b" $ x", CopyArgs(SequenceSet((), saved=True), "x")),
    (parse_uid_expunge, b" 3000:*", SequenceSet(((3000, STAR),))),
    # append and replace
    (parse_append, b" x {3}\r\n", AppendArgs("x", (AppendMessage((), None, b"lit"),))),
    (parse_append, b" x () ~{3}\r\n", AppendArgs("x", (AppendMessage((), None, b"lit", binary=True),))),
    (
        parse_append,
        b' x (\\Seen $f) "17-Jul-1996 02:44:25 -0700" {3}\r\n',
        AppendArgs("x", (AppendMessage((SEEN, b"$f"), JULY, b"lit"),)),
    ),
    (
        parse_append,
        b' x (\\Seen) {3}\r\n "17-Jul-1996 02:44:25 -0700" {3+}\r\n UTF8 (~{3}\r\n)',
        AppendArgs(
            "x",
            (
                AppendMessage((SEEN,), None, b"lit"),
                AppendMessage((), JULY, b"two"),
                AppendMessage((), None, b"thr", binary=True, utf8=True),
            ),
        ),
    ),
    (parse_replace, b" 4 Drafts (\\Seen) {3}\r\n", ReplaceArgs(4, "Drafts", AppendMessage((SEEN,), None, b"lit"))),
    (parse_replace, b" * x {3}\r\n", ReplaceArgs(STAR, "x", AppendMessage((), None, b"lit"))),
    # metadata
    (parse_get_metadata, b' "" /shared/comment', GetMetadataArgs("", ("/shared/comment",))),
    (
        parse_get_metadata,
        b' "INBOX" (MAXSIZE 1024) (/shared/comment /PRIVATE/Comment)',
        GetMetadataArgs("INBOX", ("/shared/comment", "/private/comment"), 1024),
    ),
    (
        parse_get_metadata,
        b' (DEPTH infinity MAXSIZE 0) "INBOX" ("/private/filters/values")',
        GetMetadataArgs("INBOX", ("/private/filters/values",), 0, None),
    ),
    (parse_get_metadata, b" x (depth 1) /private", GetMetadataArgs("x", ("/private",), depth=1)),
    (
        parse_set_metadata,
        b' INBOX (/private/comment {3}\r\n /shared/comment NIL /shared/b ~{3}\r\n /shared/e "")',
        SetMetadataArgs(
            "INBOX",
            (("/private/comment", b"lit"), ("/shared/comment", None), ("/shared/b", b"two"), ("/shared/e", b"")),
        ),
    ),
    # acl and quota
    (
        parse_set_acl,
        b" INBOX/Drafts John lrswicda",
        SetAclArgs("INBOX/Drafts", "John", RightsMode.REPLACE, frozenset("lrswicda")),
    ),
    (parse_set_acl, b" x -fred +0w", SetAclArgs("x", "-fred", RightsMode.ADD, frozenset("0w"))),
    (parse_set_acl, b' x anyone "-"', SetAclArgs("x", "anyone", RightsMode.REMOVE, frozenset())),
    (parse_set_acl, b' x anyone ""', SetAclArgs("x", "anyone", RightsMode.REPLACE, frozenset())),
    (parse_acl, b" ~/Mail/saved {3}\r\n", AclArgs("~/Mail/saved", "lit")),
    (parse_get_quota, b' ""', ""),
    (
        parse_set_quota,
        b' "!partition" (storage 512 MESSAGE 0)',
        SetQuotaArgs("!partition", ((b"STORAGE", 512), (b"MESSAGE", 0))),
    ),
    (parse_set_quota, b' "" ()', SetQuotaArgs("", ())),
    # notify
    (parse_notify, b" none", NotifyArgs(None)),
    (parse_notify, b" SET (SELECTED NONE)", NotifyArgs((EventGroup(MailboxFilter.SELECTED, (), frozenset()),))),
    (
        parse_notify,
        (
            b" set status (selected (MessageNew (uid body.peek[header.fields (from to)]) messageExpunge FlagChange))"
            b" (subtree (Lists x) (MessageNew MessageExpunge)) (mailboxes misc (MailboxName))"
            b" (personal (SubscriptionChange ServerMetadataChange MailboxMetadataChange))"
        ),
        NotifyArgs(
            (
                EventGroup(
                    MailboxFilter.SELECTED,
                    (),
                    frozenset({NEW, GONE, NotifyEvent.FLAG_CHANGE}),
                    (Attribute(b"UID"), Body(Section((), b"HEADER.FIELDS", (b"from", b"to")), peek=True)),
                ),
                EventGroup(MailboxFilter.SUBTREE, ("Lists", "x"), frozenset({NEW, GONE})),
                EventGroup(MailboxFilter.MAILBOXES, ("misc",), frozenset({NotifyEvent.MAILBOX_NAME})),
                EventGroup(
                    MailboxFilter.PERSONAL,
                    (),
                    frozenset(
                        {
                            NotifyEvent.SUBSCRIPTION_CHANGE,
                            NotifyEvent.SERVER_METADATA_CHANGE,
                            NotifyEvent.MAILBOX_METADATA_CHANGE,
                        }
                    ),
                ),
            ),
            status=True,
        ),
    ),
]


@pytest.mark.parametrize(("parse", "text", "value"), GOOD)
def test_arguments(parse: Callable[[Parser], object], text: bytes, value: object) -> None:
    parser = Parser(text, (b"lit", b"two", b"thr"))
    assert parse(parser) == value
    assert parser.at_end()


@pytest.mark.parametrize(("parse", "text", "value"), GOOD)
def test_no_command_takes_anything_after_its_end(parse: Callable[[Parser], object], text: bytes, value: object) -> None:
    for more in (b" ", b")", b" \x00"):
        with pytest.raises(WireError):
            parse(Parser(text + more, (b"lit", b"two", b"thr")))


@pytest.mark.parametrize("text_of", GOOD)
def test_no_parenthesis_is_closed_by_guessing(text_of: tuple[Callable[[Parser], object], bytes, object]) -> None:
    parse, text, _ = text_of
    for cut in (text[:length] for length in range(len(text))):
        if cut.count(b"(") > cut.count(b")"):
            with pytest.raises(WireError):
                parse(Parser(cut, (b"lit", b"two", b"thr")))


BAD: list[tuple[Callable[[Parser], object], list[bytes]]] = [
    (parse_login, [b"", b" a", b" a ", b" a b c", b" a  b", b" (a) b", b" a\x80 b", b' a "b']),
    (parse_authenticate, [b"", b" PLAIN ", b" PLAIN a", b" PLAIN YQ", b" PLAIN Y Q=", b" PLAIN ==", b" PLAIN YQ==\0"]),
    (
        parse_id,
        [
            b"", b" x", b" (a b)", b' ("a")', b' ("a" "b" "A" "c")', b' ("' + b"a" * 31 + b'" NIL)',
            b' ("a" NIL NIL "b")', b' ("a" "' + b"v" * 1025 + b'")',
            b" (" + b" ".join(b'"%d" NIL' % n for n in range(31)) + b")",
        ],
    ),
    (parse_enable, [b"", b" ", b" ()", b" A  B"]),
    (parse_compress, [b"", b" ", b" (DEFLATE)", b" DEFLATE 9"]),
    (parse_mailbox, [b"", b" ", b" a b", b" (a)", b" a*", b" {5}"]),
    (parse_rename, [b" a", b" a ", b" a b c"]),
    (parse_create, [b"", b" x (USE)", b" x (USE \\Sent)", b" x (USE (Sent))", b" x (FOO (\\Sent))", b" x (USE (\\))"]),
    (
        parse_select,
        [
            b"", b" x ()", b" x (FOO)", b" x CONDSTORE", b" x (CONDSTORE CONDSTORE)", b" x (QRESYNC)",
            b" x (QRESYNC (1))", b" x (QRESYNC (0 1))", b" x (QRESYNC (1 0))", b" x (QRESYNC (1 1 *))",
            b" x (QRESYNC (1 1 1:*))", b" x (QRESYNC (1 1 $))", b" x (QRESYNC (1 1 (1:2 3)))",
            b" x (QRESYNC (1 1 (1)))", b" x (QRESYNC (1 1 (* 5)))", b" x (QRESYNC (1 1 2 3))",
            b" x (QRESYNC (1 9223372036854775808))", b" x (QRESYNC 1 1)",
        ],
    ),
    (parse_status, [b"", b" x", b" x ()", b" x MESSAGES", b" x (FOO)", b" x (MESSAGES", b" (MESSAGES)"]),
    (
        parse_list,
        [
            b"", b" x", b' "" ()', b' (FOO) "" *', b' (RECURSIVEMATCH) "" *', b' (REMOTE RECURSIVEMATCH) "" *',
            b' (SPECIAL-USE RECURSIVEMATCH) "" *', b' "" * RETURN', b' "" * RETURN (FOO)', b' "" * RETURN (STATUS)',
            b' "" * RETURN (STATUS ())', b' "" * (CHILDREN)', b' "" * RETURN CHILDREN',
            b' "" * RETURN (METADATA (x))', b" * *",
        ],
    ),
    (parse_lsub, [b"", b' ""', b' (SUBSCRIBED) "" *', b' "" * RETURN (CHILDREN)', b' "" (a)']),
    (
        parse_store,
        [
            b"", b" 1", b" 1 FLAGS", b" 1 FLAGS ", b" 1 FLAGS.LOUD (a)", b" 1 *FLAGS (a)", b" 1 FLAGSX (a)",
            b" 1 FLAGS (\\Foo)", b" 1 FLAGS \\*", b" 1 FLAGS a (b)", b" 1 () FLAGS a",
            b" 1 (UNCHANGEDSINCE) FLAGS a", b" 1 (FOO 1) FLAGS a", b" 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 2) FLAGS a",
            b" 0 FLAGS a", b" 1 FLAGS(a)", b" 1 FLAGS a]",
        ],
    ),
    (parse_copy, [b"", b" 1", b" x y", b" 1 a b"]),
    (parse_uid_expunge, [b"", b" ", b" x", b" 1 2"]),
    (
        parse_append,
        [
            b"", b" x", b" x ", b' x "m"', b" x (\\Foo) {3}\r\n", b' x "1-Foo-2024 00:00:00 +0000" {3}\r\n',
            b" x (a){3}\r\n", b' x "17-Jul-1996 02:44:25 -0700" (a) {3}\r\n', b" x UTF8 {3}\r\n",
            b" x UTF8 ({3}\r\n)", b" x UTF8 (~{3}\r\n", b" x {3}\r\n{3}\r\n", b" x CATENATE (TEXT {3}\r\n)",
            b" x {3}\r\n (a)",
        ],
    ),
    (parse_replace, [b"", b" 0 x {3}\r\n", b" 1:2 x {3}\r\n", b" x {3}\r\n", b" 1 x {3}\r\n {3}\r\n", b" $ x {3}\r\n"]),
    (
        parse_get_metadata,
        [
            b"", b" x", b" x ()", b" x comment", b" x /comment", b" x /", b" x /shared/", b" x /shared//a",
            b' x "/shared/a*"', b' x "/shared/%"', b' x "/shared/\x10"', b" x (DEPTH 2) /shared",
            b" x (DEPTH) /shared", b" x (FOO 1) /shared", b" x (MAXSIZE -1) /shared", b" x (DEPTH 1)",
            b" (DEPTH 1) x (DEPTH 1) /shared", b" x /shared/a /shared/b", b" x /sharedx",
        ],
    ),
    (parse_set_metadata, [b" x ()", b" x /a NIL", b" x (/shared/a)", b" x (/shared/a atom)", b" x (/shared/a NIL"]),
    (parse_set_acl, [b"", b" x", b" x y", b" x y Lr", b" x y l-r", b' x y "l r"', b' x "" l', b" x {3}\r\n l"]),
    (parse_acl, [b"", b" x", b' x ""', b" x y z"]),
    (parse_get_quota, [b"", b" (x)", b" a b", b" {3}\r\n"]),
    (parse_set_quota, [b" x", b" x S 1", b" x (STORAGE)", b" x (STORAGE -1)", b" x (STORAGE 1 storage 2)", b" x (1)"]),
    (
        parse_notify,
        [
            b"", b" SET", b" NONE x", b" FOO", b" SET ()", b" SET (SELECTED)", b" SET (SELECTED ())",
            b" SET (FOO NONE)", b" SET STATUS", b" SET (SELECTED (MessageNew))", b" SET (SELECTED (MessageExpunge))",
            b" SET (PERSONAL (FlagChange))", b" SET (SELECTED (MailboxName))",
            b" SET (SELECTED NONE) (SELECTED-DELAYED NONE)", b" SET (SUBTREE NONE)",
            b" SET (PERSONAL (MessageNew (UID) MessageExpunge))", b" SET (MAILBOXES () NONE)",
            b" SET (SELECTED NONE)(PERSONAL NONE)", b" SET (SELECTED (MessageNew () MessageExpunge))",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parse", "text"),
    [pytest.param(parse, text, id=f"{parse.__name__}-{text!r}") for parse, texts in BAD for text in texts],
)
def test_bad_arguments(parse: Callable[[Parser], object], text: bytes) -> None:
    with pytest.raises(WireError) as caught:
        parse(Parser(text, (b"\xfft\x01", b"\xfft\x01")))
    assert caught.value.status == b"BAD"
    assert caught.value.code is None
    assert caught.value.message.isascii()


@pytest.mark.parametrize("event", [b"AnnotationChange", b"FooEvent"])
def test_unsupported_events_are_refused_with_the_supported_ones(event: bytes) -> None:
    with pytest.raises(WireError) as caught:
        parse_notify(Parser(b" SET (PERSONAL (MessageNew MessageExpunge " + event + b"))"))
    assert caught.value.status == b"NO"
    assert caught.value.code is not None
    assert caught.value.code.startswith(b"BADEVENT (MessageNew MessageExpunge FlagChange ")
    assert b"AnnotationChange" not in caught.value.code


def test_secrets_stay_out_of_repr() -> None:
    assert "sesame" not in repr(parse_login(Parser(b" smith sesame")))
    assert "sesame" not in repr(AuthenticateArgs(b"PLAIN", b"\0smith\0sesame"))


def test_sasl_lines() -> None:
    assert decode_sasl(b"") == b""
    with pytest.raises(WireError):
        decode_sasl(b"*")


class TestAppendHead:
    """What is known when the message is announced."""

    def event(self, name: bytes, text: bytes, *literals: bytes) -> Continuation:
        return Continuation(b"a", name, text, literals, 310, True, False, True)

    @pytest.mark.parametrize(
        ("name", "text", "head"),
        [
            (b"APPEND", b" x {310}\r\n", AppendHead("x", ())),
            (b"APPEND", b' inbox (\\Seen) "17-Jul-1996 02:44:25 -0700" {310}\r\n', AppendHead("INBOX", ())),
            (b"APPEND", b" x UTF8 (~{310}\r\n", AppendHead("x", ())),
            (b"APPEND", b" {2}\r\n {310}\r\n", AppendHead("é", ())),
            (b"APPEND", b" {2}\r\n {3}\r\n () {310}\r\n", AppendHead("é", (3,))),
            (b"UID REPLACE", b" 2000 x {310}\r\n", AppendHead("x", (), 2000)),
        ],
    )
    def test_heads(self, name: bytes, text: bytes, head: AppendHead) -> None:
        literals = ("é".encode(), b"msg")[: text.count(b"\r\n") - 1]
        assert append_head(self.event(name, text, *literals), utf8=True) == head

    @pytest.mark.parametrize(
        "text", [b" x (\\Foo) {310}\r\n", b" x y {310}\r\n", b" x {310}\r\n ", b' x "now" {310}\r\n', b" x  {310}\r\n"]
    )
    def test_errors_are_seen_before_the_message_is_sent(self, text: bytes) -> None:
        event = self.event(b"APPEND", text)
        if text.endswith(b" "):
            # Cannot be built by the reader; still no way out but WireError or a head.
            assert append_head(event, utf8=False) == AppendHead("x", ())
            return
        with pytest.raises(WireError):
            append_head(event, utf8=False)

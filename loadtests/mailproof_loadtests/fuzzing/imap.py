"""Bursts of IMAP commands, valid by RFC 9051 and its extensions before they are spoiled."""

import re
from collections.abc import Callable
from random import Random

from mailproof_loadtests.fuzzing.mutation import mutated

FOLDERS = (
    b"INBOX", b"inbox", b"f0", b"f1", b"f2", b"f0/sub", b"Drafts", b"Archive", b'"Sent Items"', b'"Deleted Items"',
    b"Nowhere", b'"Other Users/bob@example.test/INBOX"', b'""', b"{2+}\r\nf1", b"Entw&APw-rfe", b'"f 3"', b"Calendar",
)  # fmt: skip
SETS = (b"1", b"1:*", b"*", b"1:3", b"2,4:5", b"1:2,*", b"$", b"3:1", b"99", b"1,1,1", b"4294967295")
FLAGS = (
    b"\\Seen",
    b"(\\Deleted)",
    b"(\\Flagged $Work)",
    b"()",
    b"\\Answered \\Draft",
    b"($a $b)",
    b"(\\Seen \\Recent)",
)
ITEMS = (
    b"FLAGS", b"UID", b"FAST", b"ALL", b"FULL", b"(UID FLAGS)", b"(UID FLAGS MODSEQ)", b"ENVELOPE", b"BODYSTRUCTURE",
    b"BODY", b"RFC822.SIZE", b"RFC822.HEADER", b"RFC822", b"INTERNALDATE", b"BODY[]", b"BODY.PEEK[]",
    b"BODY.PEEK[HEADER]", b"BODY.PEEK[HEADER.FIELDS (From To)]", b"BODY.PEEK[HEADER.FIELDS.NOT (x)]<0.10>",
    b"BODY.PEEK[1]", b"BODY.PEEK[1.2.MIME]", b"BINARY.PEEK[1]", b"BINARY.SIZE[1]", b"(EMAILID THREADID SAVEDATE)",
    b"PREVIEW (LAZY)", b"BODY.PEEK[TEXT]<5.2>",
)  # fmt: skip
KEYS = (
    b"ALL", b"SEEN", b"NOT SEEN", b"OR SEEN FLAGGED", b"(1:3 UNSEEN)", b"UID 1:*", b"SUBJECT x", b'FROM "a b"',
    b"BODY hello", b"TEXT {3+}\r\nabc", b"HEADER X-A y", b"SINCE 1-Jan-2020", b"ON 31-Dec-9999",
    b"SENTBEFORE 2-Feb-2030", b"LARGER 10", b"SMALLER 4000", b"KEYWORD $Work", b"YOUNGER 100", b"OLDER 4294967295",
    b"MODSEQ 3", b"EMAILID M1", b"THREADID T1", b"OR OR 1 2 NOT (3 DELETED)", b"$", b"NEW", b"OLD",
    b"SAVEDSINCE 1-Jan-2020", b'MODSEQ "/flags/\\\\seen" all 7',
)  # fmt: skip
MESSAGES = (
    b"From: a@example.test\r\nSubject: x\r\n\r\nhello\r\n",
    b"\r\n".join(
        (b"Subject: =?utf-8?q?=C3=A9?=", b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"", b"one", b"--b")
    )
    + b"\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntwo\r\n--b--\r\n",
    b"\r\n",
    b"no header at all",
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
)
RETURNS = (
    b"",
    b"RETURN () ",
    b"RETURN (MIN MAX COUNT) ",
    b"RETURN (SAVE) ",
    b"RETURN (ALL SAVE) ",
    b"RETURN (PARTIAL -1:-3) ",
)
STATUS = (b"(MESSAGES)", b"(MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT SIZE DELETED)", b"(HIGHESTMODSEQ MAILBOXID)")
FIXED = (
    b"NOOP", b"CAPABILITY", b"NAMESPACE", b"CHECK", b"EXPUNGE", b"UID EXPUNGE 1:*", b"UNSELECT", b"CLOSE",
    b'ID ("name" "x")', b"ID NIL", b"IDLE\r\nDONE", b"IDLE", b"ENABLE CONDSTORE", b"ENABLE QRESYNC",
    b"ENABLE IMAP4rev2", b"ENABLE UTF8=ACCEPT", b"GETQUOTAROOT INBOX", b'GETQUOTA ""', b'SETQUOTA "" (STORAGE 1)',
    b"COMPRESS LZ4", b"NOTIFY NONE", b"LOGIN a b", b"AUTHENTICATE PLAIN", b"STARTTLS", b"X-NOTHING", b"SELECT",
    b"UID", b'LSUB "" *', b'LIST "" *', b'LIST "" ""',
)  # fmt: skip
NOTIFY = (
    b"(SELECTED (MessageNew MessageExpunge FlagChange))",
    b"(SELECTED-DELAYED (MessageNew (UID BODY.PEEK[]) MessageExpunge))",
    b"(PERSONAL (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadataChange))",
    b"(SUBSCRIBED NONE)", b"(SUBTREE (f0 f1) (MailboxName)) (MAILBOXES INBOX (MessageNew MessageExpunge FlagChange))",
    b"(INBOXES (Nonsense))",
)  # fmt: skip
OPENINGS = (
    b"o SELECT INBOX\r\n",
    b"o SELECT INBOX\r\n",
    b"o CREATE f0/sub\r\no CREATE f1\r\no SELECT f1\r\n",
    b"",
)
MARK = b"zz%d"
_ANSWERED = re.compile(rb"^(?:\* BAD|[^\s*+]+ (?:OK|NO|BAD) )", re.MULTILINE)
_ANNOUNCED = re.compile(rb"\{([0-9]+)\+?\}")


def _select(rng: Random) -> bytes:
    verb = rng.choice((b"SELECT", b"SELECT", b"EXAMINE"))
    return b"%b %b%b" % (verb, rng.choice(FOLDERS), rng.choice((b"", b"", b" (CONDSTORE)", b" (QRESYNC (1 1 1:9))")))


def _fetch(rng: Random) -> bytes:
    modifier = rng.choice((b"", b"", b"", b" (CHANGEDSINCE 2)", b" (CHANGEDSINCE 2 VANISHED)", b" (PARTIAL 1:2)"))
    return b"%bFETCH %b %b%b" % (_uid(rng), rng.choice(SETS), rng.choice(ITEMS), modifier)


def _store(rng: Random) -> bytes:
    modifier = rng.choice((b"", b"", b"(UNCHANGEDSINCE 5) "))
    action = rng.choice((b"FLAGS", b"+FLAGS", b"-FLAGS", b"+FLAGS.SILENT"))
    return b"%bSTORE %b %b%b %b" % (_uid(rng), rng.choice(SETS), modifier, action, rng.choice(FLAGS))


def _search(rng: Random) -> bytes:
    keys = b" ".join([rng.choice(KEYS) for _ in range(rng.randint(1, 3))])
    kind = rng.random()
    if kind < 0.6:
        return b"%bSEARCH %b%b%b" % (_uid(rng), rng.choice(RETURNS), rng.choice((b"", b"CHARSET UTF-8 ")), keys)
    if kind < 0.8:
        criteria = rng.choice((b"(DATE)", b"(REVERSE SIZE SUBJECT)", b"(FROM DISPLAYTO)"))
        return b"%bSORT %b%b UTF-8 %b" % (_uid(rng), rng.choice(RETURNS), criteria, keys)
    return b"%bTHREAD %b UTF-8 %b" % (_uid(rng), rng.choice((b"REFERENCES", b"ORDEREDSUBJECT")), keys)


def _append(rng: Random) -> bytes:
    parts = [b"APPEND ", rng.choice(FOLDERS)]
    for _ in range(rng.choice((1, 1, 1, 2))):
        message = rng.choice(MESSAGES)
        facts = rng.choice(
            (b"", b"", b" (\\Seen)", b' " 1-Jan-2020 00:00:00 +0000"', b' ($x) "02-Feb-2021 01:02:03 -0100"')
        )
        parts.append(b"%b %b{%d%b}\r\n%b" % (facts, rng.choice((b"", b"", b"~")), len(message), _plus(rng), message))
    return b"".join(parts)


def _replace(rng: Random) -> bytes:
    message = rng.choice(MESSAGES)
    target = rng.choice((b"1", b"*", b"9"))
    return b"%bREPLACE %b %b {%d+}\r\n%b" % (_uid(rng), target, rng.choice(FOLDERS), len(message), message)


def _transfer(rng: Random) -> bytes:
    return b"%b%b %b %b" % (_uid(rng), rng.choice((b"COPY", b"MOVE")), rng.choice(SETS), rng.choice(FOLDERS))


def _folder(rng: Random) -> bytes:
    verb = rng.choice((b"CREATE", b"DELETE", b"SUBSCRIBE", b"UNSUBSCRIBE", b"MYRIGHTS", b"GETACL", b"DELETE"))
    return b"%b %b" % (verb, rng.choice(FOLDERS))


def _rename(rng: Random) -> bytes:
    return b"RENAME %b %b" % (rng.choice(FOLDERS), rng.choice(FOLDERS))


def _list(rng: Random) -> bytes:
    selection = rng.choice((b"", b"(SUBSCRIBED) ", b"(SUBSCRIBED RECURSIVEMATCH) ", b"(SPECIAL-USE) ", b"() "))
    patterns = rng.choice((b"%", b"*", b"f%", b"(f0 I*)", b"*a*b*c*", b'"%/%"'))
    returns = rng.choice((b"", b" RETURN (CHILDREN)", b" RETURN (STATUS (MESSAGES) MYRIGHTS)", b" RETURN (SUBSCRIBED)"))
    return b'LIST %b"" %b%b' % (selection, patterns, returns)


def _status(rng: Random) -> bytes:
    return b"STATUS %b %b" % (rng.choice(FOLDERS), rng.choice(STATUS))


def _rights(rng: Random) -> bytes:
    who = rng.choice((b"bob@example.test", b"anyone", b"nobody", b"-bob@example.test"))
    verb = rng.choice((b"SETACL", b"DELETEACL", b"LISTRIGHTS"))
    return b"%b %b %b%b" % (verb, rng.choice(FOLDERS), who, rng.choice((b" lr", b" +e", b" -cd", b"")))


def _metadata(rng: Random) -> bytes:
    if rng.random() < 0.5:
        options = rng.choice((b"", b"(DEPTH infinity) ", b"(MAXSIZE 10) "))
        return b"GETMETADATA %b%b (/private/a /shared/b)" % (options, rng.choice(FOLDERS))
    value = rng.choice((b'"x"', b"NIL", b"~{3+}\r\na\0b"))
    return b"SETMETADATA %b (/private/a %b)" % (rng.choice(FOLDERS), value)


def _notify(rng: Random) -> bytes:
    return b"NOTIFY SET %b%b" % (rng.choice((b"", b"STATUS ")), rng.choice(NOTIFY))


def _fixed(rng: Random) -> bytes:
    return rng.choice(FIXED)


def _uid(rng: Random) -> bytes:
    return b"UID " if rng.random() < 0.5 else b""


def _plus(rng: Random) -> bytes:
    """Now and then a literal that should have been waited with."""
    return b"+" if rng.random() < 0.8 else b""


WRITERS: tuple[Callable[[Random], bytes], ...] = (
    _select, _select, _select, _fetch, _fetch, _fetch, _fetch, _store, _store, _search, _search, _append, _replace,
    _transfer, _folder, _folder, _rename, _list, _status, _status, _rights, _metadata, _notify, _fixed, _fixed,
    _fixed, _fixed,
)  # fmt: skip


def burst(rng: Random, count: int) -> bytes:
    """So many commands, half of them spoiled; one in a hundred says goodbye by itself."""
    parts: list[bytes] = [rng.choice(OPENINGS)]
    for number in range(count):
        command = b"a%d %b\r\n" % (number, WRITERS[int(rng.random() * len(WRITERS))](rng))
        parts.append(mutated(rng, command) if rng.random() < 0.5 else command)
    if rng.random() < 0.01:
        parts.append(b"bye LOGOUT\r\n")
    return b"".join(parts)


def awaited_octets(sent: bytes) -> int:
    """At most so many octets may still be taken for literals."""
    return sum(int(digits[:20]) for digits in _ANNOUNCED.findall(sent))


def recovery(padding: int, mark: int) -> bytes:
    """After any burst: fills literals, ends IDLE and AUTHENTICATE, then asks for a sign of life."""
    return b"%b\r\nDONE\r\n*\r\n%b NOOP\r\n" % (b"#" * padding, MARK % mark)


def signs_of_life(mark: int) -> re.Pattern[bytes]:
    """What the answer to `recovery` must hold."""
    return re.compile(rb"\r\n%b OK" % (MARK % mark))


def is_farewell(tail: bytes) -> bool:
    """Whether the server may close after these last octets: it has said BYE (RFC 9051 7.1.5)."""
    return b"* BYE" in tail


def answered(received: bytes) -> int:
    """How many commands these octets answer."""
    return len(_ANSWERED.findall(received))

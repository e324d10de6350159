"""THREAD ORDEREDSUBJECT, and the forms of the command, RFC 5256 section 3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import ThreadData
from mailproof_suites.imap.rfc5256.oracle import Mail, ordered_subject

pytestmark = needs("imap:THREAD=ORDEREDSUBJECT")

Store = Callable[[Sequence[Mail]], list[Mail]]


def m(day: int, subject: str) -> Mail:
    """A message sent on a day of March 2026."""
    return Mail(0, subject, sent=datetime(2026, 3, day, tzinfo=UTC), sender="alice")


def threads(imap: ImapClient, search: str = "ALL", *, uid: bool = False) -> list[object]:
    """What THREAD ORDEREDSUBJECT answers."""
    answer = imap.command("UID THREAD" if uid else "THREAD", "ORDEREDSUBJECT UTF-8", search).require_ok()
    return list(answer.only(ThreadData).threads)


SUBJECTS = {
    "one each": [m(1, "a"), m(2, "b")],
    "two": [m(2, "Re: a"), m(1, "a")],
    "siblings, no grandchildren": [m(1, "a"), m(2, "Re: a"), m(4, "Re: Re: a"), m(3, "Fwd: A")],
    "threads by their first message": [m(5, "b"), m(9, "a"), m(2, "Re: a"), m(7, "c"), m(6, "re: b")],
    "date before mailbox order": [m(9, "a"), m(8, "a"), m(7, "a"), m(6, "a")],
}


@requirement("RFC5256:3-10")
@pytest.mark.parametrize("mails", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_ordered_subject(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """One thread for each base subject, its later messages side by side below the first."""
    stored = store(mails)
    expect.equal(threads(imap), ordered_subject(stored), "threads")


@requirement("RFC5256:3-6", "MAIL-12")
def test_thread_returns_what_the_search_finds(imap: ImapClient, store: Store) -> None:
    """Messages that the search does not find are not in the threads; none is an empty response."""
    stored = store([m(1, "a"), m(2, "Re: a"), m(3, "b"), m(4, "Re: a")])
    expect.equal(threads(imap, "2:4"), ordered_subject(stored[1:]), "threads of some messages")
    expect.equal(threads(imap, "DELETED"), [], "threads of none")


@requirement("RFC5256:3-5")
def test_uid_thread_returns_uids(imap: ImapClient, store: Store) -> None:
    """The same threads in UIDs."""
    store([m(1, "x"), m(1, "a"), m(2, "Re: a"), m(3, "b")])
    imap.store(1, "+FLAGS", [r"\Deleted"])
    imap.expunge()
    uids = sorted(imap.fetch("1:*", "(UID)", uid=True))
    expect.equal(threads(imap, uid=True), [(uids[0], uids[1]), (uids[2],)], "threads")


@requirement("RFC5256:3-8")
def test_an_unknown_charset_is_refused(imap: ImapClient, store: Store) -> None:
    """NO, not BAD: the command is well formed."""
    store([m(1, "a")])
    expect.no(imap.command('THREAD ORDEREDSUBJECT X-NO-SUCH-CHARSET SUBJECT "x"'))


@requirement("RFC5256:3-9")
@pytest.mark.parametrize(
    "arguments",
    ["", " ORDEREDSUBJECT", " ORDEREDSUBJECT UTF-8", " X-NO-SUCH-ALGORITHM UTF-8 ALL", " (ORDEREDSUBJECT) UTF-8 ALL"],
)
def test_wrong_threads_are_bad(imap: ImapClient, store: Store, arguments: str) -> None:
    """What lacks the charset, the search or a known algorithm is no THREAD."""
    store([m(1, "a")])
    expect.bad(imap.command(f"THREAD{arguments}", on_purpose=True))

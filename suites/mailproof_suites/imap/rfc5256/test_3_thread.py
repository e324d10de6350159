"""THREAD ORDEREDSUBJECT and REFERENCES, RFC 5256 section 3, against the oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import ThreadData
from mailproof_suites.imap.rfc5256.oracle import Mail, references

pytestmark = needs("imap:THREAD=REFERENCES")

Store = Callable[[Sequence[Mail]], list[Mail]]


def m(day: int, subject: str, name: str = "", refs: str = "", reply_to: str = "") -> Mail:
    """A message sent on a day of March 2026; `refs` are names of others, from the oldest to the parent."""
    return Mail(
        0,
        subject,
        sent=datetime(2026, 3, day, tzinfo=UTC),
        sender="alice",
        message_id=_id(name),
        references=tuple(_id(each) for each in refs.split()),
        in_reply_to=_id(reply_to),
    )


def _id(name: str) -> str:
    return f"{name}@mailproof.test" if name else ""


def threads(imap: ImapClient, algorithm: str, search: str = "ALL", *, uid: bool = False) -> list[object]:
    """What THREAD answers."""
    answer = imap.command("UID THREAD" if uid else "THREAD", algorithm, "UTF-8", search).require_ok()
    return list(answer.only(ThreadData).threads)


LINKS = {
    "chain": [m(1, "a", "1"), m(2, "Re: a", "2", "1"), m(3, "Re: a", "3", "1 2")],
    "branches": [m(1, "a", "1"), m(3, "b", "3", "1"), m(2, "c", "2", "1"), m(4, "d", "4", "1 3")],
    "in-reply-to": [m(1, "a", "1"), m(2, "b", "2", "", "1")],
    "references before in-reply-to": [m(1, "a", "1"), m(2, "b", "2"), m(3, "c", "3", "1", "2")],
    "reply before original": [m(2, "b", "2", "1"), m(1, "a", "1")],
    "no ids": [m(1, "a"), m(2, "b"), m(3, "c", "3")],
    "cut references": [
        m(1, "a", "1"),
        m(2, "b", "2", "1"),
        m(3, "c", "3", "1 2"),
        m(4, "d", "4", "2 3"),
        m(5, "e", "5", "1 4"),
    ],
    "parent told later": [m(3, "c", "3", "1 2"), m(1, "a", "1"), m(2, "b", "2", "4"), m(4, "d", "4", "1")],
}
DUMMIES = {
    "two of a lost parent": [m(1, "a", "1", "lost"), m(2, "b", "2", "lost")],
    "one of a lost parent": [m(1, "a", "1", "lost"), m(2, "b", "2")],
    "lost in the middle": [m(1, "a", "1"), m(2, "b", "2", "1 lost"), m(3, "c", "3", "1 lost")],
    "lost chain": [m(1, "a", "1", "x y z"), m(2, "b", "2", "x y"), m(3, "c", "3", "x")],
}
SUBJECTS = {
    "reply without references": [m(2, "Re: a", "2"), m(1, "a", "1")],
    "two replies, no original": [m(1, "Re: a", "1"), m(2, "Fwd: a", "2")],
    "two originals": [m(1, "a", "1"), m(2, "A", "2")],
    "original among replies": [m(1, "Re: a", "1"), m(2, "a", "2"), m(3, "a (fwd)", "3")],
    "forwarded": [m(1, "a", "1"), m(2, "[Fwd: a]", "2")],
    "dummy and message": [m(1, "a", "1", "lost"), m(2, "Re: a", "2", "lost"), m(3, "a", "3")],
    "two dummies": [m(1, "a", "1", "x"), m(2, "b", "2", "x"), m(3, "a", "3", "y"), m(4, "c", "4", "y")],
    "no subject": [m(1, "", "1"), m(2, "Re:", "2"), m(3, "", "3")],
    "replies keep their children": [m(1, "a", "1"), m(2, "Re: a", "2"), m(3, "Re: a", "3", "2")],
}
ORDER = {
    "siblings": [m(1, "a", "1"), m(9, "b", "2", "1"), m(5, "c", "3", "1"), m(7, "d", "4", "1")],
    "threads": [m(9, "a", "1"), m(5, "b", "2"), m(7, "c", "3"), m(1, "d", "4", "1")],
    "dummies by their first child": [m(9, "a", "1", "x"), m(2, "b", "2", "x"), m(5, "c", "3"), m(1, "d", "4")],
}
IDENTITY = {
    "doubled": [m(1, "a", "1"), m(2, "b", "1"), m(3, "c", "3", "1")],
    "loop": [m(1, "a", "1", "2"), m(2, "b", "2", "1")],
    "itself": [m(1, "a", "1", "1"), m(2, "b", "2", "1")],
    "loop of three": [m(1, "a", "1", "2 3"), m(2, "b", "2", "3 1"), m(3, "c", "3", "1 2")],
}


def check(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """The server answers like the oracle."""
    stored = store(mails)
    expect.equal(threads(imap, "REFERENCES"), references(stored), "threads")


@requirement("RFC5256:3-11")
@pytest.mark.parametrize("mails", LINKS.values(), ids=LINKS.keys())
def test_references_link_messages(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """Parents and children as References and In-Reply-To tell them."""
    check(imap, store, mails)


@requirement("RFC5256:3-12")
@pytest.mark.parametrize("mails", DUMMIES.values(), ids=DUMMIES.keys())
def test_lost_messages_leave_dummies_only_at_the_top(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """Children of a message that is not there stand side by side."""
    check(imap, store, mails)


@requirement("RFC5256:3-13")
@pytest.mark.parametrize("mails", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_one_subject_is_one_thread(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """Threads with one base subject are joined, unless it is empty."""
    check(imap, store, mails)


@requirement("RFC5256:3-14")
@pytest.mark.parametrize("mails", ORDER.values(), ids=ORDER.keys())
def test_siblings_are_ordered_by_sent_date(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """The order of the mailbox does not matter where the dates differ."""
    check(imap, store, mails)


@requirement("RFC5256:3-16", "RFC5256:3-17")
@pytest.mark.parametrize("mails", IDENTITY.values(), ids=IDENTITY.keys())
def test_doubles_and_loops_do_no_harm(imap: ImapClient, store: Store, mails: Sequence[Mail]) -> None:
    """Every message is there once, whatever the fields claim."""
    check(imap, store, mails)


@requirement("RFC5256:3-15")
def test_quotes_in_message_ids_do_not_matter(imap: ImapClient, store: Store) -> None:
    """<"1"@host> and <1@host> are one message id."""
    check(imap, store, [m(1, "a", '"1"'), m(2, "b", "2", "1"), m(3, "c", "3", '"2"')])

"""The base subject, RFC 5256 section 2.1, seen through THREAD ORDEREDSUBJECT: one base subject, one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import ThreadData
from mailproof_suites.imap.rfc5256.oracle import Mail, base_subject

pytestmark = needs("imap:THREAD=ORDEREDSUBJECT")

Store = Callable[[Sequence[Mail]], list[Mail]]

SAME = {
    "re": "Re: budget",
    "capitals": "RE: BUDGET",
    "fw": "Fw: budget",
    "fwd": "Fwd: budget",
    "many": "Re: FW: re: budget",
    "blanks": "  Re:   budget  ",
    "blank before colon": "Re : budget",
    "blob in re": "Re[2]: budget",
    "blob": "[list] budget",
    "blobs": "[one] [two] budget",
    "blob and re": "[list] Re: [other] Fwd: budget",
    "trailer": "budget (fwd)",
    "trailers": "Re: budget (fwd) (FWD)",
    "forward": "[Fwd: budget]",
    "nested forward": "Fwd: [fwd: Re: budget]",
    "forward with trailer": "[Fwd: budget (fwd)]",
    "encoded": "=?utf-8?q?Re=3A_budget?=",
    "partly encoded": "Re: =?iso-8859-1?q?bud?= =?iso-8859-1?q?get?=",
}
DIFFERENT = {
    "word": "Reply: budget",
    "no colon": "Re budget",
    "blob behind": "budget [list]",
    "other trailer": "budget (fw)",
    "open forward": "[Fwd: budget",
    "inner": "about Re: budget",
    "question": "budget?",
}


def threads(imap: ImapClient, store: Store, subject: str) -> tuple[object, ...]:
    """Threads of a message about the budget and one with this subject."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    store([Mail(0, "budget", day, day, "alice"), Mail(0, subject, day, day.replace(day=2), "bob")])
    return imap.command("THREAD ORDEREDSUBJECT UTF-8 ALL").require_ok().only(ThreadData).threads


@requirement("RFC5256:2.1-1")
@pytest.mark.parametrize("subject", SAME.values(), ids=SAME.keys())
def test_artifacts_are_taken_away(imap: ImapClient, store: Store, subject: str) -> None:
    """Subjects that differ by artifacts of replies, forwards and lists have one base subject."""
    assert base_subject(subject)[0].lower() == "budget"
    expect.equal(threads(imap, store, subject), ((1, 2),), f"threads of `budget` and `{subject}`")


@requirement("RFC5256:2.1-2")
@pytest.mark.parametrize("subject", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_everything_else_stays(imap: ImapClient, store: Store, subject: str) -> None:
    """What only looks like an artifact is part of the base subject."""
    assert base_subject(subject)[0].lower() != "budget"
    expect.equal(threads(imap, store, subject), ((1,), (2,)), f"threads of `budget` and `{subject}`")

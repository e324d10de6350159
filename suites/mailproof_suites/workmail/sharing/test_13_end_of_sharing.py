"""Sharing ends at once, on connections that are open (FEATURES FOLD-13)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Literal, expect, needs, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.workmail.sharing.endings import CLOSED, ENDINGS, Said, ask
from mailproof_suites.workmail.sharing.loan import FOLDER, Loan

pytestmark = needs("control:permissions", "control:user", "control:group", "control:grant")
ALL = pytest.mark.parametrize("way", ENDINGS)
SOME = pytest.mark.parametrize("way", ["the_users_grant", "the_nested_groups_grant", "the_membership", "full_access"])
REFUSED = {"NO", "BAD", CLOSED}


@requirement("SHARING:FOLD13-1", "FOLD-13")
@ALL
def test_nothing_is_read_any_more(loan: Loan, way: str) -> None:
    """A connection that has the folder open gets no content."""
    end = ENDINGS[way](loan, "Editor")
    expect.ok(loan.open())
    end()
    said = ask(loan.visiting, "FETCH", "1", "(BODY.PEEK[])")
    expect.equal(said.count("FETCH"), 0, "FETCH responses")
    expect.one_of(said.status, REFUSED, "the answer to FETCH")


@requirement("SHARING:FOLD13-1", "FOLD-13", "FOLD-11")
@ALL
def test_it_cannot_be_opened_any_more(loan: Loan, way: str) -> None:
    """A connection that has opened it before cannot open it again."""
    end = ENDINGS[way](loan, "Editor")
    expect.ok(loan.open())
    loan.visiting.select("INBOX")
    end()
    expect.no(loan.open())


@requirement("SHARING:FOLD13-1", "FOLD-13")
@ALL
def test_it_is_listed_no_more(loan: Loan, way: str) -> None:
    """LIST on the same connection leaves it out."""
    end = ENDINGS[way](loan, "Editor")
    expect.contains(loan.listed(), FOLDER.encode(), "names before")
    end()
    expect.lacks(loan.listed(), FOLDER.encode(), "names after")


@requirement("SHARING:FOLD13-1", "FOLD-13")
@ALL
def test_nothing_is_stored_any_more(loan: Loan, way: str) -> None:
    """APPEND on the same connection is refused, and the owner finds nothing new."""
    end = ENDINGS[way](loan, "Editor")
    guest, name = loan.visiting, loan.name()
    guest.append(name, loan.post.make_message())
    end()
    answer = guest.command("APPEND", guest.mailbox(name), Literal(loan.post.make_message()))
    expect.no(answer)
    expect.equal(len(loan.uids()), 2, "messages of the owner")


@requirement("SHARING:FOLD13-2", "FOLD-13")
@SOME
def test_news_are_not_told_any_more(loan: Loan, way: str) -> None:
    """NOOP tells nothing of a message that has come since."""
    end = ENDINGS[way](loan, "Editor")
    expect.ok(loan.open())
    end()
    loan.owning.append(FOLDER, loan.post.make_message())
    said = ask(loan.visiting, "NOOP")
    expect.equal(said.count("EXISTS", "FETCH", "RECENT"), 0, "responses about messages")


@requirement("SHARING:FOLD13-2", "FOLD-13")
@SOME
def test_idle_tells_nothing_any_more(loan: Loan, way: str) -> None:
    """Nor does IDLE: the connection hears nothing of the message, or is closed."""
    end = ENDINGS[way](loan, "Editor")
    expect.ok(loan.open())
    said = Said("OK", ())
    try:
        with loan.visiting.idle() as idle:
            end()
            loan.owning.append(FOLDER, loan.post.make_message())
        if idle.completion is not None:
            said = Said("OK", idle.completion.untagged)
    except ConnectionClosed:
        said = Said(CLOSED, loan.visiting.pending)
    expect.equal(said.count("EXISTS", "FETCH", "RECENT"), 0, "responses about messages")


CHANGES: dict[str, tuple[str, ...]] = {
    "store": ("STORE", "1", "+FLAGS", r"(\Flagged)"),
    "unmark": ("STORE", "1", "FLAGS", "()"),
    "expunge": ("EXPUNGE",),
    "uid_expunge": ("UID EXPUNGE", "1:*"),
    "close": ("CLOSE",),
    "move": ("MOVE", "1", "INBOX"),
}


@requirement("SHARING:FOLD13-1", "FOLD-13")
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_changed_any_more(loan: Loan, change: str) -> None:
    r"""What the guest has marked as \Deleted before stays as it is, whatever the guest does."""
    loan.share("Editor")
    expect.ok(loan.open())
    loan.visiting.store(1, "+FLAGS", [r"\Deleted"])
    loan.stop()
    said = ask(loan.visiting, *CHANGES[change])
    if change != "close":
        expect.one_of(said.status, REFUSED, "the answer")
    (uid,) = loan.uids()
    expect.equal(loan.flags(uid), {rb"\deleted"}, "flags that the owner finds")


@requirement("SHARING:FOLD13-1", "FOLD-13")
@pytest.mark.parametrize("command", [("COPY", "1", "INBOX"), ("SEARCH", "ALL"), ("UID SEARCH", "TEXT", "a")])
def test_nothing_is_told_any_more(loan: Loan, command: tuple[str, ...]) -> None:
    """COPY takes nothing out of it, SEARCH finds nothing."""
    loan.share("Reviewer")
    expect.ok(loan.open())
    loan.stop()
    said = ask(loan.visiting, *command)
    expect.one_of(said.status, REFUSED, "the answer")
    expect.equal(said.count("SEARCH", "ESEARCH"), 0, "SEARCH responses")
    expect.equal(loan.world.connect_imap(loan.guest).select("INBOX").exists, 0, "messages in the guest's inbox")

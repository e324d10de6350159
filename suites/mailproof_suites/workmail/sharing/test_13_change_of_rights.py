"""Rights that become fewer or more count at once, and concern nobody else (FEATURES FOLD-13)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.sharing.loan import FOLDER, ROOT, Loan

pytestmark = needs("control:permissions", "control:user", "control:group")
FLAG = ("STORE", "1", "+FLAGS", r"(\Flagged)")


@requirement("SHARING:FOLD13-1", "FOLD-13")
@pytest.mark.parametrize("kind", ["user", "group", "nested_group", "everybody"])
def test_an_editor_becomes_a_reviewer(loan: Loan, kind: str) -> None:
    """Where the folder is open, reading goes on and flagging is refused."""
    to = loan.share("Editor", kind)
    expect.ok(loan.open())
    loan.put("Reviewer", to)
    expect.no(loan.visiting.command(*FLAG))
    expect.ok(loan.visiting.command("FETCH", "1", "(BODY.PEEK[])"))
    (uid,) = loan.uids()
    expect.equal(loan.flags(uid), set(), "flags that the owner finds")


@requirement("SHARING:FOLD13-3", "FOLD-13")
@pytest.mark.parametrize("kind", ["user", "group", "nested_group", "everybody"])
def test_a_reviewer_becomes_an_editor(loan: Loan, kind: str) -> None:
    """Where the folder is open, flagging is done from now on; at the latest when it is opened again."""
    to = loan.share("Reviewer", kind)
    expect.ok(loan.open())
    expect.no(loan.visiting.command(*FLAG))
    loan.put("Editor", to)
    loan.visiting.noop()  # a folder that was opened as READ-ONLY may be so until the client is told otherwise
    if not loan.visiting.command(*FLAG).ok:
        expect.note("it has to be opened again")
        expect.ok(loan.open())
        expect.ok(loan.visiting.command(*FLAG))
    (uid,) = loan.uids()
    expect.equal(loan.flags(uid), {rb"\flagged"}, "flags that the owner finds")


@requirement("SHARING:FOLD13-3", "FOLD-13")
def test_a_new_member_has_it_at_once(loan: Loan) -> None:
    """Who is put into a group opens what it was granted, on a connection that was refused before."""
    stranger = loan.control.user()
    brief = stranger.address.replace("@", "-brief@")
    loan.control.call("group", "add", brief, "--member", stranger.address)
    loan.control.undo("group", "remove", brief, "--yes")
    loan.put("Reviewer", brief)
    expect.no(loan.open())
    loan.control.call("group", "add-member", brief, loan.guest.address)
    expect.ok(loan.open())


@requirement("SHARING:FOLD13-3", "FOLD-13")
def test_it_can_be_shared_again(loan: Loan) -> None:
    """Shared, ended, shared: the same connection opens it again."""
    loan.share("Reviewer")
    expect.ok(loan.open())
    loan.visiting.select("INBOX")
    loan.stop()
    expect.no(loan.open())
    loan.share("Reviewer")
    expect.ok(loan.open())


@requirement("SHARING:FOLD13-1", "FOLD-13")
def test_another_guest_goes_on(loan: Loan) -> None:
    """Who still has the right reads on, and is told news."""
    other = loan.control.user()
    loan.share("Reviewer")
    loan.put("Reviewer", other.address)
    loan.put("folder-visible", other.address, ROOT)
    client = loan.client(other)
    client.select(loan.name())
    expect.ok(loan.open())
    loan.stop()
    loan.owning.append(FOLDER, loan.post.make_message())
    expect.equal(client.noop().last_number("EXISTS"), 2, "EXISTS that the other guest is told")


@requirement("SHARING:FOLD13-1", "FOLD-13")
def test_another_folder_stays_shared(loan: Loan) -> None:
    """With one folder's grant ended, the other one can be opened."""
    loan.share("Reviewer")
    loan.share("Reviewer", folder="INBOX")
    loan.stop()
    expect.ok(loan.open("INBOX"))
    expect.no(loan.open())


@requirement("SHARING:FOLD13-1", "FOLD-13")
@pytest.mark.parametrize("first", ["user", "group"])
def test_two_grants_end_one_by_one(loan: Loan, first: str) -> None:
    """Held by a grant to the user and one to a group, it is open until both have ended."""
    grants = {kind: loan.share("Reviewer", kind) for kind in ("user", "group")}
    loan.stop(grants.pop(first))
    expect.ok(loan.open())
    loan.visiting.select("INBOX")
    loan.stop(grants.popitem()[1])
    expect.no(loan.open())


@requirement("SHARING:FOLD13-1", "FOLD-13")
def test_the_owners_connection_goes_on(loan: Loan) -> None:
    """The owner, who has the folder open meanwhile, notices nothing."""
    loan.share("Editor")
    loan.owning.select(FOLDER)
    loan.stop()
    expect.ok(loan.owning.command(*FLAG))

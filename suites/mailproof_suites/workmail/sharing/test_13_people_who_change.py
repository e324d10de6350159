"""Grants belong to people, not to names: renamed, removed and made anew (FEATURES FOLD-06, FOLD-13)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Account, expect, needs, requirement
from mailproof_suites.workmail.sharing.endings import ask
from mailproof_suites.workmail.sharing.loan import FOLDER, Loan

pytestmark = needs("control:permissions", "control:user", "control:group", "control:grant")


def _anew(loan: Loan, account: Account) -> None:
    """Remove a user, and make another one with the same address and password."""
    loan.control.call("user", "remove", account.address, "--yes")
    loan.control.call("user", "add", account.address, "--password-stdin", input=account.password)


@requirement("SHARING:FOLD13-4", "FOLD-13")
@pytest.mark.parametrize("right", ["profile", "full_access"])
def test_a_new_user_inherits_no_grant(loan: Loan, right: str) -> None:
    """Whoever gets the address of one who is gone has nothing of what that one was granted."""
    if right == "profile":
        loan.share("Editor")
    else:
        loan.control.call("grant", "add", loan.owner.address, loan.guest.address, "full-access")
    name = loan.name()
    loan.world.disconnect(loan.visiting)
    _anew(loan, loan.guest)
    client = loan.world.connect_imap(loan.guest)
    expect.no(client.command("SELECT", client.mailbox(name)))
    expect.equal(client.list_mailboxes("", name + b"*"), [], "folders of the owner that are listed")


@requirement("SHARING:FOLD13-4", "FOLD-13")
def test_a_new_group_inherits_no_grant(loan: Loan) -> None:
    """So it is with a group that is removed and made again, with the same member."""
    staff = loan.share("Editor", "group")
    loan.control.call("group", "remove", staff, "--yes")
    loan.control.call("group", "add", staff, "--member", loan.guest.address)
    expect.no(loan.open())


@requirement("SHARING:FOLD13-4", "FOLD-13")
def test_a_new_owner_shares_nothing(loan: Loan) -> None:
    """The folders of a new owner at the old one's address are not shared."""
    loan.share("Editor", folder="INBOX")
    _anew(loan, loan.owner)
    expect.no(loan.open("INBOX"))


@requirement("SHARING:FOLD06-7", "FOLD-06")
def test_a_renamed_owner_shares_on(loan: Loan) -> None:
    """The folder is found under the new address."""
    loan.share("Reviewer")
    old, new = loan.owner.address, loan.owner.address.replace("@", "-new@")
    loan.control.call("user", "rename", old, new)
    loan.control.undo("user", "rename", new, old)
    guest, name = loan.visiting, loan.name().replace(old.encode(), new.encode())
    expect.ok(guest.command("SELECT", guest.mailbox(name)))


@requirement("SHARING:FOLD06-7", "FOLD-06")
def test_a_renamed_guest_reads_on(loan: Loan) -> None:
    """A guest with a new address signs in with it, and has what was granted."""
    loan.share("Reviewer")
    name = loan.name()
    old, new = loan.guest.address, loan.guest.address.replace("@", "-new@")
    loan.control.call("user", "rename", old, new)
    loan.control.undo("user", "rename", new, old)
    client = loan.world.connect_imap(Account(new, loan.guest.password))
    expect.ok(client.command("SELECT", client.mailbox(name)))


@requirement("SHARING:FOLD06-7", "FOLD-06")
def test_a_renamed_group_keeps_its_grant(loan: Loan) -> None:
    """Its members read on."""
    staff = loan.share("Reviewer", "group")
    new = staff.replace("@", "-new@")
    loan.control.call("group", "rename", staff, new)
    loan.control.undo("group", "rename", new, staff)
    expect.ok(loan.open())


@requirement("SHARING:FOLD13-2", "FOLD-13")
@needs("imap:NOTIFY")
def test_notify_tells_nothing_any_more(loan: Loan) -> None:
    """A client that asked for events of the folder is told none of what happens after the end."""
    loan.share("Reviewer")
    guest = loan.visiting
    guest.command("NOTIFY", "SET", b'(mailboxes "%b" (MessageNew MessageExpunge))' % loan.name()).require_ok()
    for shared in (True, False):
        if not shared:
            loan.stop()
        loan.owning.append(FOLDER, loan.post.make_message())
        said = ask(guest, "NOOP")
        told = [each for each in said.untagged if each.name == "STATUS" and b"MESSAGES" in each.raw]
        if shared and not told:
            pytest.skip("the server tells no events of this folder anyway")
    expect.equal(told, [], "STATUS responses about messages")

"""Full access, granted by the operator: every folder of the account (FEATURES FOLD-12)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Literal, expect, needs, requirement
from mailproof_suites.imap.sharing import EVERYTHING
from mailproof_suites.workmail.grantees import grantee
from mailproof_suites.workmail.sharing.loan import FOLDER, LETTERS, Loan
from mailproof_suites.workmail.sharing.operations import OPERATIONS, judge, lay

pytestmark = needs("control:grant", "control:user", "control:group", "control:permissions", "imap:ACL")


def _appoint(loan: Loan) -> None:
    loan.control.call("grant", "add", loan.owner.address, loan.guest.address, "full-access")


@requirement("SHARING:FOLD12-1", "FOLD-12")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_permits_everything(loan: Loan, operation: str) -> None:
    """Every operation on a folder that nobody shared is done with its effect."""
    table = lay(loan)
    _appoint(loan)
    judge(table, operation, permitted=True)


@requirement("SHARING:FOLD12-1", "FOLD-12")
def test_every_folder_is_listed(loan: Loan) -> None:
    """The guest's LIST tells what the owner's does."""
    loan.owning.create(f"{FOLDER}/Deep/Deeper")
    _appoint(loan)
    expect.equal(loan.listed() - {b""}, loan.folders(), "folders of the owner that are listed")


@requirement("SHARING:FOLD12-1", "FOLD-12")
@pytest.mark.parametrize("folder", ["INBOX", "Sent Items", "Drafts", "Deleted Items", "Junk E-mail"])
def test_distinguished_folders_are_open(loan: Loan, folder: str) -> None:
    """With every right."""
    _appoint(loan)
    expect.ok(loan.open(folder))
    expect.equal(loan.rights(folder), set(EVERYTHING), "rights of the guest")


@requirement("SHARING:FOLD12-1", "FOLD-12")
@pytest.mark.parametrize("profile", [*LETTERS])
def test_folder_permissions_do_not_limit_it(loan: Loan, profile: str) -> None:
    """It counts irrespective of a profile that the same user has on the folder."""
    loan.put(profile)
    _appoint(loan)
    expect.equal(loan.rights(), set(EVERYTHING), "rights of the guest")


@requirement("SHARING:FOLD12-1", "FOLD-12")
def test_new_folders_are_included(loan: Loan) -> None:
    """What the owner makes later is open as well."""
    _appoint(loan)
    loan.owning.create("Later")
    expect.ok(loan.open("Later"))


@requirement("SHARING:FOLD12-1", "FOLD-12")
def test_folders_are_made_at_the_top(loan: Loan) -> None:
    """The guest makes a folder beside the owner's own ones."""
    _appoint(loan)
    expect.ok(loan.visiting.command("CREATE", loan.visiting.mailbox(loan.name("Made by the guest"))))
    expect.contains(loan.folders(), b"Made by the guest", "the owner's folders")


@requirement("SHARING:FOLD12-1", "FOLD-12")
def test_a_hidden_owner_can_be_opened(loan: Loan) -> None:
    """An owner who is left out of the address book is served all the same."""
    loan.control.call("user", "update", loan.owner.address, "--hidden")
    _appoint(loan)
    expect.ok(loan.open())


@requirement("SHARING:FOLD12-1", "FOLD-12")
def test_a_hidden_guest_can_open(loan: Loan) -> None:
    """So is a guest who is."""
    loan.control.call("user", "update", loan.guest.address, "--hidden")
    _appoint(loan)
    expect.ok(loan.open())


@requirement("SHARING:FOLD12-2", "FOLD-12")
@pytest.mark.parametrize("kind", ["group", "nested_group"])
def test_groups_are_refused(loan: Loan, kind: str) -> None:
    """The operator cannot give it to a group, and the members have nothing afterwards."""
    to = grantee(loan.control, kind, loan.guest)
    loan.control.refusal("grant", "add", loan.owner.address, to, "full-access")
    expect.no(loan.open())


@requirement("SHARING:FOLD12-2", "FOLD-12")
@pytest.mark.parametrize("case", ["the_owner_at_the_guest", "another_account", "the_guests_guest"])
def test_it_is_for_one_account_and_one_user(loan: Loan, case: str) -> None:
    """It does not hold the other way round, nor for another account, nor through another user's."""
    control, owner, guest = loan.control, loan.owner.address, loan.guest.address
    third = control.user()
    pairs = {
        "the_owner_at_the_guest": [(guest, owner)],
        "another_account": [(third.address, guest)],
        "the_guests_guest": [(owner, third.address), (third.address, guest)],
    }
    for account, whom in pairs[case]:
        control.call("grant", "add", account, whom, "full-access")
    expect.no(loan.open())
    expect.equal(loan.listed() - {b""}, set(), "folders of the owner that are listed")


@requirement("SHARING:FOLD12-2", "FOLD-12")
@pytest.mark.parametrize("permission", ["send-as", "send-on-behalf"])
def test_permission_to_send_opens_nothing(loan: Loan, permission: str) -> None:
    """Who may send in the owner's name reads nothing by that."""
    loan.control.call("grant", "add", loan.owner.address, loan.guest.address, permission)
    expect.no(loan.open())
    answer = loan.visiting.command("APPEND", loan.visiting.mailbox(loan.name()), Literal(loan.post.make_message()))
    expect.no(answer)

"""Permission profiles: what each lets a guest do (FEATURES FOLD-06, FOLD-07)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.imap.sharing import EVERYTHING, VIRTUAL
from mailproof_suites.workmail.sharing.loan import EVERYBODY, GRANTEES, LETTERS, Loan
from mailproof_suites.workmail.sharing.operations import OPERATIONS, judge, lay

pytestmark = needs("control:permissions", "control:user", "control:group", "imap:ACL")


@requirement("SHARING:FOLD06-1", "FOLD-06", "FOLD-07")
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("profile", LETTERS)
def test_a_profile_permits_what_it_says(loan: Loan, profile: str, operation: str) -> None:
    """A user with the profile does it with its effect, or is refused without one."""
    table = lay(loan)
    loan.share(profile)
    judge(table, operation, permitted=profile in OPERATIONS[operation][0])


@requirement("SHARING:FOLD06-2", "FOLD-06")
@pytest.mark.parametrize("profile", LETTERS)
@pytest.mark.parametrize("kind", [kind for kind in GRANTEES if kind != "user"])
def test_a_profile_holds_for_every_kind_of_grantee(loan: Loan, kind: str, profile: str) -> None:
    """Through a group, a group in a group, everybody, and hidden or not: MYRIGHTS tells the profile's rights."""
    loan.share(profile, kind)
    expect.equal(loan.rights(), set(LETTERS[profile]), "rights of the guest")


@requirement("SHARING:FOLD06-2", "FOLD-06")
@pytest.mark.parametrize("operation", ["read", "append", "flag_others", "delete_own", "create_below", "grant"])
@pytest.mark.parametrize("kind", [kind for kind in GRANTEES if kind != "user"])
def test_an_owner_by_every_kind_of_grant(loan: Loan, kind: str, operation: str) -> None:
    """The profile Owner, given to a group or to everybody, permits what it permits a user."""
    table = lay(loan)
    loan.share("Owner", kind)
    if operation == "grant" and kind == EVERYBODY:
        expect.equal(loan.rights(), set(LETTERS["Owner"]), "rights of the guest")
        return
    judge(table, operation, permitted=True)


@requirement("SHARING:FOLD06-2", "FOLD-06")
@pytest.mark.parametrize("kind", ["group", "nested_group"])
def test_who_is_in_no_such_group_has_nothing(loan: Loan, kind: str) -> None:
    """A grant to a group is none to others."""
    loan.share("Editor", kind)
    stranger = loan.control.user()
    client = loan.client(stranger)
    expect.equal(client.list_mailboxes("", loan.name() + b"*"), [], "names that LIST tells a stranger")
    expect.no(client.command("SELECT", client.mailbox(loan.name())))


@requirement("SHARING:FOLD06-3", "FOLD-06")
@pytest.mark.parametrize(
    ("first", "second", "rights"),
    [("Contributor", "Reviewer", "lri"), ("Reviewer", "Editor", "lriswte"), ("PublishingAuthor", "Editor", "lriswtek")],
)
def test_the_rights_of_two_groups_add_up(loan: Loan, first: str, second: str, rights: str) -> None:
    """Who is in both holds what either is given."""
    loan.share(first, "group")
    domain = loan.guest.address.partition("@")[2]
    other = f"others-{loan.world.token}@{domain}"
    loan.control.call("group", "add", other, "--member", loan.guest.address)
    loan.control.undo("group", "remove", other, "--yes")
    loan.put(second, other)
    expect.equal(loan.rights(), set(rights), "rights of the guest")


@requirement("SHARING:FOLD06-4", "FOLD-06")
@pytest.mark.parametrize("profile", LETTERS)
def test_the_owner_loses_nothing(loan: Loan, profile: str) -> None:
    """Whatever a guest is given, the owner's own rights stay whole."""
    loan.share(profile)
    answer = loan.owning.command("MYRIGHTS", "Projects").require_ok()
    held = set(answer.named("MYRIGHTS")[0].raw.rpartition(b" ")[2].decode().strip()) - VIRTUAL
    expect.equal(held, set(EVERYTHING), "rights of the owner")


@requirement("SHARING:FOLD06-5", "FOLD-06")
@pytest.mark.parametrize("after", LETTERS)
def test_another_profile_takes_the_place_of_the_first(loan: Loan, after: str) -> None:
    """Nothing of what was granted before stays, for a connection that is open, too."""
    loan.share("PublishingEditor")
    expect.equal(loan.rights(), set(LETTERS["PublishingEditor"]), "rights before")
    loan.put(after)
    expect.equal(loan.rights(), set(LETTERS[after]), "rights after")

"""Where the folders of others are found: the namespace of other users (FEATURES FOLD-10, FOLD-11)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Literal, expect, needs, requirement
from mailproof_suites.workmail.sharing.loan import FOLDER, GRANTEES, Loan

pytestmark = needs("control:permissions", "control:user", "control:group", "imap:NAMESPACE|IMAP4rev2")


@requirement("SHARING:FOLD10-1", "FOLD-10")
def test_namespace_names_other_users(loan: Loan) -> None:
    """NAMESPACE tells where others' folders are, also before anybody shares."""
    expect.equal(len(loan.visiting.namespace().other_users or ()), 1, "namespaces of other users")


@requirement("SHARING:FOLD10-1", "FOLD-10")
@pytest.mark.parametrize("kind", GRANTEES)
def test_an_account_that_shares_is_found(loan: Loan, kind: str) -> None:
    """LIST of the level below the namespace tells the owner."""
    loan.share("Reviewer", kind)
    top = loan.name("").rpartition(loan.owner.address.encode())[0]
    found = {each.mailbox for each in loan.visiting.list_mailboxes("", top + b"%")}
    expect.contains(found, top + loan.owner.address.encode(), "owners that LIST tells")


@requirement("SHARING:FOLD10-1", "FOLD-10", "FOLD-11")
@pytest.mark.parametrize("rights", ["None", "read-any", "create", "edit-any"])
def test_an_account_that_shows_nothing_is_not_found(loan: Loan, rights: str) -> None:
    """An owner none of whose folders is visible is not listed."""
    loan.put(rights)
    loan.put("folder-visible", folder="/")
    top = loan.name("").rpartition(loan.owner.address.encode())[0]
    found = {each.mailbox for each in loan.visiting.list_mailboxes("", top + b"%")}
    expect.lacks(found, top + loan.owner.address.encode(), "owners that LIST tells")


@requirement("SHARING:FOLD10-1", "FOLD-10")
def test_nothing_but_what_is_shared(loan: Loan) -> None:
    """Folders beside, above and below are not listed."""
    for name in ("Other", f"{FOLDER}/Below"):
        loan.owning.create(name)
    loan.share("Reviewer")
    expect.equal(loan.listed() - {b""}, {FOLDER.encode()}, "folders of the owner that are listed")


@requirement("SHARING:FOLD10-1", "FOLD-10")
def test_a_deep_folder_is_reached_by_its_name(loan: Loan) -> None:
    """What lies below a folder that is not shared is opened by its full name."""
    below = f"{FOLDER}/Deep/Deeper"
    loan.owning.create(below)
    loan.share("Reviewer", folder=below)
    expect.contains(loan.listed(), below.encode(), "folders of the owner that are listed")
    expect.ok(loan.open(below))


@requirement("SHARING:FOLD10-1", "FOLD-10")
@pytest.mark.parametrize("name", ["Straße", "日本", "A & B", "100%"])
def test_names_of_all_kinds(loan: Loan, name: str) -> None:
    """A folder of any name is listed and opened under it."""
    loan.owning.create(name)
    loan.share("Reviewer", folder=name)
    expect.equal(len(loan.listed() - {b""}), 1, "folders of the owner that are listed")
    expect.ok(loan.visiting.command("SELECT", loan.visiting.mailbox(loan.name("") + next(iter(loan.listed() - {b""})))))


@requirement("SHARING:FOLD10-1", "FOLD-10")
def test_a_hidden_owner_shares_all_the_same(loan: Loan) -> None:
    """Being left out of the address book hides no folder from whom it is shared with."""
    loan.control.call("user", "update", loan.owner.address, "--hidden")
    loan.share("Reviewer")
    expect.contains(loan.listed(), FOLDER.encode(), "folders of the owner that are listed")
    expect.ok(loan.open())


@requirement("SHARING:FOLD10-1", "FOLD-10")
def test_own_folders_stand_outside(loan: Loan) -> None:
    """The owner does not find own shared folders among those of others."""
    loan.share("Reviewer")
    found = {each.mailbox for each in loan.owning.list_mailboxes("", loan.name("") + b"*")}
    expect.equal(found, set(), "own folders among the other users'")


@requirement("SHARING:FOLD11-1", "FOLD-11")
@pytest.mark.parametrize("command", ["SELECT", "EXAMINE", "STATUS", "APPEND", "DELETE", "CREATE", "GETACL", "MYRIGHTS"])
def test_nothing_is_done_without_a_right(loan: Loan, command: str) -> None:
    """Another user's folder is not opened, told about, filled, removed or added to."""
    guest = loan.visiting
    name = loan.name(f"{FOLDER}/New" if command == "CREATE" else FOLDER)
    message = Literal(loan.post.make_message())
    more: dict[str, tuple[str | Literal, ...]] = {"STATUS": ("(MESSAGES)",), "APPEND": (message,)}
    answer = guest.command(command, guest.mailbox(name), *more.get(command, ()))
    expect.no(answer)
    expect.equal(answer.named("STATUS", "EXISTS", "ACL", "MYRIGHTS"), [], "responses")
    expect.equal((len(loan.uids()), f"{FOLDER}/New".encode() in loan.folders()), (1, False), "what the owner finds")


@requirement("SHARING:FOLD11-1", "FOLD-11", "RFC4314:6-1")
@pytest.mark.parametrize("command", ["SELECT", "MYRIGHTS", "GETACL", "DELETE"])
def test_what_may_not_be_seen_is_answered_like_what_is_not_there(loan: Loan, command: str) -> None:
    """The answer does not tell whether there is such a folder."""
    guest = loan.visiting
    told = []
    for name in (FOLDER, "Nowhere"):
        answer = guest.command(command, guest.mailbox(loan.name(name)))
        text = answer.text.replace(name.encode(), b"...")
        told.append((answer.status, answer.code and answer.code.name, text))
    expect.equal(told[0], told[1], "the answer, beside that for a folder that does not exist")

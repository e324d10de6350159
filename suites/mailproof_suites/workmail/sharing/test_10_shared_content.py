"""What owner and guest see in a shared folder, and what travels between folders (FEATURES FOLD-09, FOLD-10)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, Literal, expect, needs, requirement
from mailproof_suites.workmail.sharing.loan import FOLDER, ROOT, Loan

pytestmark = needs("control:permissions", "control:user", "control:group")
SENSITIVITIES = ["Personal", "Private", "Company-Confidential"]


@requirement("SHARING:FOLD09-1", "FOLD-09")
@pytest.mark.parametrize("sensitivity", SENSITIVITIES)
@pytest.mark.parametrize("profile", ["Reviewer", "Owner"])
def test_private_items_are_shown(loan: Loan, profile: str, sensitivity: str) -> None:
    """A message that is marked as private is read like any other."""
    message = loan.post.make_message(headers={"Sensitivity": sensitivity})
    uid = loan.post.append(loan.owning, FOLDER, message)
    loan.share(profile)
    expect.ok(loan.open())
    data = loan.visiting.fetch(uid, "(BODY.PEEK[])", uid=True).only()
    expect.equal(bytes(data.body or b""), message, "the message that the guest reads")


@requirement("SHARING:FOLD10-2", "FOLD-10")
@pytest.mark.parametrize("items", ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"])
def test_status_is_what_the_owner_has(loan: Loan, items: str) -> None:
    """STATUS tells both the same."""
    loan.post.append(loan.owning, FOLDER, flags=[r"\Seen"])
    loan.share("Reviewer")
    told = [client.status(name, items).items[items] for client, name in _both(loan)]
    expect.equal(told[1], told[0], f"{items} that the guest is told")


@requirement("SHARING:FOLD10-2", "FOLD-10")
@pytest.mark.parametrize("criteria", ["ALL", "UNSEEN", "FLAGGED", 'TEXT "Hello"', "LARGER 10", "KEYWORD $Later"])
def test_search_finds_what_the_owner_finds(loan: Loan, criteria: str) -> None:
    """SEARCH finds the same UIDs for both."""
    loan.post.append(loan.owning, FOLDER, flags=[r"\Seen", r"\Flagged", "$Later"])
    loan.share("Reviewer")
    found = []
    for client, name in _both(loan):
        client.examine(name)
        found.append(list(client.search(criteria, uid=True)))
    expect.equal(found[1], found[0], "UIDs that the guest finds")


@requirement("SHARING:FOLD10-2", "FOLD-10")
def test_both_are_told_of_each_others_changes(loan: Loan) -> None:
    """A message of the owner's is told to the guest who has the folder open, a flag of the guest's to the owner."""
    loan.share("Editor")
    expect.ok(loan.open())
    loan.owning.select(FOLDER)
    loan.post.append(loan.owning, FOLDER)
    expect.equal(loan.visiting.noop().last_number("EXISTS"), 2, "EXISTS that the guest is told")
    loan.visiting.store(2, "+FLAGS", [r"\Flagged"])
    expect.equal(len(loan.owning.noop().named("FETCH")), 1, "FETCH responses that the owner is told")


@requirement("SHARING:FOLD10-2", "FOLD-10")
def test_what_a_guest_stores_is_the_owners(loan: Loan) -> None:
    """The owner flags and expunges it like any other message."""
    loan.share("Contributor")
    loan.visiting.append(loan.name(), loan.post.make_message())
    uid = max(loan.uids())
    loan.owning.select(FOLDER)
    loan.owning.store(uid, "+FLAGS", [r"\Deleted"], uid=True)
    loan.owning.expunge()
    expect.lacks(loan.uids(), uid, "UIDs of the owner")


@requirement("SHARING:FOLD10-3", "FOLD-10")
@pytest.mark.parametrize("profile", ["Reviewer", "NoneditingAuthor", "Editor"])
def test_copy_takes_reading(loan: Loan, profile: str) -> None:
    """Who may read copies to an own folder, and the original stays."""
    loan.share(profile)
    expect.ok(loan.open())
    loan.visiting.copy(1, "INBOX")
    expect.equal(loan.visiting.select("INBOX").exists, 1, "messages in the guest's inbox")
    expect.equal(len(loan.uids()), 1, "messages of the owner")


@requirement("SHARING:FOLD10-3", "FOLD-10")
@needs("imap:MOVE|IMAP4rev2")
@pytest.mark.parametrize("profile", ["Reviewer", "NoneditingAuthor", "Author", "PublishingAuthor"])
def test_a_refused_move_copies_nothing(loan: Loan, profile: str) -> None:
    """Who may not delete what others have written moves nothing: no copy remains in the own folder."""
    loan.share(profile)
    expect.ok(loan.open())
    expect.no(loan.visiting.command("MOVE", "1", "INBOX"))
    expect.equal(loan.visiting.select("INBOX").exists, 0, "messages in the guest's inbox")


@requirement("SHARING:FOLD10-3", "FOLD-10")
@needs("imap:MOVE|IMAP4rev2")
@pytest.mark.parametrize(("profile", "moved"), [("Reviewer", False), ("Contributor", True), ("Editor", True)])
def test_move_into_takes_creating(loan: Loan, profile: str, moved: bool) -> None:
    """A message of the guest's is moved into the folder, or stays where it is: never both, never neither."""
    loan.share(profile)
    loan.visiting.append("INBOX", loan.post.make_message())
    loan.visiting.select("INBOX")
    answer = loan.visiting.command("MOVE", "1", loan.visiting.mailbox(loan.name()))
    (expect.ok if moved else expect.no)(answer)
    expect.equal(loan.visiting.select("INBOX").exists, 0 if moved else 1, "messages in the guest's inbox")
    expect.equal(len(loan.uids()), 2 if moved else 1, "messages of the owner")


@requirement("SHARING:FOLD10-3", "FOLD-10")
@pytest.mark.parametrize(("profile", "copied"), [("Reviewer", False), ("Contributor", True)])
def test_copy_between_two_owners(loan: Loan, profile: str, copied: bool) -> None:
    """From one owner's folder into another's: reading here and creating there."""
    other = loan.control.user()
    loan.share("Reviewer")
    loan.control.call("permissions", "set", other.address, "INBOX", loan.guest.address, profile)
    expect.ok(loan.open())
    answer = loan.visiting.command("COPY", "1", loan.visiting.mailbox(loan.name("INBOX", other)))
    (expect.ok if copied else expect.no)(answer)
    expect.equal(loan.client(other).select("INBOX").exists, int(copied), "messages of the other owner")


@requirement("SHARING:FOLD10-4", "FOLD-10", "OPER-01")
@needs("control:quota")
@pytest.mark.parametrize("full", ["owner", "guest"])
def test_the_owners_quota_counts(loan: Loan, full: str) -> None:
    """A guest's message is refused where the owner has no room, and stored where it is the guest who has none."""
    loan.share("Contributor")
    loan.put("folder-visible", folder=ROOT)
    account = loan.owner if full == "owner" else loan.guest
    loan.control.call("quota", "set", account.address, "--bytes", "1500")
    message = loan.post.make_message(body="x" * 70 + "\r\n" * 1000)
    answer = loan.visiting.command("APPEND", loan.visiting.mailbox(loan.name()), Literal(message))
    (expect.no if full == "owner" else expect.ok)(answer)
    expect.equal(len(loan.uids()), 1 if full == "owner" else 2, "messages of the owner")


def _both(loan: Loan) -> list[tuple[ImapClient, str | bytes]]:
    return [(loan.owning, FOLDER), (loan.visiting, loan.name())]

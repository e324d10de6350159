"""Which folders show when they are shared: the inbox as it is, others with the root (FEATURES FOLD-08)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.sharing.loan import FOLDER, GRANTEES, ROOT, Loan

pytestmark = needs("control:permissions", "control:user", "control:group")
OTHERS = ["Sent Items", "Drafts", "Deleted Items", FOLDER]


@requirement("SHARING:FOLD08-1", "FOLD-08")
@pytest.mark.parametrize("kind", GRANTEES)
def test_the_inbox_shows_as_it_is(loan: Loan, kind: str) -> None:
    """A grant on the inbox is enough to see it listed and to open it."""
    loan.grant("Reviewer", kind, "INBOX")
    expect.equal(loan.listed() - {b""}, {b"INBOX"}, "folders of the owner that are listed")
    expect.ok(loan.open("INBOX"))


@requirement("SHARING:FOLD08-1", "FOLD-08")
def test_what_is_below_the_inbox_shows_with_it(loan: Loan) -> None:
    """A subfolder of a visible inbox needs no root."""
    loan.owning.create("INBOX/Bills")
    for folder in ("INBOX", "INBOX/Bills"):
        loan.grant("Reviewer", folder=folder)
    expect.equal(loan.listed() - {b""}, {b"INBOX", b"INBOX/Bills"}, "folders of the owner that are listed")


@requirement("SHARING:FOLD08-2", "FOLD-08")
@pytest.mark.parametrize("folder", OTHERS)
def test_another_folder_does_not_show_by_itself(loan: Loan, folder: str) -> None:
    """Without the root it is not listed."""
    loan.grant("Editor", folder=folder)
    expect.equal(loan.listed() - {b""}, set(), "folders of the owner that are listed")


@requirement("SHARING:FOLD08-2", "FOLD-08")
@pytest.mark.parametrize("folder", OTHERS)
def test_another_folder_shows_with_the_root(loan: Loan, folder: str) -> None:
    """With the root visible it is listed, and can be opened."""
    loan.share("Reviewer", folder=folder)
    expect.equal(loan.listed() - {b""}, {folder.encode()}, "folders of the owner that are listed")
    expect.ok(loan.open(folder))


@requirement("SHARING:FOLD08-2", "FOLD-08")
@pytest.mark.parametrize("kind", GRANTEES)
def test_the_root_by_every_kind_of_grant(loan: Loan, kind: str) -> None:
    """The folder granted to the user, the root to whatever kind of grantee: it is listed."""
    loan.grant("Reviewer")
    loan.grant("folder-visible", kind, ROOT)
    expect.contains(loan.listed(), FOLDER.encode(), "folders of the owner that are listed")


@requirement("SHARING:FOLD08-2", "FOLD-08")
def test_what_is_below_another_folder_needs_the_root(loan: Loan) -> None:
    """A deeper folder is listed with the root only."""
    below = f"{FOLDER}/Deep"
    loan.owning.create(below)
    loan.grant("Reviewer", folder=below)
    expect.equal(loan.listed() - {b""}, set(), "folders listed without the root")
    loan.put("folder-visible", folder=ROOT)
    expect.contains(loan.listed(), below.encode(), "folders listed with the root")


@requirement("SHARING:FOLD08-3", "FOLD-08")
@pytest.mark.parametrize("rights", ["folder-visible", "Reviewer", "Owner"])
def test_the_root_alone_shows_nothing(loan: Loan, rights: str) -> None:
    """Whatever is granted on the root, no folder becomes visible or open by it."""
    loan.put(rights, folder=ROOT)
    expect.equal(loan.listed() - {b""}, set(), "folders of the owner that are listed")
    expect.no(loan.open())


@requirement("SHARING:FOLD08-2", "SHARING:FOLD13-1", "FOLD-08", "FOLD-13")
def test_the_root_can_be_hidden_again(loan: Loan) -> None:
    """The folder is listed no more, on a connection that is open."""
    loan.share("Reviewer")
    expect.contains(loan.listed(), FOLDER.encode(), "names before")
    loan.stop(folder=ROOT)
    expect.lacks(loan.listed(), FOLDER.encode(), "names after")


@requirement("SHARING:FOLD08-2", "RFC4314:4-1", "FOLD-08")
def test_a_share_over_imap_shows(loan: Loan) -> None:
    """IMAP has no name for the root: SETACL with l makes a folder visible all the same."""
    loan.owning.command("SETACL", FOLDER, loan.guest.address, "lr").require_ok()
    expect.contains(loan.listed(), FOLDER.encode(), "folders of the owner that are listed")

"""Single rights, and the names of profiles for rights that equal them (FEATURES FOLD-06, FOLD-07)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.sharing.loan import FOLDER, LETTERS, ROOT, Loan
from mailproof_suites.workmail.sharing.operations import judge, lay

pytestmark = needs("control:permissions", "control:user", "imap:ACL")
SEES, READS = "folder-visible", "folder-visible,read-any"
FREE_BUSY = "free-busy-detailed"

PERMITS: dict[str, set[str]] = {
    SEES: {"list"},
    READS: {"list", "read"},
    "read-any": {"read"},
    "create": {"append"},
    f"{SEES},create": {"list", "append"},
    f"{READS},create": {"list", "read", "append"},
    f"{READS},edit-owned": {"list", "read", "flag_own"},
    f"{READS},edit-any": {"list", "read", "flag_own", "flag_others"},
    f"{READS},delete-owned": {"list", "read", "delete_own"},
    f"{READS},delete-any": {"list", "read", "delete_own", "delete_others"},
    f"{SEES},create-subfolder": {"list", "create_below"},
    f"{READS},folder-contact": {"list", "read"},
    f"{SEES},folder-owner": {"list", "grant", "delete_folder"},
    f"{SEES},{FREE_BUSY}": {"list"},
}
TRIED = (
    *("list", "read", "append", "flag_own", "flag_others", "delete_own", "delete_others"),
    *("create_below", "grant", "delete_folder"),
)


@requirement("SHARING:FOLD07-1", "FOLD-07")
@pytest.mark.parametrize("operation", TRIED)
@pytest.mark.parametrize("rights", PERMITS)
def test_single_rights_permit_what_they_say(loan: Loan, rights: str, operation: str) -> None:
    """The guest does what the rights cover, with its effect, and is refused everything else."""
    table = lay(loan)
    loan.put(SEES, folder=ROOT)
    loan.put(rights)
    judge(table, operation, permitted=operation in PERMITS[rights])


def _shown(loan: Loan, who: str) -> str:
    entries = loan.control.call("permissions", "list", loan.owner.address, FOLDER)
    return next((str(each["profile"]) for each in entries if each["grantee"] == who), "None")


@requirement("SHARING:FOLD06-6", "FOLD-06")
@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("li", {"Contributor"}),
        ("lip", {"Contributor"}),
        ("lr", {"Reviewer"}),
        ("lriswte", {"Editor"}),
        ("lriswtek", {"PublishingEditor"}),
        ("lrswipkxtea", {"Owner", "Custom"}),
        ("l", {"Custom"}),
        ("lri", {"Custom"}),
        ("lrs", {"Custom"}),
        ("lrit", {"Custom"}),
        ("lriswt", {"Custom"}),
    ],
)
def test_rights_given_over_imap_have_the_name_of_the_profile(loan: Loan, letters: str, shown: set[str]) -> None:
    """What SETACL gives is shown by the profile that it equals, else as Custom."""
    loan.owning.command("SETACL", FOLDER, loan.guest.address, letters).require_ok()
    expect.one_of(_shown(loan, loan.guest.address), shown, "the profile that is shown")


@requirement("SHARING:FOLD06-6", "FOLD-06")
@pytest.mark.parametrize("profile", LETTERS)
def test_a_profile_is_shown_by_its_name(loan: Loan, profile: str) -> None:
    """What was chosen is what is shown."""
    loan.put(profile)
    expect.equal(_shown(loan, loan.guest.address), profile, "the profile that is shown")


@requirement("SHARING:FOLD06-6", "FOLD-06")
@pytest.mark.parametrize("profile", [name for name, letters in LETTERS.items() if letters])
def test_a_profile_is_told_over_imap(loan: Loan, profile: str) -> None:
    """GETACL tells the owner the letters of the profile."""
    loan.put(profile)
    answer = loan.owning.command("GETACL", FOLDER).require_ok()
    words = answer.named("ACL")[0].raw.decode().split()
    held = set(words[words.index(loan.guest.address) + 1]) - {"c", "d"}
    expect.equal(held, set(LETTERS[profile]), "rights that GETACL tells")


@requirement("SHARING:FOLD06-6", "FOLD-06")
@pytest.mark.parametrize("profile", ["Author", "PublishingAuthor", "Owner"])
def test_one_letter_less_is_custom(loan: Loan, profile: str) -> None:
    """A profile from which SETACL takes a right is no longer called so."""
    loan.put(profile)
    loan.owning.command("SETACL", FOLDER, loan.guest.address, "-i").require_ok()
    expect.equal(_shown(loan, loan.guest.address), "Custom", "the profile that is shown")

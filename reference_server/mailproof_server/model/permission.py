"""Rights on a folder: MAPI's bits (MS-OXCPERM 2.2.7), of which IMAP's ACL letters are a projection.

Theory
------
* MAPI's coarse bits contain the finer ones that IMAP tells apart, and who holds all of the finer ones holds the coarse
  one: two spellings of the same rights. `implied` is the one form in which rights are compared.
* The profiles of Outlook and EWS are names for sets of rights. Rights that equal a profile show its name, whichever way
  they were given; all others are Custom (FEATURES FOLD-06).
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum

from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import PrincipalId


class Right(IntFlag):
    READ_ANY = 0x1
    CREATE = 0x2
    EDIT_OWNED = 0x8
    """Change what one has created oneself; DELETE_OWNED likewise."""
    DELETE_OWNED = 0x10
    EDIT_ANY = 0x20
    DELETE_ANY = 0x40
    CREATE_SUBFOLDER = 0x80
    FOLDER_OWNER = 0x100
    FOLDER_CONTACT = 0x200
    FOLDER_VISIBLE = 0x400
    FREE_BUSY_SIMPLE = 0x800
    FREE_BUSY_DETAILED = 0x1000
    # IMAP tells apart what MAPI keeps together; these extra bits make every RFC 4314 letter storable by itself.
    KEEP_SEEN = 0x10000
    """`s`: keep \\Seen across sessions."""
    WRITE_FLAGS = 0x20000
    """`w`: flags other than \\Seen and \\Deleted."""
    POST = 0x40000
    """`p`."""
    DELETE_FOLDER = 0x80000
    """`x`."""
    MARK_DELETED = 0x100000
    """`t`."""
    EXPUNGE = 0x200000
    """`e`."""
    ADMINISTER = 0x400000
    """`a`: change the grants."""

    @classmethod
    def everything(cls) -> "Right":
        """What an owner holds."""
        return ~cls(0)


NO_RIGHTS = Right(0)
EVERYTHING = Right.everything()
EDITS = Right.KEEP_SEEN | Right.WRITE_FLAGS
"""What IMAP knows of editing."""
DELETES = Right.MARK_DELETED | Right.EXPUNGE

_SAME: tuple[tuple[Right, Right], ...] = (
    (Right.EDIT_ANY, EDITS),
    (Right.DELETE_ANY, DELETES),
    (Right.FOLDER_OWNER, Right.ADMINISTER | Right.DELETE_FOLDER),
)
"""A coarse right, and the finer ones that together are the same."""
_WEAKER: tuple[tuple[Right, Right], ...] = (
    (Right.EDIT_ANY, Right.EDIT_OWNED),
    (Right.DELETE_ANY, Right.DELETE_OWNED),
    (Right.FREE_BUSY_DETAILED, Right.FREE_BUSY_SIMPLE),
)
"""A right, and what is contained in it without being the same."""
_FINE = dict(_SAME)
_ON_OWN: tuple[tuple[Right, Right], ...] = (
    (Right.EDIT_OWNED, Right.EDIT_ANY),
    (Right.DELETE_OWNED, Right.DELETE_ANY),
)


def implied(rights: Right) -> Right:
    """The same rights with everything that they contain."""
    for coarse, fine in _SAME:
        if coarse in rights or fine in rights:
            rights |= coarse | fine
    for stronger, weaker in _WEAKER:
        if stronger in rights:
            rights |= weaker
    return rights


def without(rights: Right, removed: Right) -> Right:
    """`rights` less `removed`, in a form that does not imply the removed ones again.

    Who may no longer edit or delete in general may not do so to own items either, and the other way round.
    """
    rights = implied(rights) & ~removed
    for stronger, weaker in _WEAKER:
        if weaker & removed:
            rights &= ~(stronger | _FINE.get(stronger, stronger))
    for coarse, fine in _SAME:
        if (coarse | fine) & removed:
            rights &= ~coarse
            if coarse & removed:
                rights &= ~fine
    for owned, coarse in _ON_OWN:
        if _FINE[coarse] & removed:
            rights &= ~owned
    return rights


def on_own(rights: Right) -> Right:
    """What they amount to on an item that their holder has created."""
    for owned, coarse in _ON_OWN:
        if owned in rights:
            rights |= coarse
    return implied(rights)


class Profile(StrEnum):
    """Permission levels, by their names in EWS."""

    NONE = "None"
    CONTRIBUTOR = "Contributor"
    REVIEWER = "Reviewer"
    NONEDITING_AUTHOR = "NoneditingAuthor"
    AUTHOR = "Author"
    PUBLISHING_AUTHOR = "PublishingAuthor"
    EDITOR = "Editor"
    PUBLISHING_EDITOR = "PublishingEditor"
    OWNER = "Owner"
    FREE_BUSY_TIME = "FreeBusyTimeOnly"
    FREE_BUSY_DETAILS = "FreeBusyTimeAndSubjectAndLocation"
    CUSTOM = "Custom"


PROFILE_RIGHTS: dict[Profile, Right] = {
    Profile.NONE: NO_RIGHTS,
    Profile.CONTRIBUTOR: Right(0x402),
    Profile.REVIEWER: Right(0x401),
    Profile.NONEDITING_AUTHOR: Right(0x413),
    Profile.AUTHOR: Right(0x41B),
    Profile.PUBLISHING_AUTHOR: Right(0x49B),
    Profile.EDITOR: Right(0x47B),
    Profile.PUBLISHING_EDITOR: Right(0x4FB),
    Profile.OWNER: Right(0x7FB),
    Profile.FREE_BUSY_TIME: Right(0x800),
    Profile.FREE_BUSY_DETAILS: Right(0x1800),
}
CALENDAR_PROFILES = frozenset({Profile.FREE_BUSY_TIME, Profile.FREE_BUSY_DETAILS})
_UNNAMED = Right.POST
"""MAPI knows no such right: it makes no difference to the name."""
_NAMES = {implied(rights): profile for profile, rights in PROFILE_RIGHTS.items()}
_FREE_BUSY = Right.FREE_BUSY_SIMPLE | Right.FREE_BUSY_DETAILED


def profile_of(rights: Right, kind: FolderKind = FolderKind.MAIL) -> Profile:
    """The name for the rights on a folder of that kind.

    Who reads a calendar sees when its owner is busy in any case, so free/busy rights beside reading change no name.
    """
    if EVERYTHING in rights:
        return Profile.OWNER
    held = implied(rights) & ~_UNNAMED
    if kind is FolderKind.CALENDAR and Right.READ_ANY in held:
        held &= ~_FREE_BUSY
    profile = _NAMES.get(held, Profile.CUSTOM)
    return Profile.CUSTOM if profile in CALENDAR_PROFILES and kind is not FolderKind.CALENDAR else profile


class FreeBusyDetail(StrEnum):
    """How much of a calendar's free/busy somebody is told."""

    NONE = "none"
    TIME = "time"
    DETAILS = "details"
    """Subject and location as well."""


def free_busy_detail(rights: Right) -> FreeBusyDetail:
    """Read permission shows everything, private items included (FEATURES FOLD-09)."""
    if rights & (Right.READ_ANY | Right.FREE_BUSY_DETAILED):
        return FreeBusyDetail.DETAILS
    return FreeBusyDetail.TIME if Right.FREE_BUSY_SIMPLE in rights else FreeBusyDetail.NONE


class Anyone(StrEnum):
    """Grantees that are no principals."""

    DEFAULT = "default"
    """Everybody signed in (IMAP `anyone`)."""
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights of one grantee on one folder."""

    grantee: PrincipalId | Anyone
    rights: Right


class AccountPermission(StrEnum):
    """Grants of the operator on a whole account, in WorkMail's words."""

    FULL_ACCESS = "full_access"
    SEND_AS = "send_as"
    SEND_ON_BEHALF = "send_on_behalf"

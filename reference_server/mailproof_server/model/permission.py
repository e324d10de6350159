"""Rights on a folder: MAPI's bits (MS-OXCPERM 2.2.7), of which IMAP's ACL letters are a projection."""

from dataclasses import dataclass
from enum import IntFlag, StrEnum

from mailproof_server.model.ids import PrincipalId


class Right(IntFlag):
    READ_ANY = 0x1
    CREATE = 0x2
    EDIT_OWNED = 0x8
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

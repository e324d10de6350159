"""Who there is: principals of the directory and the accounts that own folders."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mailproof_server.model.ids import AccountId, Modseq, PrincipalId

DEFAULT_QUOTA_BYTES = 50 * 1024**3
"""What an account may hold when the operator says nothing: 50 GB, WorkMail's own figure."""

ATTRIBUTES = (
    *("FirstName", "LastName", "Initials", "JobTitle", "Department", "Company", "Office"),
    *("Telephone", "MobilePhone", "HomePhone", "Street", "City", "ZipCode", "Country"),
)
"""What the address book says of an entry beside its names, in WorkMail's words, with ActiveSync's two more phones."""


class PrincipalKind(StrEnum):
    USER = "user"
    GROUP = "group"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One user, group or resource as the directory shows it. Addresses are stored in lower case, without tags."""

    id: PrincipalId
    kind: PrincipalKind
    address: str
    display_name: str
    username: str
    """Web sign-in name, case-sensitive; empty for groups."""
    enabled: bool
    hidden: bool
    """Not shown in the address book; mail still arrives."""
    account_id: AccountId | None
    """Groups own no account."""
    aliases: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    """ATTRIBUTES, as far as they are known; of a resource also what kind it is."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: the outcome of a sign-in. Actor and owner are always two arguments."""

    id: PrincipalId
    address: str
    account_id: AccountId
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An owner of folders, with its counters."""

    id: AccountId
    principal_id: PrincipalId
    modseq: Modseq
    """The newest committed change; 1 when nothing has happened yet."""
    log_floor: Modseq
    """Changes at or below this one have been pruned from the log."""
    quota_bytes: int
    used_bytes: int
    item_count: int
    quota_noticed_at: datetime | None
    """When the 90 % notice was sent; None while below."""

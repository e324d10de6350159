"""From an address to the accounts it reaches: aliases, tags, groups in groups (FEATURES section 5, CONT-06)."""

from dataclasses import dataclass

from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import NotFound, TooMany
from mailproof_server.services.addresses import MailAddress, parse
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.base import View

POSTMASTER = "postmaster"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where mail to an address goes."""

    address: str
    """As compared: lower case, unquoted, with its domain."""
    entry: DirectoryEntry | None
    """The user, group or resource meant; None for an address outside the organisation."""
    accounts: tuple[DirectoryEntry, ...] = ()
    """Every account reached, each once, by address; none for an outside address."""

    @property
    def is_external(self) -> bool:
        return self.entry is None


def resolve(view: View, address: str, limits: ServiceLimits) -> Resolution:
    """Raises NotFound for an unknown or disabled local address, Invalid for what is no address, TooMany members."""
    wanted = parse(address)
    domains = view.domains()
    if not wanted.domain and domains:
        # RFC 5321 section 4.1.1.3: "RCPT TO:<Postmaster>" without a domain must be accepted.
        wanted = MailAddress(wanted.local, domains[0])
    if wanted.domain not in domains:
        return Resolution(str(wanted), None)
    entry = _entry(view, wanted)
    if entry is None or not entry.enabled:
        raise NotFound(f"No such recipient: {address}")
    accounts = _members(view, entry, limits)
    if not accounts:
        # Accepting it would be accepting to lose it.
        raise NotFound(f"Nobody is in the group {address}")
    return Resolution(str(wanted), entry, accounts)


def _entry(view: View, wanted: MailAddress) -> DirectoryEntry | None:
    """Exactly this address first: ADDR-05, "a real mailbox whose name holds a `+` wins over a sub-address"."""
    entry = view.entry_by_address(str(wanted))
    if entry is None and wanted.base is not None:
        entry = view.entry_by_address(wanted.base)
    if entry is None and wanted.local == POSTMASTER:
        entry = _first_user(view)
    return entry


def _first_user(view: View) -> DirectoryEntry | None:
    """Who gets mail to a postmaster that nobody was made: the longest-standing user, the one an operator makes first.

    RFC 5321 section 4.5.1: every server that delivers mail "MUST support the reserved mailbox 'postmaster'".
    """
    users = [each for each in view.entries(PrincipalKind.USER) if each.enabled]
    return min(users, key=lambda each: each.id, default=None)


def _members(view: View, entry: DirectoryEntry, limits: ServiceLimits) -> tuple[DirectoryEntry, ...]:
    """The entry's own account, or those of a group's enabled members through all levels; `seen` ends every circle."""
    seen = {entry.id}
    level = [entry]
    found: list[DirectoryEntry] = []
    for _ in range(limits.group_depth + 1):
        below: list[DirectoryEntry] = []
        for each in level:
            if each.account_id is not None:
                found.append(each)
                continue
            for member_id in view.group_members(each.id):
                member = None if member_id in seen else view.entry(member_id)
                seen.add(member_id)
                if member is not None and member.enabled:
                    below.append(member)
        if len(found) > limits.group_recipients:
            raise TooMany(f"The group {entry.address} has more than {limits.group_recipients} members")
        level = below
    if level:
        raise TooMany(f"Groups nest more than {limits.group_depth} deep in {entry.address}")
    return tuple(sorted(found, key=lambda each: each.address))

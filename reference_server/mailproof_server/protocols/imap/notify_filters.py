"""Which events of which folders a NOTIFY SET asks for (RFC 5465 6): specifiers as predicates over what a folder is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailproof_server.model.errors import NotFound
from mailproof_server.model.folder import SEPARATOR
from mailproof_server.protocols.imap.names import OTHER_USERS, canonical
from mailproof_server.services.folders import Folders
from mailproof_server.wire.imap.notify import EventGroup, MailboxFilter, NotifyEvent

MESSAGE_EVENTS = frozenset({NotifyEvent.MESSAGE_NEW, NotifyEvent.MESSAGE_EXPUNGE, NotifyEvent.FLAG_CHANGE})
SELECTED = frozenset({MailboxFilter.SELECTED, MailboxFilter.SELECTED_DELAYED})
OTHERS_PREFIX = OTHER_USERS + SEPARATOR


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a specifier covers a name."""

    name: str
    """As the client spells it."""
    personal: bool
    """In the signed-in user's own namespace."""
    selectable: bool
    subscribed: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """The groups of one NOTIFY SET, but for SELECTED and SELECTED-DELAYED."""

    groups: tuple[EventGroup, ...]

    @classmethod
    async def of(cls, groups: Iterable[EventGroup], folders: Folders) -> "Filters":
        """With names as LIST spells them: a user's folders stand below the primary address."""
        found = [
            EventGroup(each.filter, tuple([await _listed(name, folders) for name in each.mailboxes]), each.events)
            for each in groups
            if each.filter not in SELECTED and each.events
        ]
        return cls(tuple(found))

    @property
    def wants_subscribed(self) -> bool:
        return any(each.filter is MailboxFilter.SUBSCRIBED for each in self.groups)

    @property
    def wants_server_metadata(self) -> bool:
        """The event is the user's, so it does not matter in which group it stands."""
        return any(NotifyEvent.SERVER_METADATA_CHANGE in each.events for each in self.groups)

    def other_users(self) -> set[str]:
        """First components below `Other Users/` that names of the groups lead to; "" for all of them."""
        found: set[str] = set()
        for group in self.groups:
            for name in group.mailboxes:
                if name == OTHER_USERS and group.filter is MailboxFilter.SUBTREE:
                    found.add("")
                elif name.startswith(OTHERS_PREFIX):
                    found.add(name[len(OTHERS_PREFIX) :].partition(SEPARATOR)[0])
        return found

    def events(self, facts: Facts) -> frozenset[NotifyEvent]:
        """What is wanted of a folder: "multiple <event-group>s can apply to the same mailbox"."""
        found: frozenset[NotifyEvent] = frozenset()
        for group in self.groups:
            if not group.events <= found and _covers(group, facts):
                found |= group.events
        return found


async def _listed(name: str, folders: Folders) -> str:
    name = canonical(name)
    if not name.startswith(OTHERS_PREFIX):
        return name
    address, slash, path = name[len(OTHERS_PREFIX) :].partition(SEPARATOR)
    try:
        entry = await folders.owner(address)
    except NotFound:
        # "If the name does not refer to an existing mailbox, the server MUST ignore it" (3.1).
        return name
    return f"{OTHERS_PREFIX}{entry.address}{slash}{path}"


def _covers(group: EventGroup, facts: Facts) -> bool:
    match group.filter:
        case MailboxFilter.PERSONAL | MailboxFilter.INBOXES:
            # INBOXES: rules may file mail anywhere, and then "it MUST treat "inboxes" as equivalent to "personal"".
            return facts.personal and facts.selectable
        case MailboxFilter.SUBSCRIBED:
            return facts.subscribed
        case MailboxFilter.SUBTREE:
            return facts.selectable and _is_within(facts.name, group.mailboxes)
        case MailboxFilter.MAILBOXES:
            return facts.name in group.mailboxes
        case _:
            return False


def _is_within(name: str, roots: Sequence[str]) -> bool:
    return any(name == root or name.startswith(root + SEPARATOR) for root in roots)

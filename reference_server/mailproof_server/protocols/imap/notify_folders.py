"""What happened to the folders of an account, by comparing what was seen with what is there (RFC 5465 5.4, 5.5, 5.9).

A folder keeps its id when it is renamed, so that a name that changed is told from one that went while another came. A
right given or taken away makes a folder appear or vanish just as CREATE and DELETE do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mailproof_server.model.folder import SEPARATOR
from mailproof_server.model.ids import FolderId, UidValidity
from mailproof_server.protocols.imap.notify_filters import Facts, Filters
from mailproof_server.protocols.imap.updates import OwnChanges
from mailproof_server.wire.imap.notify import NotifyEvent

Annotations = Mapping[str, bytes]


@dataclass(slots=True)
class Seen:
    """A folder as the client knows it."""

    facts: Facts
    readable: bool
    """The client holds the right that events need (5: "the 'l' and 'r' rights")."""
    uid_validity: UidValidity
    unread: int
    annotations: Annotations = field(default_factory=dict)
    """Kept only where MailboxMetadataChange is wanted."""


def is_own(own: OwnChanges, event: str, name: str) -> bool:
    """Whether the session's own command is the reason; CREATE makes the parents that lack as well."""
    return any(
        kind == event and (each == name or (event == "name" and each.startswith(name + SEPARATOR)))
        for kind, each in own.folders
    )


@dataclass(slots=True)
class FolderNews:
    """The names that an unsolicited LIST is due for."""

    filters: Filters
    own: OwnChanges
    prefix: str
    """What stands before the account's paths; empty for one's own account."""
    affected: dict[str, str | None] = field(default_factory=dict)
    """Each with its OLDNAME, if it has one."""
    gone: set[str] = field(default_factory=set)
    """Of them, those that "not refer to a mailbox accessible to the client" any more."""

    def compare(
        self, before: Mapping[FolderId, Seen], after: Mapping[FolderId, Seen], resubscribed: Iterable[str]
    ) -> None:
        """`resubscribed`: names that were put on the user's list, or taken from it."""
        subscribed = {each.facts.name for each in (*before.values(), *after.values()) if each.facts.subscribed}
        renamed = {
            before[each].facts.name: after[each].facts.name
            for each in before.keys() & after.keys()
            if before[each].facts.name != after[each].facts.name
        }
        for old, new in renamed.items():
            if _is_below(old, new, renamed) or is_own(self.own, "name", new):
                continue
            if self._wants_name(old, subscribed) or self._wants_name(new, subscribed):
                self.affected[new] = old
        for folder_id in before.keys() | after.keys():
            self._existence(before.get(folder_id), after.get(folder_id), subscribed)
            self._access(before.get(folder_id), after.get(folder_id))
        for name in set(resubscribed) - renamed.keys() - set(renamed.values()):
            if not is_own(self.own, "subscription", name):
                self._subscription(name, [*before.values(), *after.values()])

    def _existence(self, was: Seen | None, now: Seen | None, subscribed: set[str]) -> None:
        """Created or deleted; a container that a deletion leaves can be selected as little as what is gone."""
        existed = was if was is not None and was.facts.selectable else None
        exists = now if now is not None and now.facts.selectable else None
        one = existed or exists
        if one is None or (existed is None) is (exists is None) or is_own(self.own, "name", one.facts.name):
            return
        name = one.facts.name
        if NotifyEvent.MAILBOX_NAME in self.filters.events(one.facts):
            self.affected.setdefault(name, None)
            if exists is None:
                self.gone.add(name)
        # 5.4: "the mailbox itself and its direct parent (whether it is an existing mailbox or not)" are affected.
        parent = name.rpartition(SEPARATOR)[0]
        if len(parent) > len(self.prefix) and self._wants_name(parent, subscribed):
            self.affected.setdefault(parent, None)

    def _access(self, was: Seen | None, now: Seen | None) -> None:
        """5.9: LIST "with the \\NoAccess name attribute" when a needed right is lost, without it when it is back.

        Of one's own folders no right is lost but by deletion; of another's, deletion looks the same.
        """
        if was is None or not self.filters.events(was.facts if now is None else now.facts):
            return
        lost = was.readable and (not now.readable if now is not None else bool(self.prefix))
        regained = not was.readable and now is not None and now.readable
        if lost or regained:
            self.affected.setdefault((was if now is None else now).facts.name, None)

    def _subscription(self, name: str, folders: Iterable[Seen]) -> None:
        known = [each.facts for each in folders if each.facts.name == name]
        known = known or [Facts(name, not self.prefix, selectable=False, subscribed=True)]
        if any(NotifyEvent.SUBSCRIPTION_CHANGE in self.filters.events(each) for each in known):
            self.affected.setdefault(name, None)

    def _wants_name(self, name: str, subscribed: set[str]) -> bool:
        facts = Facts(name, not self.prefix, selectable=True, subscribed=name in subscribed)
        return NotifyEvent.MAILBOX_NAME in self.filters.events(facts)


def _is_below(old: str, new: str, renamed: Mapping[str, str]) -> bool:
    """5.4: "When a mailbox is renamed, its children are renamed too. No additional MailboxName events are sent"."""
    return any(old.startswith(above + SEPARATOR) and new == renamed[above] + old[len(above) :] for above in renamed)

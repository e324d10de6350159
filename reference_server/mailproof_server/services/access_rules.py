"""Through which protocols, and from where, users may come in (WorkMail administrator guide, access control rules).

Theory
------
* Rules say nothing about who somebody is, nor about rights on folders: they come in addition to both.
* Every rule that matches counts; one that denies outweighs all that allow; where none matches, access is denied. So an
  organisation without any rule is closed. As long as nobody has touched the rules there is one that allows everything.
* A criterion left empty does not narrow a rule. Of what a criterion names, the plain form takes in and the `not_` form
  leaves out.
* Addresses are IPv4 (ranges in CIDR form); what comes by IPv6 lies in no range.
* A refused sign-in looks like a wrong password: what rules there are is nothing to tell a guesser. A change of the
  rules ends the sessions that they no longer let in.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from mailproof_server.model.account import PrincipalKind
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, TooMany
from mailproof_server.model.ids import PrincipalId
from mailproof_server.services.connections import Connection, Connections
from mailproof_server.services.revocations import Revocations
from mailproof_server.store.base import Store, Transaction, View

KIND = "access_rules"
MOST_RULES = 100
MOST_VALUES = 500
"""Of one criterion."""
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
Struct = TypeVar("Struct", bound=msgspec.Struct)


class Effect(StrEnum):
    ALLOW = "ALLOW"
    DENY = "DENY"


class Action(StrEnum):
    """The ways in, by WorkMail's names."""

    ACTIVE_SYNC = "ActiveSync"
    AUTODISCOVER = "AutoDiscover"
    EWS = "EWS"
    IMAP = "IMAP"
    SMTP = "SMTP"
    OUTLOOK = "WindowsOutlook"
    WEB = "WebMail"


ACTIONS: Mapping[str, Action] = {
    "imap": Action.IMAP,
    "smtp": Action.SMTP,
    "eas": Action.ACTIVE_SYNC,
    "ews": Action.EWS,
    "autodiscover": Action.AUTODISCOVER,
    "web": Action.WEB,
}
"""Of the names under which the server's protocols sign in."""


class AccessRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule; its name is its key."""

    effect: Effect
    description: str = ""
    actions: tuple[Action, ...] = ()
    not_actions: tuple[Action, ...] = ()
    ip_ranges: tuple[str, ...] = ()
    not_ip_ranges: tuple[str, ...] = ()
    users: tuple[PrincipalId, ...] = ()
    not_users: tuple[PrincipalId, ...] = ()
    impersonation_roles: tuple[str, ...] = ()
    not_impersonation_roles: tuple[str, ...] = ()
    created_at: datetime | None = None
    modified_at: datetime | None = None


DEFAULT_NAME = "Default"
DEFAULT = AccessRule(effect=Effect.ALLOW, description="Allows all access, for as long as nobody has changed the rules")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say about one way in."""

    effect: Effect
    matched: tuple[str, ...]
    """The names of the rules that match, in order."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes in, how and from where."""

    action: Action
    address: str
    user: PrincipalId | None = None
    impersonation_role: str | None = None


def rules(view: View) -> dict[str, AccessRule]:
    """By name."""
    if not view.document_stamp(None, KIND):
        return {DEFAULT_NAME: DEFAULT}
    return {name: msgspec.convert(found, AccessRule) for name, found in view.documents(None, KIND).items()}


def decide(known: Mapping[str, AccessRule], visit: Visit) -> Decision:
    """Weigh all rules. Raises Invalid for an impersonation role beside another action than EWS."""
    if visit.impersonation_role is not None and visit.action is not Action.EWS:
        raise Invalid("Impersonation roles act over EWS alone")
    matched = {name: rule for name, rule in known.items() if _matches(rule, visit)}
    allowed = bool(matched) and all(rule.effect is Effect.ALLOW for rule in matched.values())
    return Decision(Effect.ALLOW if allowed else Effect.DENY, tuple(matched))


def check(view: View, user: PrincipalId, protocol: str, address: str) -> bool:
    """Whether the user may come in by `protocol` (a key of ACTIONS) from `address`."""
    if not view.document_stamp(None, KIND):
        return True
    return decide(rules(view), Visit(ACTIONS[protocol], address, user)).effect is Effect.ALLOW


def _may_stay(known: Mapping[str, AccessRule], connection: Connection) -> bool:
    visit = Visit(ACTIONS[connection.protocol], connection.address, connection.principal_id)
    return decide(known, visit).effect is Effect.ALLOW


def _matches(rule: AccessRule, visit: Visit) -> bool:
    return (
        _takes_in(visit.action, rule.actions, rule.not_actions)
        and _takes_in(visit.user, rule.users, rule.not_users)
        and _takes_in(visit.impersonation_role, rule.impersonation_roles, rule.not_impersonation_roles)
        and (not rule.ip_ranges or _lies_in(visit.address, rule.ip_ranges))
        and not (rule.not_ip_ranges and _lies_in(visit.address, rule.not_ip_ranges))
    )


def _takes_in(value: object, named: tuple[object, ...], left_out: tuple[object, ...]) -> bool:
    return (not named or value in named) and value not in left_out


def _lies_in(address: str, ranges: tuple[str, ...]) -> bool:
    try:
        peer: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(peer, ipaddress.IPv6Address):
        if peer.ipv4_mapped is None:
            return False
        peer = peer.ipv4_mapped
    return any(peer in ipaddress.IPv4Network(each) for each in ranges)


class AccessRules:
    """The operator's: what there is, changing it, and trying it out."""

    def __init__(self, store: Store, clock: Clock, connections: Connections, revocations: Revocations) -> None:
        self._store = store
        self._clock = clock
        self._connections = connections
        self._enforced = 0
        """The stamp of the rules that all open connections were held against."""
        revocations.also(self.enforce)

    async def all(self) -> dict[str, AccessRule]:
        """By name."""
        return await self._store.read(rules)

    async def put(self, name: str, rule: AccessRule) -> None:
        """Add, or replace the one of that name. The one that was there by itself stays until it is removed.

        Raises Invalid (name, range, a user that is none, an impersonation role beside other actions than EWS), TooMany.
        """
        check_name(name)
        checked = _checked(rule)

        def work(transaction: Transaction) -> None:
            for user in (*rule.users, *rule.not_users):
                entry = transaction.entry(user)
                if entry is None or entry.kind is PrincipalKind.GROUP:
                    raise Invalid("Access rules name users, not groups")
            known = _materialised(transaction)
            if name not in known and len(known) >= MOST_RULES:
                raise TooMany(f"At most {MOST_RULES} access rules")
            now = self._clock.now()
            before = known.get(name)
            created_at = now if before is None else before.created_at or now
            put_struct(
                transaction, KIND, name, msgspec.structs.replace(checked, created_at=created_at, modified_at=now)
            )
            transaction.tell_directory()

        await self._store.write(work)
        await self.enforce()

    async def remove(self, name: str) -> None:
        """Raises NotFound. The last one closes every way in."""

        def work(transaction: Transaction) -> None:
            if name not in _materialised(transaction):
                raise NotFound(f"No such access rule: {name}")
            transaction.put_document(None, KIND, name, None)
            transaction.tell_directory()

        await self._store.write(work)
        await self.enforce()

    async def enforce(self) -> None:
        """End the sessions that the rules no longer let in, where the rules have changed since the last time."""
        open_now = self._connections.signed_in()

        def barred(view: View) -> list[Connection]:
            stamp = view.document_stamp(None, KIND)
            if stamp == self._enforced:
                return []
            self._enforced = stamp
            known = rules(view)
            return [each for each in open_now if not _may_stay(known, each)]

        for connection in await self._store.read(barred):
            connection.close()

    async def decision(self, visit: Visit) -> Decision:
        """What would be decided now. Raises Invalid."""
        return await self._store.read(lambda view: decide(rules(view), visit))


def check_name(name: str) -> None:
    """Raises Invalid for what is no name of a rule."""
    if not _NAME.fullmatch(name):
        raise Invalid("A rule's name has 1 to 64 letters, digits, dashes and underscores")


def put_struct(transaction: Transaction, kind: str, key: str, value: msgspec.Struct) -> None:
    """A struct as a document of the organisation."""
    transaction.put_document(None, kind, key, msgspec.to_builtins(value))


def _materialised(transaction: Transaction) -> dict[str, AccessRule]:
    """The rules there are; the one that was there by itself becomes one like the others."""
    known = rules(transaction)
    if not transaction.document_stamp(None, KIND):
        put_struct(transaction, KIND, DEFAULT_NAME, DEFAULT)
    return known


def _checked(rule: AccessRule) -> AccessRule:
    for values in msgspec.to_builtins(rule).values():
        if isinstance(values, list | tuple) and len(values) > MOST_VALUES:
            raise TooMany(f"At most {MOST_VALUES} values in one criterion")
    if rule.impersonation_roles and set(rule.actions) != {Action.EWS}:
        raise Invalid("A rule for impersonation roles names the action EWS, and no other")
    return msgspec.structs.replace(rule, ip_ranges=_ranges(rule.ip_ranges), not_ip_ranges=_ranges(rule.not_ip_ranges))


def _ranges(given: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for each in given:
        try:
            found.append(str(ipaddress.IPv4Network(each)))
        except ValueError as error:
            raise Invalid(f"{each} is no range of IPv4 addresses, such as 192.0.2.0/24") from error
    return tuple(found)


def warnings(known: Mapping[str, AccessRule]) -> list[str]:
    """What an operator had better know: Outlook for Windows finds its way by AutoDiscover and asks EWS for the rest."""
    found = []
    for name, rule in known.items():
        allowed = set(rule.actions) - set(rule.not_actions)
        if (
            rule.effect is Effect.ALLOW
            and Action.OUTLOOK in allowed
            and not allowed >= {Action.AUTODISCOVER, Action.EWS}
        ):
            found.append(f"{name} allows WindowsOutlook, which needs AutoDiscover and EWS as well")
    if not known:
        found.append("There is no rule: nobody can come in")
    return found


def as_facts(name: str, rule: AccessRule) -> dict[str, Any]:
    """A rule for showing: its name first, what is empty left out."""
    facts: dict[str, Any] = {"name": name, **msgspec.to_builtins(rule)}
    return {key: value for key, value in facts.items() if value not in (None, "", [], ())}

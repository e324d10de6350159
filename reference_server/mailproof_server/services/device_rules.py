"""Which mobile devices may synchronise (WorkMail administrator guide, mobile device access rules and overrides).

Theory
------
* Rules look at what a device says of itself: type, model, operating system, user agent. All conditions of a rule must
  hold; a condition holds when one of its values is how the property begins, in any case. `$NONE` is a property that is
  not there; a condition that excludes never holds for such a one.
* As with access rules: deny outweighs allow, no match is denied, and untouched rules allow everything.
* An override for one device of one user says the last word, whatever the rules say. Device ids compare in any case.
* There is no quarantine: a device is let in or it is not. Only ActiveSync asks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, TooMany
from mailproof_server.model.ids import AccountId
from mailproof_server.services.access_rules import DEFAULT_NAME, Decision, Effect, check_name, put_struct
from mailproof_server.store.base import Store, Transaction, View

KIND = "device_rules"
OVERRIDES = "device_overrides"
"""Documents of the account, by device id in upper case."""
NONE = "$NONE"
MOST_RULES = 100
MOST_OVERRIDES = 500
"""Of one account."""
MAX_PROPERTY = 256
_DEVICE_ID = re.compile(r"[A-Za-z0-9]{1,32}")


class DeviceRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule; its name is its key. A condition left empty always holds."""

    effect: Effect
    description: str = ""
    types: tuple[str, ...] = ()
    not_types: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    not_models: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    not_systems: tuple[str, ...] = ()
    user_agents: tuple[str, ...] = ()
    not_user_agents: tuple[str, ...] = ()
    created_at: datetime | None = None
    modified_at: datetime | None = None


DEFAULT = DeviceRule(effect=Effect.ALLOW, description="Allows all devices, for as long as nobody has changed the rules")


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What a device reports; empty where it is silent."""

    type: str = ""
    model: str = ""
    system: str = ""
    user_agent: str = ""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for one device of one user, whatever the rules say."""

    effect: Effect
    description: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None


def rules(view: View) -> dict[str, DeviceRule]:
    """By name."""
    if not view.document_stamp(None, KIND):
        return {DEFAULT_NAME: DEFAULT}
    return {name: msgspec.convert(found, DeviceRule) for name, found in view.documents(None, KIND).items()}


def decide(known: Mapping[str, DeviceRule], device: DeviceFacts) -> Decision:
    """What the rules alone say."""
    matched = {name: rule for name, rule in known.items() if _matches(rule, device)}
    allowed = bool(matched) and all(rule.effect is Effect.ALLOW for rule in matched.values())
    return Decision(Effect.ALLOW if allowed else Effect.DENY, tuple(matched))


def check(view: View, owner: AccountId, device_id: str, device: DeviceFacts) -> Decision:
    """Whether the account's device may synchronise; without matching rules where an override has decided."""
    override = view.document(owner, OVERRIDES, device_id.upper())
    if override is not None:
        return Decision(msgspec.convert(override, Override).effect, ())
    return decide(rules(view), device)


def _matches(rule: DeviceRule, device: DeviceFacts) -> bool:
    return all(
        (not named or any(_begins(value, each) for each in named))
        and (not left_out or (value != "" and not any(_begins(value, each) for each in left_out)))
        for value, named, left_out in (
            (device.type, rule.types, rule.not_types),
            (device.model, rule.models, rule.not_models),
            (device.system, rule.systems, rule.not_systems),
            (device.user_agent, rule.user_agents, rule.not_user_agents),
        )
    )


def _begins(value: str, wanted: str) -> bool:
    return value == "" if wanted == NONE else value.casefold().startswith(wanted.casefold())


class DeviceRules:
    """The operator's: rules and overrides, and trying them out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def all(self) -> dict[str, DeviceRule]:
        """By name."""
        return await self._store.read(rules)

    async def put(self, name: str, rule: DeviceRule) -> None:
        """Add, or replace the one of that name. Raises Invalid (name, an empty or overlong value), TooMany."""
        check_name(name)
        for values in msgspec.to_builtins(rule).values():
            if isinstance(values, list | tuple) and not all(0 < len(each) <= MAX_PROPERTY for each in values):
                raise Invalid(f"A value has 1 to {MAX_PROPERTY} characters; {NONE} stands for none")

        def work(transaction: Transaction) -> None:
            known = _materialised(transaction)
            if name not in known and len(known) >= MOST_RULES:
                raise TooMany(f"At most {MOST_RULES} device rules")
            now = self._clock.now()
            before = known.get(name)
            created_at = now if before is None else before.created_at or now
            put_struct(transaction, KIND, name, msgspec.structs.replace(rule, created_at=created_at, modified_at=now))

        await self._store.write(work)

    async def remove(self, name: str) -> None:
        """Raises NotFound. The last one keeps every device out."""

        def work(transaction: Transaction) -> None:
            if name not in _materialised(transaction):
                raise NotFound(f"No such device rule: {name}")
            transaction.put_document(None, KIND, name, None)

        await self._store.write(work)

    async def decision(self, device: DeviceFacts, owner: AccountId | None = None, device_id: str = "") -> Decision:
        """What would be decided now, for a device of an account or for any."""

        def work(view: View) -> Decision:
            if owner is None or not device_id:
                return decide(rules(view), device)
            return check(view, owner, checked_device_id(device_id), device)

        return await self._store.read(work)

    async def overrides(self, owner: AccountId) -> dict[str, Override]:
        """By device id."""
        found = await self._store.read(lambda view: view.documents(owner, OVERRIDES))
        return {device_id: msgspec.convert(each, Override) for device_id, each in found.items()}

    async def put_override(self, owner: AccountId, device_id: str, effect: Effect, description: str = "") -> None:
        """Raises Invalid (device id), NotFound (account), TooMany."""
        key = checked_device_id(device_id)

        def work(transaction: Transaction) -> None:
            known = transaction.documents(owner, OVERRIDES)
            if key not in known and len(known) >= MOST_OVERRIDES:
                raise TooMany(f"At most {MOST_OVERRIDES} overrides of one user")
            now = self._clock.now()
            created_at = msgspec.convert(known[key], Override).created_at if key in known else now
            override = Override(effect=effect, description=description, created_at=created_at, modified_at=now)
            transaction.put_document(owner, OVERRIDES, key, msgspec.to_builtins(override))

        await self._store.write(work)

    async def remove_override(self, owner: AccountId, device_id: str) -> None:
        """The rules decide again. Raises Invalid, NotFound."""
        key = checked_device_id(device_id)

        def work(transaction: Transaction) -> None:
            if transaction.document(owner, OVERRIDES, key) is None:
                raise NotFound(f"No override for {device_id}")
            transaction.put_document(owner, OVERRIDES, key, None)

        await self._store.write(work)


def checked_device_id(device_id: str) -> str:
    """In the form in which ids compare. Raises Invalid."""
    if not _DEVICE_ID.fullmatch(device_id):
        raise Invalid("A device id has 1 to 32 letters and digits")
    return device_id.upper()


def _materialised(transaction: Transaction) -> dict[str, DeviceRule]:
    known = rules(transaction)
    if not transaction.document_stamp(None, KIND):
        put_struct(transaction, KIND, DEFAULT_NAME, DEFAULT)
    return known


def as_facts(name: str, rule: DeviceRule | Override) -> dict[str, Any]:
    """For showing: the name first, what is empty left out."""
    facts: dict[str, Any] = {"name": name, **msgspec.to_builtins(rule)}
    return {key: value for key, value in facts.items() if value not in (None, "", [], ())}

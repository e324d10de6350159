"""Listing and changing an account's rules: the owner's work, and that of whoever has full access.

A change of several rules is one step (UpdateInboxRules of EWS): either all operations are done, or none, and each that
cannot be is told with its place. Priorities stand for places in the order and have no gaps: a rule that is put at
priority 3 becomes the third.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import AlreadyExists, Invalid, NotFound, PermissionDenied, Refusal, TooMany
from mailproof_server.model.ids import AccountId
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.permissions import has_full_access
from mailproof_server.services.rules.action import Setting
from mailproof_server.services.rules.actions import _folders
from mailproof_server.services.rules.engine import KIND, Outcome, RuleBooks, run
from mailproof_server.services.rules.message import Arrival, Message
from mailproof_server.services.rules.problems import forget_problem, problems
from mailproof_server.services.rules.rule import Compiled, Rule, from_json, settled
from mailproof_server.store.base import Store, Transaction, View

log = structlog.get_logger()
_WITH_FOLDERS = ("MoveToFolder", "CopyToFolder")


@dataclass(frozen=True, slots=True)
class Put:
    """Make a rule, or replace one: that with the id, or without an id the one of the same name."""

    value: Mapping[str, Any]
    """See `rule`; a priority of 0 or none: last, or where the replaced one stands."""
    rule_id: str | None = None
    is_new: bool = False
    """Refuse a name that is in use instead of replacing its rule."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a rule, by its id or its name."""

    which: str


Operation = Put | Remove


@dataclass(frozen=True, slots=True)
class Changed:
    """The rules after a change, in order; or, with flaws, as they were."""

    rules: tuple[Rule, ...]
    flaws: tuple[tuple[int, Refusal], ...] = ()
    """(place of the operation from 0, why it cannot be done). Nothing at all was changed when there are any."""


# `Rules.list` hides the builtin from the signatures below it.
RuleList = list[Rule]


class Rules:
    """A principal of None is the operator."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def list(self, principal: Principal | None, owner: AccountId) -> RuleList:
        """In the order in which they run, with folders under their names of today and with what went wrong.

        Raises PermissionDenied for others than the owner and who has full access, NotFound for an account that is gone.
        """

        def work(view: View) -> RuleList:
            _setting(view, principal, owner, self._limits)
            return [_shown(each, view) for each in _kept(view, owner)]

        return await self._store.read(work)

    async def change(self, principal: Principal | None, owner: AccountId, operations: Sequence[Operation]) -> Changed:
        """Do all operations, one after the other, or none. Raises as `list`, and TooMany rules."""

        def work(transaction: Transaction) -> Changed:
            setting = _setting(transaction, principal, owner, self._limits)
            before = _kept(transaction, owner)
            rules, flaws = list(before), list[tuple[int, Refusal]]()
            for place, operation in enumerate(operations):
                try:
                    rules = _done(rules, operation, setting)
                except Refusal as refusal:
                    flaws.append((place, refusal))
            if flaws:
                return Changed(tuple(before), tuple(flaws))
            if len(rules) > max(self._limits.rules_per_account, len(before)):
                raise TooMany(f"An account has at most {self._limits.rules_per_account} rules")
            return Changed(tuple(_write(transaction, owner, before, rules)))

        return await self._store.write(work)

    async def put(
        self, principal: Principal | None, owner: AccountId, value: Mapping[str, Any], rule_id: str | None = None
    ) -> Rule:
        """One rule, as `Put` says. Raises as `list`; Invalid, NotFound, TooMany, TooLarge for what is wrong with it."""
        changed = _or_raise(await self.change(principal, owner, [Put(value, rule_id)]))
        name = str(value.get("name", "")).strip()
        return next(each for each in changed if each.id == rule_id or each.name == name)

    async def remove(self, principal: Principal | None, owner: AccountId, which: str) -> None:
        """By id or name. Raises as `list`, and NotFound."""
        _or_raise(await self.change(principal, owner, [Remove(which)]))

    async def enable(self, principal: Principal | None, owner: AccountId, which: str, enabled: bool) -> None:
        """Switch one on or off, by id or name; what it does is not looked at. Raises as `list`, and NotFound."""

        def work(transaction: Transaction) -> None:
            _setting(transaction, principal, owner, self._limits)
            before = _kept(transaction, owner)
            found = _find(before, which)
            _write(
                transaction,
                owner,
                before,
                [replace(each, enabled=enabled) if each is found else each for each in before],
            )

        await self._store.write(work)

    async def reorder(self, principal: Principal | None, owner: AccountId, order: Sequence[str]) -> None:
        """Let rules run in this order (ids or names); those not named follow in the order they have. Raises as `list`,
        NotFound, and Invalid for one named twice."""

        def work(transaction: Transaction) -> None:
            _setting(transaction, principal, owner, self._limits)
            before = _kept(transaction, owner)
            first = [_find(before, which) for which in order]
            if len({each.id for each in first}) != len(first):
                raise Invalid("A rule is named twice")
            _write(transaction, owner, before, [*first, *(each for each in before if each not in first)])

        await self._store.write(work)

    async def run(self, principal: Principal | None, owner: AccountId, message: Message) -> Outcome:
        """What the rules would do with a message that arrived now; nothing is done. Raises as `list`."""

        def work(view: View) -> Outcome:
            setting = _setting(view, principal, owner, self._limits)
            arrival = Arrival(message, setting.owner, self._clock.now())
            return run(RuleBooks().of(view, owner), arrival, view, self._limits)

        return await self._store.read(work, slow=True)


def _setting(view: View, principal: Principal | None, owner: AccountId, limits: ServiceLimits) -> Setting:
    entry = view.entry_of_account(owner)
    if entry is None:
        raise NotFound("No such account")
    if principal is not None and not has_full_access(view, principal, owner):
        raise PermissionDenied("Rules are the owner's")
    return Setting(view, limits, entry)


def _kept(view: View, owner: AccountId) -> list[Rule]:
    """In order; what cannot even be read as a rule is left out, and lies where it is."""
    errors = problems(view, owner)
    found: list[Rule] = []
    for rule_id, value in view.documents(owner, KIND).items():
        try:
            rule = from_json(rule_id, value, errors.get(rule_id, ""))
            found.append(replace(rule, error=Compiled(rule).flaw or rule.error))
        except Refusal as refusal:
            log.warning("rule_unreadable", account_id=owner, rule_id=rule_id, problem=refusal.text)
    return sorted(found, key=lambda each: (each.priority, each.id))


def _shown(rule: Rule, view: View) -> Rule:
    actions = {
        name: _folders.shown(value, view) if name in _WITH_FOLDERS else value for name, value in rule.actions.items()
    }
    return replace(rule, actions=actions)


def _find(rules: Sequence[Rule], which: str) -> Rule:
    for each in (*_by_id(rules, which), *_by_name(rules, which)):
        return each
    raise NotFound(f"No such rule: {which}")


def _by_id(rules: Sequence[Rule], rule_id: str) -> Iterator[Rule]:
    return (each for each in rules if each.id == rule_id)


def _by_name(rules: Sequence[Rule], name: str) -> Iterator[Rule]:
    return (each for each in rules if each.name == name.strip())


def _done(rules: list[Rule], operation: Operation, setting: Setting) -> list[Rule]:
    """The rules after one operation. Raises NotFound, AlreadyExists, and what is wrong with a rule."""
    if isinstance(operation, Remove):
        gone = _find(rules, operation.which)
        return [each for each in rules if each is not gone]
    rule = from_json(operation.rule_id or "", operation.value)
    namesake = next(_by_name(rules, rule.name), None)
    if operation.rule_id is not None:
        old = next(_by_id(rules, operation.rule_id), None)
        if old is None:
            raise NotFound(f"No such rule: {operation.rule_id}")
    else:
        old = None if operation.is_new else namesake
    if namesake is not None and namesake is not old:
        raise AlreadyExists(f"There is a rule named {rule.name}")
    made = settled(replace(rule, id=secrets.token_hex(8) if old is None else old.id), setting)
    others = [each for each in rules if each is not old]
    place = made.priority - 1 if made.priority else len(others) if old is None else rules.index(old)
    return [*others[:place], made, *others[place:]]


def _write(transaction: Transaction, owner: AccountId, before: Sequence[Rule], after: Sequence[Rule]) -> list[Rule]:
    """Keep the rules in this order; only what differs is written."""
    old = {each.id: each for each in before}
    numbered = [replace(each, priority=place) for place, each in enumerate(after, start=1)]
    for each in numbered:
        known = old.pop(each.id, None)
        if known is None or known.as_json() != each.as_json():
            transaction.put_document(owner, KIND, each.id, each.as_json())
            if known is None or replace(known, priority=each.priority).as_json() != each.as_json():
                forget_problem(transaction, owner, each.id)
    for rule_id in old:
        transaction.put_document(owner, KIND, rule_id, None)
        forget_problem(transaction, owner, rule_id)
    return _kept(transaction, owner)


def _or_raise(changed: Changed) -> tuple[Rule, ...]:
    for _, refusal in changed.flaws:
        raise refusal
    return changed.rules

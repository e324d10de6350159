"""One rule: its JSON form, what is refused when it is put, and the compiled form that mail is measured with.

    {"name": "Invoices", "enabled": true, "priority": 1,
     "conditions": {"ContainsSubjectStrings": ["invoice"], "HasAttachments": true},
     "exceptions": {"FromAddresses": ["boss@example.test"]},
     "actions": {"MoveToFolder": "Accounting", "StopProcessingRules": true}}

All conditions must hold, and no exception; within a list of texts one is enough. No condition: every message.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailproof_server import registry
from mailproof_server.model.errors import Invalid, Refusal, TooLarge
from mailproof_server.services.rules import actions as action_files
from mailproof_server.services.rules import conditions as condition_files
from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.condition import Condition, Test
from mailproof_server.services.rules.message import Arrival

CONDITIONS = {each.name: each for each in registry.load(condition_files, Condition)}
ACTIONS = {each.name: each for each in registry.load(action_files, Action)}
MAX_NAME = 256
_KEYS = ("name", "enabled", "priority", "conditions", "exceptions", "actions")
_ONE_PLACE = ("MoveToFolder", "Delete", "PermanentDelete")


@dataclass(frozen=True, slots=True)
class Rule:
    """As it is kept. `id` stays when the rule is renamed; names are unique within an account."""

    id: str
    name: str
    enabled: bool
    priority: int
    """1 first, without gaps."""
    conditions: Mapping[str, Any]
    exceptions: Mapping[str, Any]
    actions: Mapping[str, Any]
    error: str = ""
    """Why it could not be carried out the last time that it should have been; empty while all is well."""

    def as_json(self) -> dict[str, Any]:
        """As it is kept and shown, without `id` and `error`."""
        return {key: getattr(self, key) for key in _KEYS}


def from_json(rule_id: str, value: Mapping[str, Any], error: str = "") -> Rule:
    """What `as_json` gave. Raises Invalid for what is no rule's form at all; names are not looked at."""
    unknown = sorted(set(value) - {*_KEYS, "id", "error"})
    if unknown:
        raise Invalid(f"A rule has no {', '.join(unknown)}")
    name, enabled, priority = value.get("name"), value.get("enabled", True), value.get("priority", 0)
    if not isinstance(name, str) or not 0 < len(name.strip()) <= MAX_NAME:
        raise Invalid(f"A rule has a name of at most {MAX_NAME} characters")
    if not isinstance(enabled, bool):
        raise Invalid("enabled is true or false")
    if not isinstance(priority, int) or isinstance(priority, bool) or priority < 0:
        raise Invalid("priority is a number from 1 on")
    conditions, exceptions, actions = (_part(value, key) for key in ("conditions", "exceptions", "actions"))
    return Rule(rule_id, name.strip(), enabled, priority, conditions, exceptions, actions, error)


def _part(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = value.get(key) or {}
    if not isinstance(part, Mapping):
        raise Invalid(f"{key} is an object")
    return part


def settled(rule: Rule, setting: Setting) -> Rule:
    """The rule with its actions as they are kept. Raises Invalid, NotFound, TooLarge, TooMany, naming what is wrong."""
    for each in (rule.conditions, rule.exceptions):
        _tests(each)
    if not rule.actions:
        raise Invalid("A rule does something: it has no action")
    found = {name: _action(name).settle(value, setting) for name, value in rule.actions.items()}
    _refuse_contradictions(rule)
    made = replace(rule, actions=found)
    if len(json.dumps(made.as_json())) > setting.limits.rule_bytes:
        raise TooLarge(f"A rule has at most {setting.limits.rule_bytes} bytes")
    return made


def _refuse_contradictions(rule: Rule) -> None:
    places = [each for each in _ONE_PLACE if each in rule.actions]
    if len(places) > 1:
        raise Invalid(f"A rule cannot do both {places[0]} and {places[1]}")
    for name, value in rule.conditions.items():
        if rule.exceptions.get(name) == value:
            raise Invalid(f"The rule never applies: {name} is a condition and an exception")
    if "NotSentToMe" in rule.conditions and "SentToMe" in rule.conditions:
        raise Invalid("The rule never applies: SentToMe and NotSentToMe")


class Compiled:
    """A rule made ready. One that cannot be compiled, say by an older version of the program, says so by `flaw`."""

    __slots__ = ("_acts", "_exceptions", "_tests", "flaw", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.flaw = ""
        self._tests: list[Test] = []
        self._exceptions: list[Test] = []
        self._acts: list[tuple[Action, object]] = []
        try:
            self._tests, self._exceptions = _tests(rule.conditions), _tests(rule.exceptions)
            acts = [(_action(name), value) for name, value in rule.actions.items()]
            self._acts = sorted(acts, key=lambda act: act[0].order)
        except Refusal as refusal:
            self.flaw = refusal.text

    def matches(self, arrival: Arrival) -> bool:
        """All conditions and no exception; a rule with a flaw never."""
        if self.flaw:
            return False
        for test in self._tests:
            if not test(arrival):
                return False
        return not any(test(arrival) for test in self._exceptions)

    def carry_out(self, effects: Effects) -> None:
        """Every action, by its place in the order; one that is refused leaves the others alone."""
        for action, value in self._acts:
            try:
                action.carry_out(value, effects)
            except Refusal as refusal:
                effects.fail(f"{action.name}: {refusal.text}")


def _tests(given: Mapping[str, Any]) -> list[Test]:
    return [_condition(name).read(value) for name, value in given.items()]


def _condition(name: str) -> Condition:
    found = CONDITIONS.get(name)
    if found is None:
        raise Invalid(f"Unknown condition: {name}")
    return found


def _action(name: str) -> Action:
    found = ACTIONS.get(name)
    if found is None:
        raise Invalid(f"Unknown action: {name}")
    return found

"""Any rules, any message: what happens is what a small evaluator of the suite says (RULE-01 to RULE-03).

The evaluator knows no server. It is given the words of a message, not its octets, so that what is compared is the logic
of rules: conditions, exceptions, order, stop, and what several rules do to one message together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

_WORDS = ("apple", "pear", "plum")
_FOLDERS = ("one", "two")
_MESSAGES_PER_BOOK = 3


@dataclass
class Fate:
    """What becomes of one message: folder -> flags."""

    stays: bool = True
    folders: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)

    def places(self) -> dict[str, set[str]]:
        """Every place of the message with the flags that it has there."""
        return dict.fromkeys(self.folders | ({"INBOX"} if self.stays else set()), self.flags)


def evaluate(rules: list[dict[str, Any]], facts: dict[str, Any]) -> Fate:
    """The oracle."""
    fate = Fate()
    for rule in rules:
        met = all(_holds(name, value, facts) for name, value in rule["conditions"].items())
        excepted = any(_holds(name, value, facts) for name, value in rule["exceptions"].items())
        if not rule["enabled"] or not met or excepted:
            continue
        actions = rule["actions"]
        fate.folders.update(actions[name] for name in ("CopyToFolder", "MoveToFolder") if name in actions)
        fate.folders.update({"trash"} if "Delete" in actions else ())
        fate.stays = fate.stays and not {"MoveToFolder", "Delete"} & actions.keys()
        fate.flags.update({"\\seen"} if "MarkAsRead" in actions else ())
        fate.flags.update(each.lower() for each in actions.get("AssignCategories", ()))
        if "StopProcessingRules" in actions:
            break
    return fate


def _holds(name: str, value: Any, facts: dict[str, Any]) -> bool:
    match name:
        case "ContainsSubjectStrings":
            return any(each in facts["subject"] for each in value)
        case "ContainsBodyStrings":
            return any(each in facts["body"] for each in value)
        case "ContainsSubjectOrBodyStrings":
            return any(each in facts["subject"] + facts["body"] for each in value)
        case "Importance":
            return bool(facts["importance"] == value)
        case "SentToMe":
            return bool(facts["to"] == "{owner}")
        case "SentCcMe":
            return bool(facts["to"] != "{owner}")
        case _:
            raise LookupError(name)


_words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=2, unique=True)
_conditions: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "ContainsSubjectStrings": _words,
        "ContainsBodyStrings": _words,
        "ContainsSubjectOrBodyStrings": _words,
        "Importance": st.sampled_from(["Low", "Normal", "High"]),
        "SentToMe": st.just(True),
        "SentCcMe": st.just(True),
    },
)
_exceptions: st.SearchStrategy[dict[str, Any]] = st.one_of(st.just({}), _conditions.filter(lambda each: len(each) == 1))
_marks: dict[str, st.SearchStrategy[Any]] = {
    "MarkAsRead": st.just(True),
    "AssignCategories": st.sampled_from([["Red"], ["Blue"]]),
    "StopProcessingRules": st.just(True),
    "CopyToFolder": st.sampled_from(_FOLDERS),
}
_actions: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({}, optional=_marks).filter(bool),
    st.fixed_dictionaries({"MoveToFolder": st.sampled_from(_FOLDERS)}, optional=_marks),
    st.fixed_dictionaries({"Delete": st.just(True)}, optional=_marks),
)


def _can_apply(rule: dict[str, Any]) -> bool:
    return not any(rule["conditions"].get(name) == value for name, value in rule["exceptions"].items())


_any_rule: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "enabled": st.sampled_from([True, True, True, False]),
        "conditions": _conditions,
        "exceptions": _exceptions,
        "actions": _actions,
    }
)
_rule = _any_rule.filter(_can_apply)
_text = st.lists(st.sampled_from(_WORDS), max_size=2, unique=True).map(" ".join)
_facts = st.fixed_dictionaries(
    {
        "subject": _text,
        "body": _text,
        "importance": st.sampled_from(["Low", "Normal", "High"]),
        "to": st.sampled_from(["{owner}", "{sender}"]),
    }
)


@requirement("RULES:engine-1", "RULE-01", "RULE-02", "RULE-03")
def test_rules_do_what_they_say(stage: Stage) -> None:
    """Rule books and messages made up at random, always the same ones."""
    if not stage.settings.makes_people:
        pytest.skip("needs an account whose every folder is empty")
    folders = {each: f"{stage.folder}-{each}" for each in _FOLDERS} | {
        "trash": stage.special(rb"\Trash"),
        "INBOX": "INBOX",
    }
    for each in _FOLDERS:
        stage.imap(stage.owner).create(folders[each])

    # Nothing is shrunk: a smaller example is worth less than the minutes that a slow server would need for it.
    @settings(
        max_examples=20,
        derandomize=True,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(_rule, min_size=1, max_size=6), st.lists(_facts, min_size=3, max_size=_MESSAGES_PER_BOOK))
    def play(rules: list[dict[str, Any]], messages: list[dict[str, Any]]) -> None:
        for old in stage.settings.rules_of(stage.owner):
            stage.settings.change_rules("remove", stage.owner, old["name"])
        stage.rules(*({**rule, "actions": _placed(rule["actions"], folders)} for rule in rules))
        marks = [stage.send(_mail(facts)) for facts in messages]
        for facts, mark in zip(messages, marks, strict=True):
            expected = {folders[place]: flags for place, flags in evaluate(rules, facts).places().items()}
            expect.equal(_seen(stage, mark, set(folders.values())), expected, f"places of {facts} under {rules}")

    play()


def _placed(actions: dict[str, Any], folders: dict[str, str]) -> dict[str, Any]:
    return {name: folders[value] if name.endswith("ToFolder") else value for name, value in actions.items()}


def _mail(facts: dict[str, Any]) -> Mail:
    headers = {"Importance": facts["importance"], "Cc": "{owner}" if facts["to"] != "{owner}" else None}
    return Mail(f"{facts['subject']} {{token}}", (facts["to"],), headers, f"{facts['body']}\n")


def _seen(stage: Stage, mark: str, folders: set[str]) -> dict[str, set[str]]:
    """Where the message is, once it is anywhere, with the flags that rules give."""
    stage.place(mark, *folders)
    client = stage.imap(stage.owner)
    found: dict[str, set[str]] = {}
    for folder in folders:
        for uid in stage.found(client, folder, f'HEADER X-Mailproof "{mark}"'):
            found[folder] = set(stage.read(client, uid).flags) & {"\\seen", "red", "blue"}
    return found

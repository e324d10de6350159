"""Several conditions, exceptions and rules together: all, none, order, stop (RULE-01, RULE-02)."""

from typing import Any

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.stage import Mail, Stage

pytestmark = needs("role:other", "role:carol")

_SUBJECT = {"ContainsSubjectStrings": ["spring"]}
_IMPORTANT = {"Importance": "High"}
_MOVE = {"MoveToFolder": "{folder}"}
_READ = {"MarkAsRead": True}
_SPRING = Mail("spring {token}")
_URGENT = Mail("spring {token}", headers={"Importance": "high"})


def _rule(conditions: dict[str, Any], actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"conditions": conditions, "actions": actions, **more}


@pytest.mark.parametrize(
    ("mail", "moved"),
    [(_URGENT, True), (_SPRING, False), (Mail(headers={"Importance": "high"}), False), (Mail(), False)],
    ids=["both-hold", "the-first-alone", "the-second-alone", "neither"],
)
@requirement("RULES:conditions-1", "RULE-02")
def test_all_conditions_must_hold(stage: Stage, mail: Mail, moved: bool) -> None:
    """A rule with two conditions runs where both hold, and nowhere else."""
    stage.rules(_rule({**_SUBJECT, **_IMPORTANT}, _MOVE))
    expect.equal(stage.place(stage.send(mail)), stage.folder if moved else "INBOX", "folder that the message came to")


@pytest.mark.parametrize("mail", [_URGENT, Mail("autumn {token}", headers={"Importance": "high"})], ids=["1", "2"])
@requirement("RULES:conditions-1", "RULE-02")
def test_one_of_the_values_of_each_condition_is_enough(stage: Stage, mail: Mail) -> None:
    """Between conditions "and", between the texts of one "or"."""
    stage.rules(_rule({"ContainsSubjectStrings": ["spring", "autumn"], **_IMPORTANT}, _MOVE))
    expect.equal(stage.place(stage.send(mail)), stage.folder, "folder that the message came to")


@requirement("RULES:conditions-2", "RULE-02")
def test_a_rule_without_conditions_is_for_every_message(stage: Stage) -> None:
    """The message is moved, whatever it says."""
    stage.rules({"actions": _MOVE})
    expect.equal(stage.place(stage.send()), stage.folder, "folder that the message came to")


@pytest.mark.parametrize(
    ("mail", "moved"),
    [
        (_URGENT, False),
        (_SPRING, True),
        (Mail("spring again {token}"), False),
        (Mail("again {token}", headers={"Importance": "high"}), False),
    ],
    ids=["the-first-exception", "no-exception", "the-second-exception", "not-even-the-condition"],
)
@requirement("RULES:exceptions-3", "RULE-02")
def test_one_exception_is_enough(stage: Stage, mail: Mail, moved: bool) -> None:
    """A rule with a condition and two exceptions runs where the condition holds and neither exception does."""
    stage.rules(_rule(_SUBJECT, _MOVE, exceptions={**_IMPORTANT, "ContainsHeaderStrings": ["again"]}))
    expect.equal(stage.place(stage.send(mail)), stage.folder if moved else "INBOX", "folder that the message came to")


@requirement("RULES:order-6", "RULE-01")
def test_every_rule_that_matches_is_run(stage: Stage) -> None:
    """One rule marks it as read, the next one moves it."""
    stage.rules({"actions": _READ}, {"actions": _MOVE})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner, stage.folder)
    expect.contains(got.flags, "\\seen", "flags")


@pytest.mark.parametrize("stops", [True, False], ids=["stop", "go-on"])
@requirement("RULES:actions.StopProcessingRules-1", "RULES:order-1", "RULE-03", "RULE-01")
def test_stopping_keeps_later_rules_from_running(stage: Stage, stops: bool) -> None:
    """The second rule moves the message unless the first one stops."""
    stage.rules({"actions": {**_READ, **({"StopProcessingRules": True} if stops else {})}}, {"actions": _MOVE})
    expected = "INBOX" if stops else stage.folder
    expect.equal(stage.place(stage.send()), expected, "folder that the message came to")


@requirement("RULES:actions.StopProcessingRules-1", "RULE-03")
def test_a_rule_that_does_not_match_stops_nothing(stage: Stage) -> None:
    """Only a rule that runs can stop others."""
    stage.rules(_rule(_SUBJECT, {**_READ, "StopProcessingRules": True}), {"actions": _MOVE})
    expect.equal(stage.place(stage.send()), stage.folder, "folder that the message came to")


@requirement("RULES:order-1", "RULE-01")
def test_a_rule_that_stops_does_not_undo_earlier_ones(stage: Stage) -> None:
    """What the first rule did stays when the second one stops."""
    stage.rules({"actions": _MOVE}, {"actions": {**_READ, "StopProcessingRules": True}})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner, stage.folder)
    expect.contains(got.flags, "\\seen", "flags")


@requirement("RULES:order-1", "RULE-01")
def test_the_priority_of_a_rule_is_its_place(stage: Stage) -> None:
    """A rule that is put at priority 1 runs before those that are there."""
    stage.rules({"name": "move", "actions": _MOVE})
    stage.rules({"name": "stop", "priority": 1, "actions": {**_READ, "StopProcessingRules": True}})
    expect.equal(stage.place(stage.send()), "INBOX", "folder that the message came to")


@requirement("RULES:order-2", "RULE-01")
def test_the_order_can_be_changed(stage: Stage) -> None:
    """The rule that stops is put first, and the one that moves does not run any more."""
    stage.rules({"name": "move", "actions": _MOVE}, {"name": "stop", "actions": {"StopProcessingRules": True, **_READ}})
    expect.equal(stage.place(stage.send()), stage.folder, "folder before the change")
    stage.settings.change_rules("order", stage.owner, "stop", "move")
    expect.equal(stage.place(stage.send()), "INBOX", "folder after the change")


@requirement("RULES:order-3", "RULE-01")
def test_a_rule_that_is_put_switched_off_does_not_run(stage: Stage) -> None:
    """The message stays in the inbox."""
    stage.rules({"enabled": False, "actions": _MOVE})
    expect.equal(stage.place(stage.send()), "INBOX", "folder that the message came to")


@requirement("RULES:order-3", "RULE-01")
def test_a_rule_can_be_switched_off_and_on(stage: Stage) -> None:
    """It counts from the next message on."""
    stage.rules({"actions": _MOVE})
    stage.settings.change_rules("disable", stage.owner, "rule 1")
    expect.equal(stage.place(stage.send()), "INBOX", "folder while it is off")
    stage.settings.change_rules("enable", stage.owner, "rule 1")
    expect.equal(stage.place(stage.send()), stage.folder, "folder when it is on again")


@requirement("RULES:order-4", "RULE-01")
def test_a_removed_rule_does_not_run(stage: Stage) -> None:
    """It counts from the next message on."""
    stage.rules({"actions": _MOVE})
    expect.equal(stage.place(stage.send()), stage.folder, "folder before")
    stage.settings.change_rules("remove", stage.owner, "rule 1")
    expect.equal(stage.place(stage.send()), "INBOX", "folder after")


@requirement("RULES:order-5", "RULE-01")
def test_a_rule_put_again_replaces_the_old_one(stage: Stage) -> None:
    """What it did before it does no longer."""
    stage.rules({"actions": _MOVE})
    stage.rules({"actions": _READ})
    got = stage.wait(f'HEADER X-Mailproof "{stage.send()}"', stage.owner)
    expect.contains(got.flags, "\\seen", "flags")


@requirement("RULES:order-1", "RULE-01")
def test_two_rules_that_move_give_two_copies(stage: Stage) -> None:
    """Each rule that matches is carried out, so the message is in both folders and not in the inbox."""
    second = f"{stage.folder}-second"
    stage.imap(stage.owner).create(second)
    stage.rules({"actions": _MOVE}, {"actions": {"MoveToFolder": second}})
    mark = stage.send()
    for folder in (stage.folder, second):
        stage.wait(f'HEADER X-Mailproof "{mark}"', stage.owner, folder)
    expect.that(not stage.has(mark), "the inbox", expected="without the message", actual="with it")

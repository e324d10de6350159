"""The control program of a target: what it answers, and what happens when it does not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.control.control import Control
from mailproof_suites.control.hook import ControlBroken, ControlRefused, ControlUnsupported, Hook
from mailproof_suites.expect import Violation

PROGRAM = """
import json, sys, time, os
count = 0
for line in sys.stdin:
    asked = json.loads(line)
    count += 1
    verb = asked["command"][0]
    answer = {"id": asked["id"], "status": 0, "output": None}
    if verb == "help":
        answer["output"] = {"user": ["add", "remove"], "apply": []}
    elif verb == "count":
        answer["output"] = {"count": count, "pid": os.getpid()}
    elif verb == "echo":
        answer["output"] = {"words": asked["command"][1:], "input": asked["input"]}
    elif verb == "refuse":
        answer = {"id": asked["id"], "status": 2, "error": "no such user", "refusal": "NotFound"}
    elif verb == "unsupported":
        answer = {"id": asked["id"], "status": "unsupported"}
    elif verb == "die":
        print("I am dying", file=sys.stderr)
        sys.exit(3)
    elif verb == "hang":
        time.sleep(60)
    elif verb == "babble":
        print("this is no JSON", flush=True)
        continue
    elif verb == "other":
        answer["id"] = 999
    print(json.dumps(answer), flush=True)
"""
Make = Callable[..., Hook]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Hooks on a program of the test's own; all are closed at the end."""
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    made: list[Hook] = []

    def start(timeout_s: float = 20.0) -> Hook:
        made.append(Hook([sys.executable, "program.py"], tmp_path, timeout_s))
        return made[-1]

    yield start
    for each in made:
        each.close()


def test_commands_go_to_one_program_that_stays(make: Make) -> None:
    hook = make()
    first, second = hook.call("count"), hook.call("count")
    assert (first["count"], second["count"]) == (1, 2)
    assert first["pid"] == second["pid"]


def test_words_and_input_arrive_as_they_were_given(make: Make) -> None:
    given = {"name": "Zoë", "big": "x" * 300_000}
    assert make().call("echo", "a b", "", "ü", input=given) == {"words": ["a b", "", "ü"], "input": given}


def test_nouns_and_verbs_are_listed(make: Make) -> None:
    assert make().nouns() == ["apply", "user", "user.add", "user.remove"]


def test_a_refusal_tells_its_reason_and_kind(make: Make) -> None:
    with pytest.raises(ControlRefused, match="refuse me: no such user") as caught:
        make().call("refuse", "me")
    assert caught.value.kind == "NotFound"


def test_unsupported_is_told_apart(make: Make) -> None:
    with pytest.raises(ControlUnsupported):
        make().call("unsupported")


@pytest.mark.parametrize(
    ("command", "told"), [("die", "status 3:\n    I am dying"), ("babble", "not JSON"), ("other", "999")]
)
def test_a_broken_program_is_reported_and_started_anew(make: Make, command: str, told: str) -> None:
    hook = make()
    before = hook.call("count")["pid"]
    with pytest.raises(ControlBroken) as caught:
        hook.call(command)
    assert told in str(caught.value)
    after = hook.call("count")
    assert after["pid"] != before
    assert after["count"] == 1


def test_a_program_that_is_silent_is_ended(make: Make) -> None:
    hook = make(timeout_s=3.0)
    hook.call("count")
    began = time.monotonic()
    with pytest.raises(ControlBroken, match=r"hang: .*within 3 s"):
        hook.call("hang")
    assert time.monotonic() - began < 20
    assert hook.call("count")["count"] == 1


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ControlBroken, match="/no/such/program"):
        Hook(["/no/such/program"], tmp_path, 5.0).call("help")


def test_secrets_of_answers_and_inputs_do_not_reach_the_transcript(make: Make) -> None:
    transcript = Transcript()
    control = Control(make(), transcript)
    control.call("echo", "user", input={"user": [{"password": "Correct-Horse-1", "name": "ann"}]})
    rendered = transcript.render()
    assert "Correct-Horse-1" not in rendered
    assert '"name": "ann"' in rendered


def test_what_is_to_be_undone_is_undone_last_first_and_refusals_are_only_noted(make: Make) -> None:
    transcript = Transcript()
    control = Control(make(), transcript)
    for each in (("echo", "first"), ("refuse",), ("unsupported",), ("echo", "last")):
        control.undo(*each)
    control.close()
    sent = [line.split("> ")[1] for line in transcript.render().splitlines() if " > " in line]
    assert sent == ["echo last", "unsupported", "refuse", "echo first"]


def test_a_case_has_users_of_its_own(make: Make) -> None:
    transcript = Transcript()
    control = Control(make(), transcript, "T0K", "example.test")
    first, second = control.user(), control.user("--hidden")
    assert (first.address, second.address) == ("mpt0k@example.test", "mpt0k2@example.test")
    control.close()
    rendered = transcript.render()
    assert first.password not in rendered
    assert "user add mpt0k2@example.test --password-stdin --hidden" in rendered
    assert rendered.count("user remove mpt0k") == 2


def test_an_expected_refusal_that_does_not_come_is_a_violation(make: Make) -> None:
    control = Control(make(), Transcript())
    assert control.refusal("refuse").kind == "NotFound"
    with pytest.raises(Violation, match="is refused"):
        control.refusal("count")


def test_without_a_program_the_case_is_skipped() -> None:
    with pytest.raises(pytest.skip.Exception, match="no \\[control\\]"):
        Control(None, Transcript()).call("user", "list")

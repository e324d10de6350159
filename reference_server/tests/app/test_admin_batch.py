"""`mailproof admin batch`: the line protocol, on one process that stays."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Serve, environment


class Batch:
    """A running batch and the answers to its lines."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mailproof_server.app.admin", "--data", str(data), "batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )

    def raw(self, line: bytes) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def __call__(self, *command: str, given: object = None) -> Any:
        answer = self.raw(json.dumps({"id": 7, "command": command, "input": given}).encode())
        assert answer["id"] == 7
        assert answer["status"] == 0, answer
        return answer["output"]

    def refusal(self, *command: str, given: object = None) -> tuple[str, str]:
        answer = self.raw(json.dumps({"command": command, "input": given}).encode())
        assert answer["status"] == 2, answer
        return answer.get("refusal", ""), answer["error"]

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=20)


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    running = Batch(tmp_path / "kept")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait(timeout=20)


def test_the_same_commands_answer_with_objects(batch: Batch) -> None:
    assert batch("domain", "add", "example.org") == {"domain": "example.org"}
    batch("user", "add", "ann@example.org", "--name", "Ann Able", "--password-stdin", given="Correct-Horse-1")
    assert [each["display_name"] for each in batch("user", "list")] == ["Ann Able"]
    assert batch("user", "list", "--json")[0]["address"] == "ann@example.org"
    assert batch.end() == 0


def test_refusals_are_those_of_the_command_line_with_their_kind(batch: Batch) -> None:
    batch("domain", "add", "example.org")
    assert batch.refusal("domain", "add", "example.org")[0] == "AlreadyExists"
    assert batch.refusal("user", "add", "ann@nowhere.test")[0] == "NotFound"
    assert batch.refusal("user", "add", "ann@example.org", "--password-stdin", given="short")[0] == "Invalid"
    assert "no input" not in batch.refusal("user", "remove", "ann@example.org")[1]
    assert "--yes" in batch.refusal("user", "remove", "ann@example.org")[1]
    assert "has none" in batch.refusal("user", "add", "ann@example.org", "--password-stdin")[1]
    assert "frobnicate" in batch.refusal("frobnicate")[1]
    assert "batch" in batch.refusal("batch")[1]
    assert batch("user", "list") == [], "refused commands leave nothing behind"


def test_what_is_no_line_is_answered_and_the_next_one_is_done(batch: Batch) -> None:
    for line in (
        b"nonsense",
        b"[]",
        b'{"id": 1}',
        b'{"command": "user"}',
        b'{"command": [], "x": 1}',
        b'{"command":[]}',
    ):
        assert batch.raw(line)["status"] == 2
    assert batch("domain", "list") == []


def test_a_bug_costs_one_answer_and_no_more(batch: Batch, tmp_path: Path) -> None:
    answer = batch.raw(json.dumps({"command": ["apply", "bad\x00name"]}).encode())
    assert answer["status"] in (2, 70)
    assert batch("domain", "list") == []


def test_help_lists_every_noun_with_its_verbs(batch: Batch) -> None:
    nouns = batch("help")
    assert {"add", "list", "password"} <= set(nouns["user"])
    assert nouns["batch"] == []


def test_a_running_server_sees_what_a_batch_does_at_once(serve: Serve, batch: Batch, tmp_path: Path) -> None:
    served = serve("--data", str(tmp_path / "kept"), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    batch("user", "password", "bob@example.test", "--password-stdin", given="Another-Horse-2")
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        served.imap("bob")
    served.imap("bob", password="Another-Horse-2")
    batch("user", "disable", "bob@example.test")
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        served.imap("bob", password="Another-Horse-2")
    batch("user", "enable", "bob@example.test")
    served.imap("bob", password="Another-Horse-2")

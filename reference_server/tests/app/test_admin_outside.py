"""`mailproof admin outside`: what comes from outside is delivered with all that follows, and what leaves is listed."""

import base64
import json
from pathlib import Path

import pytest

ADMIN = "mailproof_server.app.admin"
MAIL = "From: friend@outside.test\nTo: ann@example.org\nSubject: Hello\nMessage-ID: <1@outside.test>\n\nHello.\n"


@pytest.fixture
def admin(run, tmp_path: Path):
    def call(*arguments: str, given: str = "", status: int = 0):
        done = run("--data", str(tmp_path / "kept"), *arguments, module=ADMIN, given=given)
        assert done.returncode == status, done.stderr
        return done

    call("domain", "add", "example.org")
    call("user", "add", "ann@example.org")
    return call


def gone(admin, *options: str):
    return json.loads(admin("--json", "outside", "list", *options).stdout)


def test_mail_from_outside_is_answered_and_the_answer_leaves(admin) -> None:
    admin("auto-reply", "set", "ann@example.org", "enabled", "--text", "Inside.", "--external-text", "Away.")
    admin("outside", "send", "friend@outside.test", "ann@example.org", "-", given=MAIL)
    (reply,) = gone(admin, "--to", "Friend@outside.test")
    assert (reply["sender"], reply["recipients"]) == ("", ["friend@outside.test"])
    assert b"Away." in base64.b64decode(reply["message"])
    assert gone(admin, "--to", "nobody@outside.test") == []


def test_the_null_sender_is_written_as_in_smtp(admin) -> None:
    admin("auto-reply", "set", "ann@example.org", "enabled", "--text", "Away.")
    admin("outside", "send", "<>", "ann@example.org", "-", given=MAIL)
    assert gone(admin) == []


def test_an_unknown_recipient_is_refused(admin) -> None:
    done = admin("outside", "send", "friend@outside.test", "nobody@example.org", "-", given=MAIL, status=2)
    assert "nobody@example.org" in done.stderr

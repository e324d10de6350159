"""`[control]` in a profile: read, asked once, and what `control:…` needs make of it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from mailproof_suites.capabilities import Capabilities, check_needs, parse_need
from mailproof_suites.context import begin
from mailproof_suites.control.reference import ReferenceServer
from mailproof_suites.targets import ConfigError, Target, load_profile

from .conftest import Check

PROFILE = """
profile = 1
name = "acme"
[imaps]
host = "localhost"
port = 1993
[[accounts]]
address = "alice@example.test"
password = "Correct-Horse-1"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def with_control(path: Path, lines: str) -> Path:
    path.write_text(f"{PROFILE}\n[control]\n{lines}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("command = []", "[control] command is empty"),
        ('command = ["x"]\ntimeout_s = 0', "timeout_s"),
        ('command = "x"', "command"),
        ('commnad = ["x"]', "commnad"),
    ],
)
def test_a_mistake_in_the_table_is_named(profile: Path, lines: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_profile(with_control(profile, lines))
    assert complaint in str(caught.value)


def test_needs_are_met_by_what_the_program_offers(profile: Path) -> None:
    target = load_profile(with_control(profile, 'command = ["x"]'))
    told = Capabilities(control=["token", "token.add", "user"])
    check_needs(
        [parse_need("control:token"), parse_need("control:token.add"), parse_need("control:rules|user")], target, told
    )
    with pytest.raises(pytest.skip.Exception, match="offers no rules"):
        check_needs([parse_need("control:rules")], target, told)


def test_without_the_table_the_need_is_not_met(profile: Path) -> None:
    target: Target = load_profile(profile)
    assert target.control is None
    with pytest.raises(pytest.skip.Exception, match=r"no \[control\]"):
        check_needs([parse_need("control:user")], target, Capabilities())


def test_a_program_that_does_not_run_is_the_profiles_mistake(profile: Path) -> None:
    with_control(profile, 'command = ["/no/such/program"]')
    context = begin(profile, None, force=False, corpus=None)
    try:
        with pytest.raises(ConfigError, match="/no/such/program"):
            context.ask_control()
    finally:
        context.close()


CASES = """
from mailproof_suites.case import *

@requirement("AUTH-06")
@needs("control:token", "control:user.disable", "imap:IMAP4rev2|IMAP4rev1")
def test_with_control(control: Control, connect_imap: ConnectImap, tmp_path) -> None:
    account = control.user()
    made = control.call("token", "add", account.address, "phone")["token"]
    connect_imap(Account(account.address, made))
    expect.equal(control.refusal("token", "add", account.address, "phone").kind, "AlreadyExists", "kind of the refusal")
    control.call("user", "disable", account.address)
    client = connect_imap(account, login=False)
    answer = client.command("LOGIN", account.address, account.password)
    expect.equal(answer.status, "NO", "answer to LOGIN")

@requirement("AUTH-06")
@needs("control:clock")
def test_with_a_clock(control: Control) -> None:
    control.call("clock", "move", "1")
"""


def test_cases_use_it_and_what_they_made_is_gone(check: Check, cases: Path) -> None:
    (cases / "imap" / "test_few.py").unlink()
    (cases / "tokens").mkdir()
    (cases / "tokens" / "test_control.py").write_text(CASES)
    outcome = check("-n", "1")
    assert outcome.status == 0, outcome.out + outcome.err
    assert outcome.verdicts() == {"test_with_control": "pass", "test_with_a_clock": "skip"}
    assert outcome.case("test_with_a_clock")["message"] == "the target's control program offers no clock"


def test_the_reference_servers_profile_has_a_program_that_works(tmp_path: Path) -> None:
    server = ReferenceServer(tmp_path)
    with server as path:
        context = begin(path, None, force=False, corpus=None)
        try:
            told = context.ask_control()
            assert {"user", "user.add", "group", "alias", "domain"} <= set(told)
            hook = context.control_hook()
            assert hook is not None
            alice = context.target.account("alice")
            assert alice is not None
            assert alice.address in [each["address"] for each in hook.call("user", "list")]
            hook.close()
        finally:
            context.close()
    assert msgspec.json.decode(msgspec.json.encode(Capabilities(control=told)), type=Capabilities).control == told

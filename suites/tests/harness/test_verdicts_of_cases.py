"""From what a case raises to its verdict, through plain pytest, with and without workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import PASSWORD, Check, FakeImap

CASES = """
@requirement("RFC9051:6.1.1-1")
def test_passes(imap: ImapClient) -> None:
    expect.note("worth reading")
    with expect.step("a step"):
        expect.ok(imap.command("NOOP"))


@requirement("RFC9051:6.1.1-1")
def test_violates(imap: ImapClient) -> None:
    expect.no(imap.command("NOOP"))


@requirement("RFC9051:6.1.1-1", "RFC9051:6.3.12-2")
def test_violates_the_should_only(imap: ImapClient) -> None:
    expect.equal(1, 2, "a figure", requirement="RFC9051:6.3.12-2")


@requirement("RFC9051:6.1.1-1")
def test_asserts_on_its_own() -> None:
    assert 1 == 2


@requirement("RFC9051:6.1.1-1")
def test_breaks() -> None:
    raise KeyError("ours")


@requirement("RFC9051:6.1.1-1")
def test_meets_an_unexpected_no(imap: ImapClient) -> None:
    imap.select("absent")


@requirement("RFC9051:6.1.1-1")
@needs("role:carol")
def test_needs_a_missing_role() -> None: ...


@requirement("RFC9051:6.1.1-1")
def test_leases_without_declaring(world: World) -> None:
    world.lease("bob")


@requirement("RFC9051:6.1.1-1")
@needs("role:other")
def test_somebody_else_is_somebody_else(world: World) -> None:
    expect.that(world.lease("other") != world.lease(), "the other account", expected="another", actual="the same")


@requirement("RFC9051:6.1.1-1")
def test_fails_with_a_secret(account: Account) -> None:
    raise RuntimeError(f"the password is {account.password}")


@requirement("RFC9051:6.1.1-1")
def test_violates_in_a_folder(imap: ImapClient, folder: str) -> None:
    raise expect.fail("something", expected="this", actual="that")
"""

EXPECTED = {
    "test_passes": "pass",
    "test_violates": "fail",
    "test_violates_the_should_only": "fail",
    "test_asserts_on_its_own": "error",
    "test_breaks": "error",
    "test_meets_an_unexpected_no": "fail",
    "test_needs_a_missing_role": "skip",
    "test_leases_without_declaring": "error",
    "test_somebody_else_is_somebody_else": "pass",
    "test_fails_with_a_secret": "error",
    "test_violates_in_a_folder": "fail",
}


@pytest.mark.parametrize("workers", ["0", "2"])
def test_every_family_of_exceptions_has_its_verdict(
    plain_pytest: Check, profile: Path, fake_imap: FakeImap, workers: str, tmp_path: Path
) -> None:
    outcome = plain_pytest(CASES, "--target", profile, "-n", workers)
    assert outcome.verdicts() == EXPECTED
    assert outcome.status == 1
    assert fake_imap.faults.folders == set(), "a case's folder is deleted, also when the case fails"
    assert any(line.startswith("CREATE mailproof-") for line in fake_imap.faults.seen)
    assert outcome.case("test_violates_the_should_only")["level"] == "should"
    assert outcome.case("test_violates_in_a_folder")["level"] == "must"
    everything = "".join(
        path.read_text(errors="replace") for path in (tmp_path / "report").rglob("*") if path.is_file()
    )
    assert "worth reading" in everything
    assert PASSWORD not in everything
    assert "LOGIN alice@example.test *****" in everything


@pytest.mark.parametrize(
    ("choice", "level", "status"),
    [
        ("should_only", "must", 0),
        ("should_only", "should", 1),
        ("should_only or breaks", "must", 3),
        ("role", "must", 5),
    ],
)
def test_the_level_decides_about_the_exit_status(
    plain_pytest: Check, profile: Path, choice: str, level: str, status: int
) -> None:
    outcome = plain_pytest(CASES, "--target", profile, "-k", choice, "--level", level)
    assert outcome.status == status, outcome.out


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('@requirement("RFC9051:99.9-1")\ndef test_x() -> None: ...\n', "no requirement 'RFC9051:99.9-1'"),
        ('@requirement("NET-02")\n@needs("imap MOVE")\ndef test_x() -> None: ...\n', "need 'imap MOVE'"),
        ('@requirement("NET-02")\n@needs("endpoint:pop3")\ndef test_x() -> None: ...\n', "no endpoint is called pop3"),
        ("@requirement()\ndef test_x() -> None: ...\n", "a case says what it proves"),
        ('@requirement("NET-02")\nclass TestX:\n    @needs("no")\n    def test_x(self) -> None: ...\n', "need 'no'"),
    ],
)
def test_a_mistake_in_the_marks_is_a_collection_error(
    plain_pytest: Check, profile: Path, source: str, words: str
) -> None:
    outcome = plain_pytest(source, "--target", profile)
    assert outcome.status != 0
    assert words in outcome.out
    assert "error" in outcome.out


def test_a_monitor_fails_the_case_under_its_own_requirement(
    plain_pytest: Check, profile: Path, fake_imap: FakeImap
) -> None:
    fake_imap.faults.capabilities = "IMAP4rev1 AUTH=PLAIN (broken"
    source = '@requirement("NET-02")\ndef test_x(connect_imap) -> None:\n    connect_imap(login=False)\n'
    outcome = plain_pytest(source, "--target", profile)
    assert outcome.status == 1, outcome.out
    case = outcome.case("test_x")
    assert case["verdict"] == "fail"
    assert case["message"].startswith("monitor: ")


def test_a_server_that_dies_ends_the_run_as_unreachable(
    plain_pytest: Check, profile: Path, fake_imap: FakeImap
) -> None:
    source = """
import socket

@requirement("NET-02")
def test_1_kills(imap: ImapClient) -> None:
    imap.command("NOOP")

@requirement("NET-02")
@pytest.mark.parametrize("n", range(3))
def test_2_finds_nobody(n: int, connect_imap: ConnectImap) -> None:
    connect_imap()
"""
    fake_imap.faults.dies_on = "NOOP"
    outcome = plain_pytest(source, "--target", profile)
    assert outcome.status == 3, outcome.out
    assert outcome.verdicts()["test_1_kills"] == "fail"
    assert outcome.verdicts()["test_2_finds_nobody[0]"] == "error"
    assert "target unreachable" in outcome.case("test_2_finds_nobody[0]")["message"]
    assert len(outcome.results["cases"]) == 2, "the rest of the run would say nothing new"


def test_a_worker_that_dies_leaves_an_error(plain_pytest: Check, profile: Path) -> None:
    source = """
import os

@requirement("NET-02")
def test_1_dies() -> None:
    os._exit(9)

@requirement("NET-02")
def test_2_lives(imap: ImapClient) -> None: ...
"""
    outcome = plain_pytest(source, "--target", profile, "-n", "2")
    assert outcome.status == 3, outcome.out
    assert outcome.verdicts() == {"test_1_dies": "error", "test_2_lives": "pass"}
    assert "the process that ran the case died" in outcome.case("test_1_dies")["message"]


def test_a_limit_on_connections_skips_what_needs_more(plain_pytest: Check, profile: Path, fake_imap: FakeImap) -> None:
    profile.write_text(profile.read_text().replace("timeout_s = 2", "limits = { connections_per_account = 1 }"))
    source = '@requirement("NET-02")\ndef test_x(imap2: ImapClient) -> None: ...\n'
    outcome = plain_pytest(source, "--target", profile)
    assert outcome.status == 5, outcome.out
    assert "allows 1 connections per account" in outcome.case("test_x")["message"]


def test_a_limit_on_commands_is_kept_to(plain_pytest: Check, profile: Path) -> None:
    profile.write_text(profile.read_text().replace("timeout_s = 2", "limits = { commands_per_second = 20.0 }"))
    source = """
import time

@requirement("NET-02")
def test_x(imap: ImapClient) -> None:
    began = time.monotonic()
    for _ in range(5):
        imap.noop()
    took_s = time.monotonic() - began
    expect.that(took_s >= 0.2, "time for 5 commands", expected="at least 4 gaps of 0.05 s", actual=f"{took_s:.3f} s")
"""
    outcome = plain_pytest(source, "--target", profile)
    assert outcome.status == 0, outcome.out


def test_allure_results_of_plain_pytest_name_the_requirement(
    plain_pytest: Check, profile: Path, tmp_path: Path
) -> None:
    source = '@requirement("RFC9051:6.1.1-1")\ndef test_x(imap: ImapClient) -> None: ...\n'
    outcome = plain_pytest(source, "--target", profile, "--alluredir", tmp_path / "allure")
    assert outcome.status == 0, outcome.out
    (result,) = (tmp_path / "allure").glob("*-result.json")
    assert "RFC9051:6.1.1-1" in result.read_text()


def test_other_peoples_tests_are_left_alone(tmp_path: Path, plain_pytest: Check) -> None:
    outcome = plain_pytest("def test_x(tmp_path) -> None:\n    assert 1 == 2\n")
    assert outcome.status == 1
    assert outcome.results == {}
    assert "mailproof:" not in outcome.out

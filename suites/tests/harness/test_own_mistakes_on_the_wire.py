"""A line of ours that breaks the grammar is our error, whatever the server would have said to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailproof_suites.clients.errors import HarnessError
from mailproof_suites.clients.smtp.own_grammar import check_command
from mailproof_suites.judging import judge_exception
from mailproof_suites.verdicts import Verdict

from .conftest import Check, FakeImap

CASES = r"""
@requirement("RFC9051:6.1.1-1")
def test_wants_ok_and_mistypes(imap: ImapClient) -> None:
    expect.ok(imap.command("FETCH 1 (FLAGS"))


@requirement("RFC9051:6.1.1-1")
def test_wants_bad_and_mistypes(imap: ImapClient) -> None:
    expect.bad(imap.command("FETCH 1 (FLAGS"))


@requirement("RFC9051:6.1.1-1")
def test_mistypes_in_a_convenience(imap: ImapClient) -> None:
    imap.search("FORM somebody")


@requirement("RFC9051:6.1.1-1")
def test_wants_bad_on_purpose(imap: ImapClient) -> None:
    expect.bad(imap.command("FETCH 1 (FLAGS UID", on_purpose=True))


@requirement("RFC9051:6.1.1-1")
def test_wants_ok_on_purpose(imap: ImapClient) -> None:
    expect.ok(imap.command("FETCH 1 (FLAGS UID", on_purpose=True))


@requirement("RFC9051:6.1.1-1")
def test_says_what_it_likes_in_raw_octets(imap: ImapClient) -> None:
    imap.send_raw(b"x FETCH 1 ((\r\n")
    expect.bad(imap.finish(b"x"))
"""

EXPECTED = {
    "test_wants_ok_and_mistypes": "error",
    "test_wants_bad_and_mistypes": "error",
    "test_mistypes_in_a_convenience": "error",
    "test_wants_bad_on_purpose": "pass",
    "test_wants_ok_on_purpose": "fail",
    "test_says_what_it_likes_in_raw_octets": "pass",
}


def test_a_mistake_of_a_case_is_no_verdict_on_the_server(
    plain_pytest: Check, profile: Path, fake_imap: FakeImap
) -> None:
    """The server answers BAD to every FETCH, and never hears the ones that were a mistake."""
    outcome = plain_pytest(CASES, "--target", profile)
    assert outcome.verdicts() == EXPECTED
    heard = [line for line in fake_imap.faults.seen if line.startswith(("FETCH", "SEARCH"))]
    assert heard == ["FETCH 1 (FLAGS UID"] * 2 + ["FETCH 1 (("]
    assert "on_purpose=True" in outcome.case("test_wants_bad_and_mistypes")["message"]


def test_a_mistake_in_smtp_is_an_error_too() -> None:
    with pytest.raises(HarnessError) as caught:
        check_command(b"MAIL FROM: <a@example.test>")
    assert judge_exception(caught.value, Path(__file__)).verdict is Verdict.ERROR

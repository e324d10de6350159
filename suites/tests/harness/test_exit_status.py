"""The exit status of `check` says what happened, and so do its words (contract, "Commands")."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Certificates, Check, FakeImap, environment, write_profile

CAPABILITY = "RFC9051:6.1.1-1"
CASE = "test_lists_once"
REV2_CASE = "test_needs_rev2"
FILE = "imap/test_few.py"


def test_0_when_all_held(check: Check, profile: Path) -> None:
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 0, outcome.err
    assert outcome.verdicts() == {CASE: "pass"}
    assert outcome.results["summary"] == {"pass": 1, "fail": 0, "error": 0, "skip": 0, "known": 0}
    assert outcome.results["target"] == "fake"
    assert outcome.case(CASE)["area"] == "imap"


def test_1_when_a_requirement_is_violated(check: Check, profile: Path, fake_imap: FakeImap) -> None:
    fake_imap.faults.capability_twice = True
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 1, outcome.err
    assert outcome.verdicts() == {CASE: "fail"}
    assert "number of CAPABILITY responses" in outcome.case(CASE)["message"]
    assert CAPABILITY in outcome.out


def test_workers_give_the_same_verdicts(check: Check, profile: Path, fake_imap: FakeImap) -> None:
    fake_imap.faults.capability_twice = True
    outcome = check("--target", profile, "--only", "imap", "-k", f"{CASE} or {REV2_CASE}", "-n", "2")
    assert outcome.status == 1, outcome.err
    assert outcome.verdicts()[CASE] == "fail"
    assert outcome.verdicts()[REV2_CASE] == "skip"


def test_2_for_a_password_that_is_refused(
    check: Check, tmp_path: Path, fake_imap: FakeImap, certificates: Certificates
) -> None:
    profile = write_profile(tmp_path / "wrong.toml", fake_imap.port, certificates, password="Wrong-Horse-1")
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 2
    assert "does not let alice (alice@example.test) sign in" in outcome.err
    assert "Wrong-Horse-1" not in outcome.err + outcome.out
    assert "Traceback" not in outcome.err


def test_3_for_a_target_that_takes_no_connection(check: Check, tmp_path: Path, certificates: Certificates) -> None:
    profile = write_profile(tmp_path / "nobody.toml", 1, certificates)
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 3
    assert "target unreachable" in outcome.err
    assert "localhost:1" in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.results["cases"] == [], "an old report must not pass for this run's"


def test_3_for_a_certificate_that_is_not_trusted(
    check: Check, tmp_path: Path, fake_imap: FakeImap, certificates: Certificates
) -> None:
    profile = write_profile(tmp_path / "untrusted.toml", fake_imap.port, certificates)
    profile.write_text(profile.read_text().replace(str(certificates.ca), str(certificates.other_ca)))
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 3
    assert f"imaps localhost:{fake_imap.port}: certificate not trusted" in outcome.err


def test_5_when_everything_is_skipped(check: Check, profile: Path) -> None:
    outcome = check("--target", profile, "-k", REV2_CASE)
    assert outcome.status == 5, outcome.err
    assert set(outcome.verdicts().values()) == {"skip"}
    assert "IMAP4rev2 is not advertised" in outcome.results["cases"][0]["message"]


def test_5_when_no_case_fits_the_selection_and_no_old_report_passes_for_this_runs(check: Check, profile: Path) -> None:
    assert check("--target", profile, "-k", CASE).results != {}
    outcome = check("--target", profile, "-k", "no_case_is_called_that")
    assert outcome.status == 5, outcome.err
    assert outcome.results == {}


def test_an_absent_endpoint_skips_with_the_reason(check: Check, profile: Path) -> None:
    outcome = check("--target", profile, "-k", "helo")
    assert outcome.status == 5
    assert {case["message"] for case in outcome.results["cases"]} == {"endpoint smtps is absent from the profile"}


def test_a_claimed_capability_that_is_not_advertised_fails(
    check: Check, tmp_path: Path, fake_imap: FakeImap, certificates: Certificates
) -> None:
    profile = write_profile(
        tmp_path / "claims.toml", fake_imap.port, certificates, extra='claims = { imap = ["IMAP4rev2"] }'
    )
    outcome = check("--target", profile, "-k", REV2_CASE)
    assert outcome.status == 1, outcome.err
    assert "claimed by the profile" in outcome.results["cases"][0]["message"]


def test_a_deviation_of_the_baseline_is_known(check: Check, profile: Path, fake_imap: FakeImap, tmp_path: Path) -> None:
    fake_imap.faults.capability_twice = True
    baseline = tmp_path / "known.toml"
    baseline.write_text(f'[[deviation]]\nrequirement = "{CAPABILITY}"\nreason = "it stutters"\n')
    outcome = check("--target", profile, "--baseline", baseline, "-k", CASE)
    assert outcome.status == 0, outcome.err
    assert outcome.verdicts() == {CASE: "known"}
    assert "it stutters" in outcome.case(CASE)["message"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_deviation_that_does_not_show_any_more_is_stale(
    check: Check, profile: Path, tmp_path: Path, workers: int
) -> None:
    baseline = tmp_path / "known.toml"
    baseline.write_text(f'[[deviation]]\ncase = "{FILE}::{CASE}"\nreason = "it stutters"\n')
    outcome = check("--target", profile, "--baseline", baseline, "-k", CASE, "-n", workers)
    assert outcome.status == 1, outcome.err
    assert outcome.verdicts() == {CASE: "fail"}
    assert "stale deviation" in outcome.case(CASE)["message"]


def test_a_server_that_hangs_up_has_failed_the_case(check: Check, profile: Path, fake_imap: FakeImap) -> None:
    fake_imap.faults.hang_up_on = "CAPABILITY"
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 1, outcome.err
    assert outcome.case(CASE)["message"] == "the server closed the connection"


def test_a_server_that_says_nothing_has_failed_the_case(check: Check, profile: Path, fake_imap: FakeImap) -> None:
    fake_imap.faults.silent_on = "CAPABILITY"
    outcome = check("--target", profile, "-k", CASE)
    assert outcome.status == 1, outcome.err
    assert outcome.case(CASE)["message"] == "the server did not answer"


@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (1, signal.SIGTERM), (2, signal.SIGINT)])
def test_an_interrupted_run_reports_what_it_found_and_ends_with_2(
    profile: Path, fake_imap: FakeImap, tmp_path: Path, cases: Path, workers: int, number: signal.Signals
) -> None:
    profile.write_text(profile.read_text().replace("timeout_s = 2", "timeout_s = 60"))
    report = tmp_path / "report"
    command = [sys.executable, "-m", "mailproof_suites.cli", "check", "--target", str(profile), "--report", str(report)]
    command += ["--cases", str(cases), "-k", f"{CASE} or test_uses_a_folder", "-n", str(workers)]
    fake_imap.faults.silent_on = "CREATE"
    process = subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C in a terminal reaches the workers as well: the signal goes to the whole group
    )
    deadline = time.monotonic() + 30
    while not any(line.startswith("CREATE") for line in fake_imap.faults.seen):
        assert time.monotonic() < deadline, "the case that hangs was never reached"
        time.sleep(0.05)
    if workers > 1:
        _await_first_result(report, deadline)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2, err
    assert f'"imap/test_few.py::{CASE}"' in (report / "results.json").read_text()
    assert (report / "report.html").exists()
    assert "Traceback" not in out + err


def _await_first_result(report: Path, deadline: float) -> None:
    """With workers the two cases run side by side; the one that ends is known once pytest's log shows its dot."""
    while "[100%]" not in (text := (report / "pytest.log").read_text()) and "." not in text.rpartition("items]")[2]:
        assert time.monotonic() < deadline, text
        time.sleep(0.05)

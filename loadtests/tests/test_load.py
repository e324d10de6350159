"""`mailproof load` from outside, each run of a few seconds; Locust only ever in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "mailproof_suites.cli", "load"]


def load(report: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments, "--report", str(report)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


def test_the_store_under_load_by_two_processes_is_right_and_within_budget(tmp_path: Path) -> None:
    budget = tmp_path / "budget.toml"
    budget.write_text("[[budget]]\nerror_rate = 0.0\n")
    done = load(
        tmp_path / "report",
        "mailbox_store",
        "-u",
        "2",
        "-r",
        "9",
        "-t",
        "4s",
        "--processes",
        "2",
        "--budget",
        str(budget),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "report/results.json").read_text())
    verdicts = {case["id"].partition("::")[2]: case["verdict"] for case in results["cases"]}
    assert verdicts["an_acknowledged_message_is_there"] == "pass"
    assert verdicts["budget[error_rate of *]"] == "pass"
    figures = json.loads((tmp_path / "report/load.json").read_text())
    assert figures["checks"]["checkpoints"] >= 2
    assert figures["checks"]["left_behind"] == []
    assert (tmp_path / "report/locust.html").stat().st_size
    assert (tmp_path / "report/junit.xml").stat().st_size


def test_accepted_mail_that_is_lost_is_a_wrong_answer_with_its_wire_log(tmp_path: Path) -> None:
    done = load(tmp_path, "delivery_burst", "-u", "4", "-t", "4s", "--defect", "load_doubled_delivery")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "WRONG ANSWER: accepted mail is delivered once" in done.stdout
    run = json.loads((tmp_path / "run.json").read_text())
    failed = [case for case in run["cases"] if case["verdict"] == "fail"]
    assert any("FETCH" in case["transcript"] for case in failed)


def test_over_budget_in_an_open_loop(tmp_path: Path) -> None:
    budget = tmp_path / "budget.toml"
    budget.write_text("[[budget]]\nmin_per_s = 1000000\n")
    done = load(
        tmp_path / "report", "mailbox_store", "-u", "2", "-t", "4s", "--arrivals", "20", "--budget", str(budget)
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "OVER BUDGET:" in done.stdout
    assert "(since intended start)" in done.stdout


def test_ctrl_c_keeps_what_was_found_and_removes_what_was_made(tmp_path: Path) -> None:
    command = [*COMMAND, "mailbox_store", "-u", "2", "-t", "10m", "--report", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    history = tmp_path / "locust_stats_history.csv"
    deadline = time.monotonic() + 90
    while not (history.exists() and history.read_text().count("\n") > 4):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2, out + err
    figures = json.loads((tmp_path / "load.json").read_text())
    assert figures["checks"]["left_behind"] == []
    assert figures["checks"]["checkpoints"] >= 1
    assert figures["requests"]


def test_a_target_that_nobody_answers_for_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    profile = tmp_path / "nobody.toml"
    profile.write_text(
        f'profile = 1\nname = "nobody"\n[imaps]\nhost = "127.0.0.1"\nport = {port}\n'
        '[[accounts]]\naddress = "a@example.test"\npassword = "x"\n'
    )
    done = load(tmp_path / "report", "--target", str(profile))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "cannot be reached" in done.stdout


def test_mistakes_are_told_in_one_line(tmp_path: Path) -> None:
    done = load(tmp_path, "no_such_scenario")
    assert (done.returncode, done.stderr.count("\n")) == (2, 2)
    assert "mailbox_store" in done.stderr
    assert load(tmp_path, "-t", "soon").returncode == 2
    assert load(tmp_path, "--budget", str(tmp_path / "none.toml")).returncode == 2


def test_the_list_and_the_help_need_no_locust() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from mailproof_loadtests.__main__ import command\n"
        "done = CliRunner().invoke(command, sys.argv[1:]); print(done.output); sys.exit('gevent' in sys.modules)"
    )
    for word, expected in (("list", "find_the_limit"), ("--help", "Exit status")):
        done = subprocess.run([sys.executable, "-c", script, word], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout

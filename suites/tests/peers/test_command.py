"""`python -m mailproof_suites.peers` where it cannot run: one clear line, status 2, nothing touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailproof_suites.peers import dovecot, pair, postfix
from mailproof_suites.peers.__main__ import cli


def start(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["dovecot-postfix", *map(str, arguments)])


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postfix, "BINARIES", ("/nonexistent/postfix",))
    monkeypatch.setattr(dovecot, "BINARIES", ("/",))
    result = start()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "not installed: postfix;" in result.stderr
    assert "apt-get install -y dovecot-imapd dovecot-lmtpd postfix" in result.stderr


def test_without_root_it_says_that_it_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postfix, "BINARIES", ("/",))
    monkeypatch.setattr(dovecot, "BINARIES", ("/",))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    result = start()
    assert result.exit_code == 2
    assert "needs root" in result.stderr


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages were there and the user were root; the cases below end before anything is started."""
    monkeypatch.setattr(pair, "missing", lambda: "")


@pytest.mark.usefixtures("installed")
def test_a_folder_with_somebodys_files_is_left_alone(tmp_path: Path) -> None:
    folder = Path("/tmp") / tmp_path.name if len(str(tmp_path)) > 70 else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "thesis.txt").write_text("years of work")
    try:
        result = start("--folder", folder)
        assert result.exit_code == 2
        assert "not empty" in result.stderr
        assert (folder / "thesis.txt").read_text() == "years of work"
    finally:
        (folder / "thesis.txt").unlink()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["with space", "ünïcode", "x" * 100, "dollar$HOME"])
def test_a_folder_name_that_would_break_a_configuration_is_refused(tmp_path: Path, name: str) -> None:
    result = start("--folder", tmp_path / name)
    assert result.exit_code == 2
    assert "at most 70 letters" in result.stderr
    assert not (tmp_path / name).exists()


@pytest.mark.usefixtures("installed")
def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "_LONGEST_FOLDER", 500)
    (tmp_path / "file").write_text("")
    result = start("--folder", tmp_path / "file")
    assert result.exit_code == 2
    assert "not a folder" in result.stderr


@pytest.mark.usefixtures("installed")
def test_a_folder_that_the_servers_could_not_enter_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "_LONGEST_FOLDER", 500)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    result = start("--folder", private / "peer")
    assert result.exit_code == 2
    assert "other users cannot enter" in result.stderr
    assert not (private / "peer").exists()


@pytest.mark.usefixtures("installed")
def test_a_ready_file_of_an_earlier_run_does_not_outlive_a_failed_start(tmp_path: Path) -> None:
    ready = tmp_path / "target.toml"
    ready.write_text("of yesterday")
    result = start("--folder", tmp_path / "with space", "--ready-file", ready)
    assert result.exit_code == 2
    assert not ready.exists()

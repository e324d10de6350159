"""`python -m mailproof_suites.peers` where it cannot run: one clear line, status 2, nothing touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mailproof_suites.peers import peer
from mailproof_suites.peers.__main__ import cli
from mailproof_suites.peers.kinds import KINDS, Kind
from mailproof_suites.peers.packages import Archives


def start(*arguments: object, name: str = "dovecot-postfix") -> Result:
    return CliRunner().invoke(cli, [name, *map(str, arguments)])


def kind(installed: dict[str, tuple[str, ...]], unpacked: tuple[str, ...] = ()) -> Kind:
    return Kind("made-up", "Made up.", (), lambda folder, ports, archives: [], installed, unpacked)


def test_missing_packages_are_named_with_the_command_that_gets_them() -> None:
    absent = kind({"here": ("/",), "postfix": ("/nonexistent/postfix",)}, ("cyrus-imapd",)).missing()
    assert "missing packages: postfix, cyrus-imapd;" in absent
    assert "python -m mailproof_suites.peers made-up --install" in absent


def test_without_root_it_says_that_it_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "needs root" in kind({"here": ("/",)}).missing()


def test_what_cannot_run_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "dovecot-postfix", kind({"postfix": ("/nonexistent/postfix",)}))
    result = start()
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "missing packages: postfix;" in result.stderr


def test_an_unknown_peer_is_refused_with_the_names_of_the_known_ones() -> None:
    result = start(name="exchange")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_the_help_describes_every_peer(name: str) -> None:
    assert f"{name}: {KINDS[name].what}" in start("--help").stdout


def test_versions_are_those_of_the_archives(tmp_path: Path) -> None:
    for name in ("cyrus-imapd_3.6.1-4+deb12u5_amd64.deb", "libx_2%3a8.39-15_amd64.deb", "libx-more_9_amd64.deb"):
        (tmp_path / name).touch()
    archives = Archives(("cyrus-imapd", "libx"), tmp_path)
    assert archives.versions() == {"cyrus-imapd": "3.6.1-4+deb12u5", "libx": "2:8.39-15"}
    assert archives.absent == []
    assert Archives(("libx", "courier-imap"), tmp_path).absent == ["courier-imap"]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages were there and the user were root; the cases below end before anything is started."""
    monkeypatch.setattr(Kind, "missing", lambda self: "")


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
    monkeypatch.setattr(peer, "_LONGEST_FOLDER", 500)
    (tmp_path / "file").write_text("")
    result = start("--folder", tmp_path / "file")
    assert result.exit_code == 2
    assert "not a folder" in result.stderr


@pytest.mark.usefixtures("installed")
def test_a_folder_that_the_servers_could_not_enter_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "_LONGEST_FOLDER", 500)
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

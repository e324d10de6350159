"""Each peer comes up from its packages, lets its people in, and is gone afterwards; skipped without its packages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailproof_suites.capabilities import sign_in, submit_as
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.peers import KINDS, PeerError, running
from mailproof_suites.peers.jail import Jail
from mailproof_suites.peers.loopback import wait_until
from mailproof_suites.peers.packages import Archives
from mailproof_suites.targets import load_profile

each = pytest.mark.parametrize("name", [name for name in KINDS if name != "dovecot-postfix"])


@each
def test_it_starts_serves_and_leaves_nothing_behind(name: str) -> None:
    if why := KINDS[name].missing():
        pytest.skip(why)
    with running(name) as peer:
        target = load_profile(peer.profile)
        assert all(package in target.software for package in KINDS[name].unpacked)
        for account in target.accounts:
            assert target.imaps is not None
            with ImapClient(target.imaps.host, target.imaps.port, ca_file=target.ca_path) as client:
                sign_in(client, account)
                client.examine("INBOX")
            if target.smtps is not None:
                with SmtpClient(target.smtps.host, target.smtps.port, ca_file=target.ca_path) as sender:
                    submit_as(sender, account)
        assert peer.ended() == ""
        servers = peer.servers
    assert not any(server.alive for server in servers)
    assert not peer.folder.exists()


@each
def test_a_wrong_password_is_refused(name: str) -> None:
    """Hashes that look at eight letters only, for one, would let it in."""
    if why := KINDS[name].missing():
        pytest.skip(why)
    with running(name) as peer:
        target = load_profile(peer.profile)
        alice = target.account("alice")
        assert target.imaps is not None
        assert alice is not None
        with ImapClient(target.imaps.host, target.imaps.port, ca_file=target.ca_path) as client:
            assert client.command("LOGIN", f'"{alice.address}"', f'"{alice.password}x"').status == "NO"


@pytest.fixture
def jail(tmp_path: Path) -> Jail:
    """A jail without packages."""
    if os.geteuid() != 0 or not Path("/usr/bin/unshare").exists():
        pytest.skip("needs root and unshare")
    (tmp_path / "archives").mkdir()
    return Jail(tmp_path / "jail", tmp_path, Archives((), tmp_path / "archives"))


def test_what_a_jail_writes_to_the_machine_vanishes_with_it(jail: Jail, tmp_path: Path) -> None:
    jail.start(f"echo inside > /etc/mailproof-jail && cp /etc/mailproof-jail {tmp_path}/proof && sleep 600")
    assert wait_until((tmp_path / "proof").exists, 30), jail.log.read_text()
    assert not Path("/etc/mailproof-jail").exists()
    assert jail.alive
    jail.stop()
    assert not jail.alive
    assert (tmp_path / "proof").read_text() == "inside\n"


def test_a_jail_ends_with_its_script(jail: Jail) -> None:
    jail.start("exit 3")
    assert wait_until(lambda: not jail.alive, 30)
    jail.stop()


def test_a_jail_of_a_killed_run_is_stopped_by_the_next_one(jail: Jail, tmp_path: Path) -> None:
    jail.start(f"touch {tmp_path}/up && sleep 600")
    assert wait_until((tmp_path / "up").exists, 30), jail.log.read_text()
    later = Jail(tmp_path / "jail", tmp_path, Archives((), tmp_path / "archives"))
    assert later.alive
    later.stop()
    assert not jail.alive


def test_a_jail_without_its_tools_says_so(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(PeerError, match="unshare"):
        jail.start("exit 0")


def test_signals_are_not_passed_into_a_jail(jail: Jail, tmp_path: Path) -> None:
    """Ctrl-C is for the command, which then ends the servers in their order."""
    jail.start(f"touch {tmp_path}/up && sleep 600")
    assert wait_until((tmp_path / "up").exists, 30)
    assert os.getpgid(int((tmp_path / "jail" / "pid").read_text())) != os.getpgid(0)
    jail.stop()

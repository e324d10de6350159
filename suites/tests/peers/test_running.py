"""The servers themselves: they answer, carry mail, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailproof_suites.capabilities import sign_in, submit_as
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.peers import dovecot_postfix
from mailproof_suites.peers.loopback import pid_in, wait_until
from mailproof_suites.targets import Account, Target, load_profile

pytestmark = pytest.mark.usefixtures("peers_can_run")
PIDS = ("dovecot/run/master.pid", "postfix/queue/pid/master.pid")


@pytest.fixture(scope="module")
def target(peers_can_run: None) -> Iterator[Target]:
    """A running pair."""
    del peers_can_run
    with dovecot_postfix() as path:
        yield load_profile(path)


def account(target: Target, role: str) -> Account:
    found = target.account(role)
    assert found is not None
    return found


def imap(target: Target, role: str) -> ImapClient:
    assert target.imaps is not None
    client = ImapClient(target.imaps.host, target.imaps.port, ca_file=target.ca_path)
    sign_in(client, account(target, role))
    return client


def smtp(target: Target, role: str) -> SmtpClient:
    assert target.smtps is not None
    client = SmtpClient(target.smtps.host, target.smtps.port, ca_file=target.ca_path)
    submit_as(client, account(target, role))
    return client


def found(client: ImapClient, subject: str) -> bool:
    client.select("INBOX")
    return bool(client.search(f'SUBJECT "{subject}"', uid=True))


@pytest.mark.parametrize(
    "recipient", ["bob@example.test", "robert@example.test", "bob+tag@example.test", "everyone@example.test"]
)
def test_mail_reaches_bob_by_address_alias_tag_and_group(target: Target, recipient: str) -> None:
    subject = f"to {recipient}"
    with smtp(target, "alice") as sender, imap(target, "bob") as reader:
        sender.send_message("alice@example.test", [recipient], b"Subject: %s\r\n\r\nhi\r\n" % subject.encode())
        assert wait_until(lambda: found(reader, subject), 10)


def test_nobody_sends_as_somebody_else(target: Target) -> None:
    with smtp(target, "alice") as sender:
        for address in ("bob@example.test", "a.archer@example.test", "alice+tag@example.test", "x@elsewhere.test"):
            reply = sender.mail(address)
            assert (address, reply.code, reply.enhanced) == (address, 553, "5.7.1")


def test_nothing_is_sent_before_signing_in(target: Target) -> None:
    assert target.smtps is not None
    with SmtpClient(target.smtps.host, target.smtps.port, ca_file=target.ca_path) as stranger:
        stranger.ehlo()
        assert stranger.mail("alice@example.test").code == 530
        assert stranger.command("VRFY alice@example.test").code == 530


def test_an_unknown_recipient_is_refused_and_mail_for_outside_is_dropped(target: Target) -> None:
    with smtp(target, "alice") as sender:
        sender.mail("alice@example.test").require(250)
        assert sender.rcpt("nobody@example.test").code == 550
        sender.rcpt("somebody@elsewhere.test").require(250)
        sender.data(b"Subject: outside\r\n\r\nhi\r\n").require(250)
    log = Path(target.tls.ca_file).parent / "postfix" / "postfix.log"
    assert wait_until(lambda: "not delivered by a test server" in log.read_text(), 10)


def test_a_full_mailbox_is_refused_before_the_message_is_taken(target: Target) -> None:
    with imap(target, "grace") as owner, smtp(target, "alice") as sender:
        owner.append("INBOX", b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * 1_000_000)
        sender.mail("alice@example.test", "SIZE=900000").require(250)
        reply = sender.rcpt("grace@example.test")
        assert (reply.code, reply.enhanced) == (552, "5.2.2")


@pytest.mark.parametrize(
    "capability", ["QUOTA", "ACL", "METADATA", "COMPRESS=DEFLATE", "NOTIFY", "SPECIAL-USE", "QRESYNC", "BINARY"]
)
def test_the_wide_set_of_extensions_is_offered(target: Target, capability: str) -> None:
    with imap(target, "alice") as client:
        assert capability in client.capabilities


def test_a_folder_can_be_shared(target: Target) -> None:
    with imap(target, "alice") as owner, imap(target, "bob") as guest:
        owner.create("Project")
        owner.command("SETACL", "Project", "bob@example.test", "lrs").require_ok()
        guest.examine("Shared/alice@example.test/Project")


class Command:
    """`python -m mailproof_suites.peers dovecot-postfix` in a process of its own."""

    def __init__(self, folder: Path, ready: Path) -> None:
        self.folder = folder
        self.ready = ready
        command = [sys.executable, "-m", "mailproof_suites.peers", "dovecot-postfix"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
        self.process = subprocess.Popen(
            [*command, "--folder", str(folder), "--ready-file", str(ready)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert wait_until(lambda: ready.exists() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()

    def pids(self) -> list[int]:
        return [pid for name in PIDS if (pid := pid_in(self.folder / name)) is not None]

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; exit status and what it wrote to standard error."""
        self.process.send_signal(number)
        _, text = self.process.communicate(timeout=60)
        return self.process.returncode, text


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder's name that every user can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="mailproof-test-") as parent:
        Path(parent).chmod(0o755)
        yield Path(parent)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_and_leaves_nothing_behind(place: Path, number: int) -> None:
    command = Command(place / "peer", place / "target.toml")
    pids = command.pids()
    assert len(pids) == 2
    assert command.ready.stat().st_mode & 0o077 == 0, "the profile holds passwords"
    assert command.end(number) == (0, "")
    assert not any(runs(pid) for pid in pids)
    assert list(place.iterdir()) == []


def test_a_killed_run_is_cleared_away_by_the_next_one_in_its_folder(place: Path) -> None:
    first = Command(place / "peer", place / "target.toml")
    left = first.pids()
    first.end(signal.SIGKILL)
    assert all(runs(pid) for pid in left)
    first.ready.unlink()
    second = Command(place / "peer", place / "target.toml")
    assert not any(runs(pid) for pid in left)
    assert second.end(signal.SIGTERM) == (0, "")
    assert list(place.iterdir()) == []


def test_a_server_that_dies_ends_the_run_with_its_name(place: Path) -> None:
    command = Command(place / "peer", place / "target.toml")
    os.kill(command.pids()[0], signal.SIGKILL)
    _, text = command.process.communicate(timeout=60)
    assert command.process.returncode == 3
    assert "Dovecot ended" in text
    assert list(place.iterdir()) == []

"""The fuzz command: our own server stands, and a server that does not is found out, each fault by its name."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from mailproof_loadtests import fuzz
from mailproof_loadtests.fuzzing import attack, imap, smtp
from mailproof_loadtests.fuzzing.mutation import mutated
from mailproof_loadtests.fuzzing.served import Account, Target, faults

MIB = 1024 * 1024


@pytest.mark.parametrize("protocol", ["imaps", "smtps"])
def test_the_reference_server_stands(protocol: str) -> None:
    result = CliRunner().invoke(fuzz.main, ["--commands", "20000", "--seed", "11", protocol])
    assert result.exit_code == 0, result.output
    assert "nothing found" in result.output


def test_the_same_seed_makes_the_same_bursts() -> None:
    for number in range(50):
        assert imap.burst(Random(f"1/{number}"), 60) == imap.burst(Random(f"1/{number}"), 60)
    assert imap.burst(Random("1/1"), 60) != imap.burst(Random("2/1"), 60)
    sender = b"<a@example.test>"
    assert smtp.burst(Random("1/1"), 60, sender) == smtp.burst(Random("1/1"), 60, sender)


def test_commands_are_valid_before_they_are_spoiled_and_spoiled_in_many_ways() -> None:
    rng = Random(3)
    command = b"a1 FETCH 1:3 (UID BODY[HEADER])\r\n"
    spoiled = {mutated(rng, command) for _ in range(3000)}
    assert len(spoiled) > 1000
    assert any(b"\0" in each for each in spoiled)
    assert any(len(each) > 60_000 for each in spoiled)
    assert any(not each.isascii() for each in spoiled)
    assert any(not each.endswith(b"\r\n") for each in spoiled)


def test_signs_of_life_are_not_seen_too_early() -> None:
    alive = smtp.signs_of_life(1)
    assert alive.search(b"x\r\n250 2.0.0 Reset\r\n250 2.0.0 OK\r\n214 2.0.0 Commands: AUTH\r\n")
    assert not alive.search(b"x\r\n250 2.0.0 Reset\r\n250 2.0.0 OK\r\n500 5.5.2 Command not recognized\r\n")
    assert imap.signs_of_life(7).search(b"* BAD\r\nzz7 OK NOOP completed\r\n")
    assert not imap.signs_of_life(7).search(b"* BAD\r\nzz77 OK NOOP completed\r\n")


def test_what_a_literal_or_chunk_may_swallow_is_counted() -> None:
    assert imap.awaited_octets(b"a APPEND x {12}\r\n b {3+}\r\n ~{5}\r\n") == 20
    assert smtp.awaited_octets(b"BDAT 12 LAST\r\nbdat 5\r\nBDAT x\r\n") == 17


@pytest.mark.parametrize(
    ("line", "is_fault"),
    [
        ('{"level": "info", "event": "smtp_accepted"}', False),
        ('{"level": "warning", "event": "tls_refused"}', False),
        ('{"level": "error", "event": "worker_died"}', True),
        ('{"level": "error", "event": "imap_command_failed", "exception": "Traceback …"}', True),
        ('{"level": "info", "event": "handler_failed"}', True),
        ("Traceback (most recent call last):", True),
        ("Segmentation fault", True),
        ("", False),
    ],
)
def test_faults_in_a_log(line: str, is_fault: bool) -> None:
    assert bool(faults(line + "\n")) is is_fault


def test_memory_that_grows_is_told_from_memory_that_is_warm() -> None:
    flat = [(number, (60 + min(number, 25)) * MIB) for number in range(0, 101, 5)]
    growing = [(number, (60 + number) * MIB) for number in range(0, 101, 5)]
    assert fuzz.leak(flat) is None
    assert fuzz.leak(growing) is not None
    assert fuzz.leak(growing[:3]) is None, "too short a run tells nothing"


Handler = Callable[[socketserver.StreamRequestHandler], None]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Handler], attack.Tally]]:
    """`broken(handler)`: attack an IMAP server that greets, lets us in, and then does as `handler` says."""
    servers: list[socketserver.ThreadingTCPServer] = []
    monkeypatch.setattr(attack, "PATIENCE_S", 1.0)
    monkeypatch.setattr("ssl.SSLContext.wrap_socket", lambda _context, plain, server_hostname: plain)

    def run(handler: Handler) -> attack.Tally:
        class Serve(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK hello\r\n")
                handler(self)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Serve)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, port = server.socket.getsockname()
        target = Target((host, port), None, None, (Account("a@example.test", "secret"),))
        return attack.attack(
            target, "imaps", commands=10, seed=1, connections=1, watch=lambda tally: not tally.findings
        )

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def _let_in(connection: socketserver.StreamRequestHandler) -> None:
    connection.rfile.readline()
    connection.rfile.readline()
    connection.wfile.write(b"in OK\r\n")
    connection.rfile.readline()
    connection.rfile.readline()
    connection.wfile.write(b"t1 OK\r\nt2 OK\r\n")


def _is_silent(connection: socketserver.StreamRequestHandler) -> None:
    _let_in(connection)
    while connection.rfile.read(1024):
        pass


def _cuts(connection: socketserver.StreamRequestHandler) -> None:
    _let_in(connection)
    connection.rfile.readline()


def _is_at_a_loss(connection: socketserver.StreamRequestHandler) -> None:
    _let_in(connection)
    connection.wfile.write(b"a1 NO [SERVERBUG] oops\r\n")
    while connection.rfile.read(1024):
        pass


@pytest.mark.parametrize(
    ("handler", "kind"),
    [(_is_silent, "silent"), (_cuts, "cut"), (_is_at_a_loss, "internal")],
    ids=str,
)
def test_a_server_at_fault_is_found_out(broken: Callable[[Handler], attack.Tally], handler: Handler, kind: str) -> None:
    tally = broken(handler)
    assert {finding.kind for finding in tally.findings} == {kind}
    assert kind in str(tally.findings[0])


def test_a_target_that_is_not_there(tmp_path: Path) -> None:
    profile = tmp_path / "target.toml"
    profile.write_text('[imaps]\nhost = "127.0.0.1"\nport = 1\n[[accounts]]\naddress = "a@b"\npassword = "c"\n')
    result = CliRunner().invoke(fuzz.main, ["--target", str(profile), "imaps"])
    assert result.exit_code == 3
    assert CliRunner().invoke(fuzz.main, ["--target", str(tmp_path / "none"), "imaps"]).exit_code == 3
    assert CliRunner().invoke(fuzz.main, ["pop3s"]).exit_code == 2

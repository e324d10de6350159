"""The ManageSieve client reads the forms of RFC 5804 section 4, and says what it was asked to."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from mailproof_suites.clients.errors import GrammarViolation, UnexpectedReply
from mailproof_suites.clients.sieve import SieveClient, quoted
from mailproof_suites.clients.tls import Stream

GREETING = b'"IMPLEMENTATION" "Example1"\r\n"SIEVE" "fileinto vacation"\r\n"STARTTLS"\r\nOK "ready"\r\n'


@pytest.fixture
def server() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a connection: the server's and the client's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(GREETING)
        yield ours, theirs


def connected(server: tuple[socket.socket, socket.socket]) -> SieveClient:
    return SieveClient("localhost", 4190, stream=Stream(server[1], timeout_s=2.0))


def test_capabilities_are_read_from_the_greeting(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    assert client.capabilities == {"IMPLEMENTATION": "Example1", "SIEVE": "fileinto vacation", "STARTTLS": ""}
    assert client.extensions == {"fileinto", "vacation"}


def test_a_script_is_sent_as_a_literal(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b'OK (WARNINGS) "line 1: \\"x\\" is old"\r\n')
    answer = client.put_script('a "b"', "keep; # ü\r\n")
    assert server[0].recv(1000) == 'PUTSCRIPT "a \\"b\\"" {12+}\r\nkeep; # ü\r\n\r\n'.encode()
    assert (answer.status, answer.code, answer.text) == ("OK", "WARNINGS", 'line 1: "x" is old')


def test_a_refusal_in_a_literal_is_read_whole(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b"NO {13}\r\nline 2:\r\nbad!\r\n")
    assert client.put_script("x", "keepp;").text == "line 2:\r\nbad!"


def test_the_active_script_is_found(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b'"one"\r\n{3}\r\ntwo ACTIVE\r\n"active"\r\nOK\r\n')
    assert client.active_script() == "two"


def test_no_script_may_be_active(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b'"active"\r\nOK\r\n')
    assert client.active_script() == ""


def test_a_refused_sign_in_is_told(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b'NO "wrong"\r\n')
    with pytest.raises(UnexpectedReply, match="wrong"):
        client.login("x@example.test", "secret")


def test_what_is_no_answer_is_a_violation(server: tuple[socket.socket, socket.socket]) -> None:
    client = connected(server)
    server[0].sendall(b'OK "unfinished\r\n')
    with pytest.raises(GrammarViolation):
        client.command("NOOP")


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a"\\b') == '"a\\"\\\\b"'

"""Sending raw octets to a TLS port and seeing what comes back."""

from __future__ import annotations

import time
from typing import Any

from mailproof_suites.clients.tls import open_tcp
from mailproof_suites.clients.tls_probe.hello import client_hello
from mailproof_suites.clients.tls_probe.outcome import Eof, Outcome, Reset, Timeout, read_outcome


def probe(host: str, port: int, data: bytes, *, timeout_s: float = 5.0) -> Outcome:
    """Send ``data`` over a fresh TCP connection and read until the outcome is decided.

    Raises Unreachable when there is no TCP connection; everything after that is an Outcome.
    """
    sock = open_tcp(host, port, timeout_s=timeout_s)
    deadline = time.monotonic() + timeout_s
    received = b""
    sent = 0
    try:
        while sent < len(data):
            sock.settimeout(max(0.01, deadline - time.monotonic()))
            sent += sock.send(data[sent:])
        while True:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return Timeout(sent=data[:sent], received=received, timeout_s=timeout_s)
            sock.settimeout(left_s)
            piece = sock.recv(65536)
            received += piece
            outcome = read_outcome(data, received)
            if outcome is not None:
                return outcome
            if not piece:
                return Eof(sent=data, received=received)
    except TimeoutError:
        return Timeout(sent=data[:sent], received=received, timeout_s=timeout_s)
    except (ConnectionResetError, BrokenPipeError):
        return Reset(sent=data[:sent], received=received)
    finally:
        sock.close()


def probe_version(host: str, port: int, version: int, *, timeout_s: float = 5.0, **hello: Any) -> Outcome:
    """Offer at most ``version`` (0x0300 … 0x0304) in a raw ClientHello; keywords are those of `client_hello`.

    ``server_name`` defaults to ``host``; pass None for a hello without SNI.
    """
    hello.setdefault("server_name", host if not host.replace(".", "").isdigit() and ":" not in host else None)
    return probe(host, port, client_hello(version, **hello), timeout_s=timeout_s)

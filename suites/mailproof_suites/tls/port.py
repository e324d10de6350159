"""One TLS port of the target, as the TLS cases talk to it: raw hellos, whole handshakes, and a control for each probe.

A probe that finds "refused" proves nothing by itself: perhaps no octet was sent, or the answer was misread. So each
of them is sent to a control, too, which accepts whatever it is offered; a control that is not seen to accept is an
error of ours (HarnessError), never a verdict on the target.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from mailproof_suites.case import Transcript, expect
from mailproof_suites.clients.errors import ClientError, HarnessError
from mailproof_suites.clients.tls import TlsStream, open_tls
from mailproof_suites.clients.tls_probe import (
    TLS1_2,
    Alert,
    Outcome,
    ServerHello,
    TlsConversation,
    client_hello,
    handshake,
    probe,
)
from mailproof_suites.tls.session12 import Session12
from mailproof_suites.tls.session13 import Session13

GREETINGS = {"imaps": b"* OK", "smtps": b"220"}
GOODBYES = {"imaps": b"a LOGOUT\r\n", "smtps": b"QUIT\r\n"}


class TlsPort:
    """A TLS port: ``name`` is ``imaps`` or ``smtps``. Everything that is sent and received goes to the transcript."""

    def __init__(
        self, name: str, host: str, port: int, *, ca_file: Path | None, timeout_s: float, transcript: Transcript
    ) -> None:
        self.name = name
        self.host = host
        self.port = port
        self.ca_file = ca_file
        self.timeout_s = timeout_s
        self._transcript = transcript
        self.server_name = host if not host.replace(".", "").isdigit() and ":" not in host else None

    def send(self, data: bytes) -> Outcome:
        """Octets over a fresh TCP connection, and what came of them."""
        outcome = probe(self.host, self.port, data, timeout_s=self.timeout_s)
        self._transcript.sent(self.name, outcome.sent)
        self._transcript.received(self.name, outcome.received)
        self._transcript.note(self.name, str(outcome))
        return outcome

    def hello(self, version: int = TLS1_2, **choices: Any) -> Outcome:
        """A raw ClientHello (keywords of `client_hello`)."""
        choices.setdefault("server_name", self.server_name)
        return self.send(client_hello(version, **choices))

    def handshake(self, **choices: Any) -> TlsConversation:
        """A whole handshake (keywords of `tls_probe.handshake`). Raises TlsRefused."""
        choices.setdefault("server_name", self.server_name)
        choices.setdefault("ciphers", "ALL:!aNULL:!eNULL")  # what shows a certificate
        made = handshake(self.host, self.port, timeout_s=self.timeout_s, **choices)
        self._transcript.note(self.name, f"handshake: {made.version_name} {made.cipher}")
        return made

    def session12(self, **choices: Any) -> Session12:
        """A TLS 1.2 handshake up to ServerHelloDone, to go on with by hand (keywords of `Session12.connect`)."""
        choices.setdefault("server_name", self.server_name)
        made = Session12.connect(self.host, self.port, timeout_s=self.timeout_s, **choices)
        self._transcript.note(self.name, f"TLS 1.2 by hand: messages {made.kinds}, alert {made.alert or 'none'}")
        return made

    def session13(self, **choices: Any) -> Session13:
        """A TLS 1.3 handshake up to the server's Finished, to go on with by hand (keywords of `Session13.connect`)."""
        choices.setdefault("server_name", self.server_name)
        made = Session13.connect(self.host, self.port, timeout_s=self.timeout_s, **choices)
        self._transcript.note(self.name, f"TLS 1.3 by hand: the server's flight is {', '.join(map(str, made.flight))}")
        return made

    @contextlib.contextmanager
    def stream(self, context: ssl.SSLContext | None = None) -> Iterator[TlsStream]:
        """A verified TLS session (chain and name), by the standard library."""
        made = open_tls(self.host, self.port, ca_file=self.ca_file, timeout_s=self.timeout_s, context=context)
        try:
            yield made
        finally:
            made.close()

    def is_alive(self, what: str) -> None:
        """The next client is served: it gets its greeting."""
        try:
            with self.stream() as stream:
                line = stream.read_line()
        except ClientError as problem:
            raise expect.fail(f"the next client after {what}", expected="a greeting", actual=str(problem)) from problem
        expect.that(
            line.startswith(GREETINGS[self.name]), f"the next client after {what}", expected="a greeting", actual=line
        )


def expect_refused(outcome: Outcome, what: str, *, requirement: str | None = None) -> None:
    """The server ended it by an alert, by closing or by a reset; without an alert that is worth a note."""
    expect.that(
        outcome.refused,
        what,
        expected="an alert, or the end of the connection",
        actual=str(outcome),
        requirement=requirement,
    )
    if not isinstance(outcome, Alert):
        expect.note(f"{what}: refused without an alert ({outcome})")


def prove(control: Callable[[bytes], Outcome], hello: bytes, what: str) -> None:
    """The same octets are seen to be accepted by a server that accepts them. Raises HarnessError."""
    outcome = control(hello)
    if outcome.refused or not outcome.sent:
        raise HarnessError(f"the control server accepts {what}, and the probe does not see it: {outcome}")


def refused_with(
    tls: TlsPort, control: Callable[[bytes], Outcome], hello: bytes, what: str, alerts: Collection[str]
) -> None:
    """The hello, which the control accepts, is refused; by one of these alerts, if by any (RFC 8446 section 6.2)."""
    prove(control, hello, what)
    outcome = tls.send(hello)
    expect_refused(outcome, what)
    if isinstance(outcome, Alert):
        expect.one_of(outcome.name, set(alerts), f"alert for {what}")


def server_hello(outcome: Outcome, what: str) -> ServerHello:
    """The outcome, which has to be a ServerHello. Raises Violation."""
    if not isinstance(outcome, ServerHello):
        raise expect.fail(what, expected="a ServerHello", actual=str(outcome))
    return outcome

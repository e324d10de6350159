"""What the IMAP and the SMTP connection share: opening over TLS, transcript, observers, and the one end."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, TimedOut
from mailproof_suites.clients.observer import ConnectionInfo, Observer, SentCommand
from mailproof_suites.clients.tls import Stream, open_tls
from mailproof_suites.clients.transcript import Transcript


class WatchedConnection:
    """An open connection whose octets all go to the transcript and whose events all go to the observers.

    ``timeout_s`` bounds each awaited answer. ``name`` labels the connection in the transcript. ``stream`` replaces the
    TLS connection (tests of the clients). Raises Unreachable and TlsRefused while it is opened.
    """

    def __init__(
        self,
        protocol: str,
        host: str,
        port: int,
        *,
        ca_file: Path | None,
        timeout_s: float,
        transcript: Transcript | None,
        name: str,
        observers: Sequence[Observer],
        context: ssl.SSLContext | None,
        server_hostname: str | None,
        stream: Stream | None,
        line_limit: int,
    ) -> None:
        self.host = host
        self.port = port
        self.name = name
        self.timeout_s = timeout_s
        self.transcript = transcript if transcript is not None else Transcript(max_octets=1 << 20)
        self.line_limit = line_limit
        self._observers = tuple(observers)
        self._over = False
        self._info = ConnectionInfo(protocol, host, port, name)
        self.stream = stream or open_tls(
            host, port, ca_file=ca_file, timeout_s=timeout_s, context=context, server_hostname=server_hostname
        )
        self.transcript.note(name, f"connected to {host}:{port}, {self.stream.version} {self.stream.cipher}")
        for observer in self._observers:
            observer.on_open(self._info)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close without a word to the server; a second call does nothing."""
        self._end("closed by us", by_peer=False)
        self.stream.close()

    # -- for the protocols -------------------------------------------------------------------------------------------

    def _announce(self, command: SentCommand) -> None:
        for observer in self._observers:
            observer.on_sent(command)

    def _write(self, data: bytes) -> None:
        self.transcript.sent(self.name, data)
        self.stream.sendall(data)

    @contextmanager
    def _awaiting(self) -> Iterator[None]:
        """Around reading an answer: how it can go wrong stands in the transcript and is told to the observers."""
        try:
            yield
        except TimedOut as problem:
            self.transcript.note(self.name, f"waited {problem.timeout_s:g} s; so far: {problem.partial[:200]!r}")
            raise
        except ConnectionClosed as problem:
            self._end(str(problem), by_peer=True)
            raise
        except GrammarViolation as violation:
            self._report(violation)
            raise

    def _report(self, violation: GrammarViolation) -> None:
        self.transcript.note(self.name, f"breaks the grammar: {violation}")
        for observer in self._observers:
            observer.on_violation(violation)

    def _end(self, why: str, *, by_peer: bool) -> None:
        if self._over:
            return
        self._over = True
        self._info.ended_by_peer = by_peer
        self.transcript.note(self.name, why)
        for observer in self._observers:
            observer.on_close()

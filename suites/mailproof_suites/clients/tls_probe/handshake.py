"""Whole TLS handshakes with every choice in our hand, by pyOpenSSL: versions, suites, SNI, ALPN, chain, sessions.

Its OpenSSL is the one in cryptography's wheel, with its own policy: security level 0 is set, so that old versions and
weak suites are really offered. Whether a trusted name is checked is `open_tls`'s business, not this module's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from OpenSSL import SSL

from mailproof_suites.clients.errors import ConnectionClosed, TimedOut, TlsRefused
from mailproof_suites.clients.tls import Deadline, open_tcp
from mailproof_suites.clients.tls_probe.hello import NAMES

_CHUNK = 65536


class TlsConversation:
    """A finished handshake: what was negotiated, and the connection to go on with. Made by `handshake`."""

    def __init__(self, choices: _Choices, session: SSL.Session | None = None) -> None:
        self._choices = choices
        self.timeout_s = choices.timeout_s
        choices.certificates = 0
        self._connection = SSL.Connection(choices.context, None)
        if choices.server_name is not None:
            self._connection.set_tlsext_host_name(choices.server_name.encode("idna"))
        if session is not None:
            self._connection.set_session(session)
        self._connection.set_connect_state()
        self._sock = open_tcp(choices.host, choices.port, timeout_s=self.timeout_s)
        try:
            self._run(self._connection.do_handshake, Deadline("the TLS handshake", self.timeout_s))
        except ConnectionClosed as problem:
            self._sock.close()
            raise TlsRefused(f"the peer closed during the handshake ({problem.reason})") from problem
        except BaseException:
            self._sock.close()
            raise
        self._verified = choices.certificates

    @property
    def version(self) -> int:
        """The negotiated version, e.g. 0x0304."""
        return int(self._connection.get_protocol_version())

    @property
    def version_name(self) -> str:
        """The negotiated version's name, e.g. ``TLSv1.3``."""
        return NAMES.get(self.version, f"{self.version:#06x}")

    @property
    def cipher(self) -> str:
        """OpenSSL's name of the suite."""
        return self._connection.get_cipher_name() or ""

    @property
    def cipher_bits(self) -> int:
        """Secret bits of the suite."""
        return self._connection.get_cipher_bits() or 0

    @property
    def alpn(self) -> bytes | None:
        """The protocol that the server chose, None when it chose none."""
        return self._connection.get_alpn_proto_negotiated() or None

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates that the server sent, its own first."""
        return tuple(self._connection.get_peer_cert_chain(as_cryptography=True) or ())

    def reconnect(self) -> TlsConversation:
        """A second connection with the same choices that offers this one's session for resumption.

        In TLS 1.3 the session comes in a ticket after the handshake: `receive` something first.
        """
        return TlsConversation(self._choices, self._connection.get_session())

    @property
    def resumed(self) -> bool:
        """Whether the server resumed the session that was offered.

        pyOpenSSL does not say so itself; but a resumed handshake has no certificates, so none was verified.
        """
        return self._verified == 0

    @property
    def group(self) -> str | None:
        """The key exchange group, e.g. ``x25519``."""
        return self._connection.get_group_name()

    def send(self, data: bytes) -> None:
        """Send application data."""
        deadline = Deadline("room to send", self.timeout_s)
        self._run(lambda: self._connection.sendall(data), deadline)

    def receive(self, timeout_s: float | None = None) -> bytes:
        """The next piece of application data; empty when the server closed cleanly. Raises TimedOut."""
        deadline = Deadline("application data", self.timeout_s if timeout_s is None else timeout_s)
        try:
            data = self._run(lambda: self._connection.recv(_CHUNK), deadline)
        except SSL.ZeroReturnError:
            return b""
        return bytes(data)

    def renegotiate(self, timeout_s: float = 2.0) -> bool:
        """Ask for a new handshake on this connection (TLS 1.2 and older); whether the server carried it out.

        Refusing is a warning alert, a fatal alert, a closed connection or silence. Raises nothing for these.
        """
        before = self._connection.total_renegotiations()
        try:
            self._connection.renegotiate()
            deadline = Deadline("the new handshake", timeout_s)
            self._run(self._connection.do_handshake, deadline)
            while self._connection.renegotiate_pending():
                self._run(lambda: self._connection.recv(_CHUNK), deadline)
        except (SSL.Error, TlsRefused, ConnectionClosed, TimedOut):
            return False
        return self._connection.total_renegotiations() > before

    def close(self) -> None:
        """Close without waiting for the server."""
        self._sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, step: Any, deadline: Deadline) -> Any:
        """Run one step of the TLS machine, carrying octets between it and the socket until it is done."""
        while True:
            try:
                result = step()
            except SSL.WantReadError:
                self._flush(deadline)
                self._fill(deadline)
            except SSL.ZeroReturnError:
                raise
            except SSL.Error as problem:
                self._flush(deadline)
                raise TlsRefused(_reason(problem)) from problem
            else:
                self._flush(deadline)
                return result

    def _flush(self, deadline: Deadline) -> None:
        while True:
            try:
                data = self._connection.bio_read(_CHUNK)
            except SSL.WantReadError:
                return
            try:
                self._sock.settimeout(deadline.left_s())
                self._sock.sendall(data)
            except TimeoutError:
                raise deadline.missed() from None
            except OSError as problem:
                raise ConnectionClosed(f"while sending: {problem}") from problem

    def _fill(self, deadline: Deadline) -> None:
        try:
            self._sock.settimeout(deadline.left_s())
            data = self._sock.recv(_CHUNK)
        except TimeoutError:
            raise deadline.missed() from None
        except OSError as problem:
            raise ConnectionClosed(str(problem)) from problem
        if not data:
            raise ConnectionClosed("end of stream without close_notify")
        self._connection.bio_write(data)


def handshake(
    host: str,
    port: int,
    *,
    timeout_s: float = 10.0,
    minimum: int | None = None,
    maximum: int | None = None,
    ciphers: str = "ALL",
    suites: str | None = None,
    server_name: str | None = "",
    alpn: Sequence[bytes] = (),
    ca_file: Path | None = None,
) -> TlsConversation:
    """Shake hands with exactly these choices.

    ``minimum`` and ``maximum``: 0x0301 … 0x0304. ``ciphers``: OpenSSL's cipher list for TLS 1.2 and older;
    ``suites``: colon-separated TLS 1.3 suites. ``server_name``: SNI, "" for ``host``, None for none. ``ca_file``:
    verify the chain (not the name) against it; None does not verify.

    Raises Unreachable, TimedOut, and TlsRefused with OpenSSL's reason (an alert's name among them).
    """
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    name = host if server_name == "" else server_name
    choices = _Choices(context, host, port, name, timeout_s, checked=ca_file is not None)
    context.set_verify(SSL.VERIFY_PEER, choices.verify)
    if minimum is not None:
        context.set_min_proto_version(minimum)
    if maximum is not None:
        context.set_max_proto_version(maximum)
    context.set_cipher_list(f"{ciphers}:@SECLEVEL=0".encode())
    if suites is not None:
        context.set_tls13_ciphersuites(suites.encode())
    if alpn:
        context.set_alpn_protos(list(alpn))
    if ca_file is not None:
        context.load_verify_locations(str(ca_file))
    return TlsConversation(choices)


@dataclass(slots=True)
class _Choices:
    """Everything that a second connection has to share with the first.

    ``certificates`` counts those that OpenSSL asked about; ``checked`` lets OpenSSL's own judgement stand.
    """

    context: SSL.Context
    host: str
    port: int
    server_name: str | None
    timeout_s: float
    checked: bool
    certificates: int = 0

    def verify(self, connection: SSL.Connection, certificate: Any, error: int, depth: int, good: int) -> bool:
        self.certificates += 1
        return bool(good) or not self.checked


def _reason(problem: SSL.Error) -> str:
    """The reason strings of OpenSSL's error queue, or the kind of error."""
    reasons = [entry[-1] for entry in problem.args[0]] if problem.args and isinstance(problem.args[0], list) else []
    return "; ".join(filter(None, reasons)) or type(problem).__name__

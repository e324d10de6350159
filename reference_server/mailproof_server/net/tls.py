"""What the server offers in a TLS handshake, and certificates for tests (RFC 8446, RFC 9325, RFC 8314 §4).

TLS 1.3 and 1.2 only. RFC 9325 §3.1.1: "Implementations MUST NOT negotiate TLS version 1.1", nor 1.0, nor SSL. In 1.2
only the suites with forward secrecy and authenticated encryption (§4.2), no compression (§3.3), no renegotiation.
Session tickets are on: a resumed handshake costs a fraction of a full one. Their keys live in the context, so each
worker process, and each reload, has its own; a ticket from another one leads to a full handshake, never to an error.
"""

import asyncio
import signal
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

TLS12_SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20:!PSK:!aNULL"
"""In OpenSSL's words; the TLS 1.3 suites are all acceptable and stay as OpenSSL has them."""


class TlsConfigError(Exception):
    """The certificate or key cannot be used; the text names the file and the reason in one line."""


def make_context(cert_file: Path, key_file: Path, *, alpn: Sequence[str] = ()) -> ssl.SSLContext:
    """A server context from PEM files: the chain (leaf first) and its private key. Raises TlsConfigError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.set_ciphers(TLS12_SUITES)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.options &= ~ssl.OP_NO_TICKET
    if alpn:
        context.set_alpn_protocols(list(alpn))
    for path in (cert_file, key_file):
        if not path.is_file():
            raise TlsConfigError(f"{path}: no such file")
    try:
        context.load_cert_chain(cert_file, key_file)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise TlsConfigError(f"{cert_file}, {key_file}: {reason}") from error
    return context


class ServerTls:
    """The context that new connections use; `reload` swaps it, running connections keep theirs."""

    def __init__(self, cert_file: Path, key_file: Path, *, alpn: Sequence[str] = ()) -> None:
        """Raises TlsConfigError."""
        self._cert_file = cert_file
        self._key_file = key_file
        self._alpn = tuple(alpn)
        self._context = make_context(cert_file, key_file, alpn=self._alpn)

    @property
    def context(self) -> ssl.SSLContext:
        """The newest context that loaded."""
        return self._context

    def reload(self) -> None:
        """Read the files again. Raises TlsConfigError and keeps serving the old certificate when they are bad.

        A new context, not a second `load_cert_chain` on the old one: OpenSSL keeps one certificate per key type, so
        after a change from RSA to ECDSA the old one would still be served to some clients.
        """
        self._context = make_context(self._cert_file, self._key_file, alpn=self._alpn)

    def reload_on_hangup(
        self,
        loop: asyncio.AbstractEventLoop,
        on_outcome: Callable[[TlsConfigError | None], None],
    ) -> None:
        """Reload at each SIGHUP; `on_outcome` hears None, or why the old certificate stays."""

        def reload() -> None:
            try:
                self.reload()
            except TlsConfigError as error:
                on_outcome(error)
            else:
                on_outcome(None)

        loop.add_signal_handler(signal.SIGHUP, reload)

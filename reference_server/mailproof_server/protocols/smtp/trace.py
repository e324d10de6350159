"""The trace header field of this hop (RFC 5321 §4.4, RFC 3848, RFC 8314 §7.4)."""

import ipaddress
from datetime import datetime
from email.utils import format_datetime

from mailproof_server.net.stream import Peer, TlsInfo


def received_field(
    *, hello: str, peer: Peer, host: str, queue_id: str, tls: TlsInfo | None, smtp_utf8: bool, now: datetime
) -> bytes:
    """`Received: from … by … with … id …; date`, folded, with its CRLF.

    It names no recipient: RFC 5321 §7.2 warns that the `for` clause gives away blind copies.
    """
    # RFC 3848 and RFC 6531 §4.3: ESMTP or UTF8SMTP, S for TLS, A for authentication.
    protocol = "UTF8SMTPSA" if smtp_utf8 else "ESMTPSA"
    security = f"\r\n tls {suite_name(tls.cipher)}" if tls is not None and tls.cipher else ""
    return (
        f"Received: from {hello} ({address_literal(peer.host)})\r\n"
        f" by {host} with {protocol} id {queue_id}{security};\r\n"
        f" {format_datetime(now)}\r\n"
    ).encode("ascii")


def address_literal(host: str) -> str:
    """`[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3); a scope is dropped, it means nothing elsewhere."""
    address = ipaddress.ip_address(host.partition("%")[0])
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def suite_name(cipher: str) -> str:
    """The registered name of a cipher suite: OpenSSL has its own for those of TLS 1.2.

    RFC 8314 §7.4: the `tls` clause holds the name "as specified in the TLS Cipher Suite registry".
    """
    if cipher.startswith("TLS_"):
        return cipher
    exchange, _, rest = cipher.partition("-")
    signature, _, algorithm = rest.partition("-")
    algorithm = algorithm.replace("AES128", "AES_128").replace("AES256", "AES_256").replace("-", "_")
    if algorithm == "CHACHA20_POLY1305":
        algorithm += "_SHA256"
    return f"TLS_{exchange}_{signature}_WITH_{algorithm}"

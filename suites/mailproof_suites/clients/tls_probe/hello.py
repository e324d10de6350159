"""ClientHello records, well-formed and broken, built octet by octet without any TLS library's policy in the way.

scapy encodes the well-formed ones; it is imported on first use, because that takes half a second.
"""

from __future__ import annotations

import logging
import os
import struct
import warnings
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SSL3 = 0x0300
TLS1_0 = 0x0301
TLS1_1 = 0x0302
TLS1_2 = 0x0303
TLS1_3 = 0x0304

NAMES = {SSL3: "SSLv3", TLS1_0: "TLSv1.0", TLS1_1: "TLSv1.1", TLS1_2: "TLSv1.2", TLS1_3: "TLSv1.3"}

HANDSHAKE, ALERT, APPLICATION_DATA = 22, 21, 23

FALLBACK_SCSV = 0x5600
RENEGOTIATION_SCSV = 0x00FF
GREASE = 0x0A0A

# What a client of that age offered, strongest first; RSA and ECDSA certificates are served by each list.
OLD_CIPHERS = (0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A, 0x0005, 0x0004)
TLS1_2_CIPHERS = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, *OLD_CIPHERS)
TLS1_3_CIPHERS = (0x1301, 0x1302, 0x1303)
X25519, SECP256R1, SECP384R1 = 29, 23, 24
_CURVES: dict[int, type[ec.EllipticCurve]] = {SECP256R1: ec.SECP256R1, SECP384R1: ec.SECP384R1}
GROUPS = (X25519, SECP256R1, SECP384R1)
SIGNATURE_ALGORITHMS = (0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201)


def client_hello(
    version: int,
    *,
    ciphers: Sequence[int] | None = None,
    server_name: str | None = None,
    alpn: Sequence[bytes] = (),
    groups: Sequence[int] | None = GROUPS,
    signature_algorithms: Sequence[int] | None = SIGNATURE_ALGORITHMS,
    supported_versions: Sequence[int] | None = None,
    key_shares: Sequence[int] | None = (X25519,),
    fallback_scsv: bool = False,
    renegotiation_scsv: bool = True,
    compression: Sequence[int] = (0,),
    session_id: bytes = b"",
    random: bytes | None = None,
    extensions: Sequence[tuple[int, bytes]] = (),
    record_version: int | None = None,
) -> bytes:
    """One record with a ClientHello that offers at most ``version``.

    For TLS 1.3 the legacy version is 1.2 and ``supported_versions`` (default: 1.3 alone) carries the offer; for older
    versions that extension is sent only when given. ``groups`` and ``signature_algorithms`` None leave the extension
    out; SSL 3.0 never has any extension. ``key_shares`` are the groups of the TLS 1.3 key shares: () sends them
    empty, which asks for a HelloRetryRequest, None leaves it out. Only X25519 shares are keys that a server can use.
    ``extensions`` are further (type, body) pairs. ``random`` has 32 octets.
    """
    tls = _scapy()
    offered = list(ciphers if ciphers is not None else default_ciphers(version))
    offered += [RENEGOTIATION_SCSV] if renegotiation_scsv else []
    offered += [FALLBACK_SCSV] if fallback_scsv else []
    legacy = min(version, TLS1_2)
    if version >= TLS1_3 and supported_versions is None:
        supported_versions = (version,)
    shares = key_shares if supported_versions and TLS1_3 in supported_versions else None
    body: list[Any] = []
    if version > SSL3:
        body = _extensions(tls, server_name, alpn, groups, signature_algorithms, supported_versions, shares)
        body += [tls.TLS_Ext_Unknown(type=kind, val=value) for kind, value in extensions]
    nonce = random if random is not None else os.urandom(32)
    hello = tls.TLSClientHello(
        version=legacy,
        gmt_unix_time=int.from_bytes(nonce[:4], "big"),
        random_bytes=nonce[4:],
        sid=session_id,
        ciphers=offered,
        comp=list(compression),
        ext=body,
    )
    if record_version is None:
        record_version = min(legacy, TLS1_0)  # RFC 8446 section 5.1: 0x0301 in an initial ClientHello, for the old
    return record(HANDSHAKE, record_version, bytes(hello))


def default_ciphers(version: int) -> tuple[int, ...]:
    """The suites that `client_hello` offers for a version."""
    if version >= TLS1_3:
        return TLS1_3_CIPHERS
    return TLS1_2_CIPHERS if version == TLS1_2 else OLD_CIPHERS


def _extensions(
    tls: Any,
    server_name: str | None,
    alpn: Sequence[bytes],
    groups: Sequence[int] | None,
    signature_algorithms: Sequence[int] | None,
    supported_versions: Sequence[int] | None,
    key_shares: Sequence[int] | None,
) -> list[Any]:
    body: list[Any] = []
    if server_name is not None:
        body.append(tls.TLS_Ext_ServerName(servernames=[tls.ServerName(servername=server_name.encode("idna"))]))
    if groups is not None:
        body.append(tls.TLS_Ext_SupportedGroups(groups=list(groups)))
        body.append(tls.TLS_Ext_SupportedPointFormat(ecpl=[0]))
    if signature_algorithms is not None:
        body.append(tls.TLS_Ext_SignatureAlgorithms(sig_algs=list(signature_algorithms)))
    if alpn:
        body.append(tls.TLS_Ext_ALPN(protocols=[tls.ProtocolName(protocol=name) for name in alpn]))
    if supported_versions is not None:
        body.append(tls.TLS_Ext_SupportedVersion_CH(versions=list(supported_versions)))
    if key_shares is not None:
        shares = [tls.KeyShareEntry(group=each, key_exchange=_public_key(each)) for each in key_shares]
        body.append(tls.TLS_Ext_KeyShare_CH(client_shares=shares))
        body.append(tls.TLS_Ext_PSKKeyExchangeModes(kxmodes=[1]))
    return body


def _public_key(group: int) -> bytes:
    """One to which nobody has the private key: no probe goes on to compute the shared secret."""
    if group not in _CURVES:
        return os.urandom(32)  # any 32 octets are an X25519 public key
    point = ec.generate_private_key(_CURVES[group]()).public_key()  # but not any 65 a point of P-256
    return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def record(content_type: int, version: int, payload: bytes, *, length: int | None = None) -> bytes:
    """One TLS record; ``length`` lies about the payload's length when given."""
    return struct.pack("!BHH", content_type, version, len(payload) if length is None else length) + payload


def fragmented(hello: bytes, size_octets: int) -> bytes:
    """The handshake message of the record ``hello``, spread over records of ``size_octets`` each."""
    version = int.from_bytes(hello[1:3], "big")
    message = hello[5:]
    pieces = [message[at : at + size_octets] for at in range(0, len(message), size_octets)]
    return b"".join(record(HANDSHAKE, version, piece) for piece in pieces)


def ssl2_hello() -> bytes:
    """A CLIENT-HELLO in the record form of SSL 2.0 that offers SSL 2.0 only (RFC 6176 forbids to accept it)."""
    specs = bytes.fromhex("0100800300800700c0")
    body = struct.pack("!BHHHH", 1, 0x0002, len(specs), 0, 16) + specs + os.urandom(16)
    return struct.pack("!H", 0x8000 | len(body)) + body


class _Scapy:
    """The few names of scapy's TLS layer that are used, gathered once."""

    def __init__(self) -> None:
        logging.getLogger("scapy").setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scapy touches deprecated ciphers of cryptography while it loads
            from scapy.layers.tls import extensions, handshake, keyexchange_tls13
        for module in (extensions, handshake, keyexchange_tls13):
            for name in _NAMES:
                if hasattr(module, name):
                    setattr(self, name, getattr(module, name))


_NAMES = (
    "KeyShareEntry",
    "ProtocolName",
    "ServerName",
    "TLSClientHello",
    "TLS_Ext_ALPN",
    "TLS_Ext_KeyShare_CH",
    "TLS_Ext_PSKKeyExchangeModes",
    "TLS_Ext_ServerName",
    "TLS_Ext_SignatureAlgorithms",
    "TLS_Ext_SupportedGroups",
    "TLS_Ext_SupportedPointFormat",
    "TLS_Ext_SupportedVersion_CH",
    "TLS_Ext_Unknown",
)
_loaded: _Scapy | None = None


def _scapy() -> Any:
    global _loaded  # noqa: PLW0603 -- one import for the whole process
    if _loaded is None:
        _loaded = _Scapy()
    return _loaded

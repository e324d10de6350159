"""A certification authority for tests: a CA and a leaf of its own, made on the fly (RFC 5280 §4.2).

CA and leaf are two certificates on purpose: clients such as Thunderbird refuse one that is both.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEFAULT_NAMES = ("localhost", "127.0.0.1", "::1")
_BACKDATED = timedelta(hours=1)
"""Certificates begin a little in the past, for machines whose clocks disagree."""
_CA_LIFETIME = timedelta(days=3650)
_LEAF_LIFETIME = timedelta(days=397)
"""The longest that common clients accept."""
_RENEW_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CaPaths:
    """PEM files: what a client trusts, what the server shows (leaf, then CA), and the leaf's private key."""

    ca: Path
    cert: Path
    key: Path


def make_test_ca(folder: Path, *, now: datetime, names: Sequence[str] = ()) -> CaPaths:
    """Make ca.pem, ca-key.pem, cert.pem and key.pem in `folder`, or reuse them while they are valid.

    `names` are host names or addresses besides localhost, 127.0.0.1 and ::1. The CA outlives leaves: when only the leaf
    has expired, or lacks a name, clients that trust ca.pem need no change.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = CaPaths(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    wanted = tuple(dict.fromkeys((*DEFAULT_NAMES, *names)))
    authority = _load(paths.ca, folder / "ca-key.pem", now)
    if authority is None:
        authority = _make_ca(paths.ca, folder / "ca-key.pem", now)
    leaf = _load(paths.cert, paths.key, now)
    if leaf is None or not _covers(leaf[0], wanted) or not _signed_by(leaf[0], authority[0]):
        _make_leaf(paths, authority, wanted, now)
    return paths


_Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _load(cert_file: Path, key_file: Path, now: datetime) -> _Pair | None:
    """The pair, if both files are there, belong together and stay valid for a while."""
    if not (cert_file.is_file() and key_file.is_file()):
        return None
    try:
        cert = x509.load_pem_x509_certificate(cert_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except ValueError:
        return None  # Damaged files of ours are made anew.
    if not isinstance(key, ec.EllipticCurvePrivateKey) or cert.public_key() != key.public_key():
        return None
    if not cert.not_valid_before_utc <= now <= cert.not_valid_after_utc - _RENEW_BEFORE:
        return None
    return cert, key


def _covers(cert: x509.Certificate, wanted: Sequence[str]) -> bool:
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return all(_general_name(name) in names for name in wanted)


def _signed_by(cert: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        cert.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _make_ca(cert_file: Path, key_file: Path, now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name("mailproof test CA")
    cert = (
        _builder(subject, subject, key.public_key(), key.public_key(), now, _CA_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_file, key)
    _write(cert_file, cert.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return cert, key


def _make_leaf(paths: CaPaths, authority: _Pair, names: Sequence[str], now: datetime) -> None:
    ca_cert, ca_key = authority
    key = ec.generate_private_key(ec.SECP256R1())
    lifetime = min(_LEAF_LIFETIME, ca_cert.not_valid_after_utc - now)
    cert = (
        _builder(_name(names[0]), ca_cert.subject, key.public_key(), ca_key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    chain = cert.public_bytes(serialization.Encoding.PEM) + ca_cert.public_bytes(serialization.Encoding.PEM)
    _write_key(paths.key, key)
    _write(paths.cert, chain, mode=0o644)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(path, pem, mode=0o600)


def _write(path: Path, data: bytes, *, mode: int) -> None:
    """Through a temporary file with the final mode, so that a key is never readable by others, not for a moment."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
    temporary.replace(path)

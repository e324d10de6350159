"""Certificates that no client should take, signed by the authority that the server's test certificate comes from."""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mailproof_server.app.build import Server
from mailproof_server.net.tls import TLS12_SUITES

_AS_BEFORE: Sequence[str] = ("localhost", "127.0.0.1", "::1")


def present(
    server: Server,
    *,
    names: Sequence[str] = _AS_BEFORE,
    ends_in_days: int = 30,
    self_signed: bool = False,
    is_authority: bool = False,
    for_clients: bool = False,
    unrelated_issuer: bool = False,
    rsa_bits: int = 0,
    ciphers: str = TLS12_SUITES,
) -> None:
    """Let the server show another certificate, right but for what is asked for. `names` empty: no subjectAltName."""
    now = server.clock.now()
    key = rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
    folder = server.config.data / "tls"
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    signing_key = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), password=None)
    if not isinstance(signing_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the test authority's key is no EC key")
    subject = _name("localhost")
    issuer = subject if self_signed else authority.subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=ends_in_days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_usage(for_clients=for_clients)]), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), False)
    leaf = builder.sign(key if self_signed else signing_key, hashes.SHA256())
    above = _stranger(now) if unrelated_issuer else authority
    pem = serialization.Encoding.PEM
    chain = leaf.public_bytes(pem) + (b"" if self_signed else above.public_bytes(pem))
    cert_file, key_file = folder / "shown.pem", folder / "shown-key.pem"
    cert_file.write_bytes(chain)
    key_file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    # A context of its own: OpenSSL keeps one certificate per key type, and would show the true one as well.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    context.load_cert_chain(cert_file, key_file)
    server.tls._context = context


def _stranger(now) -> x509.Certificate:
    """An authority that has nothing to do with anything here."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Another authority")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=60))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _usage(*, for_clients: bool) -> x509.ObjectIdentifier:
    return ExtendedKeyUsageOID.CLIENT_AUTH if for_clients else ExtendedKeyUsageOID.SERVER_AUTH


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)

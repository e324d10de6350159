"""The server's certificate: RFC 5280 section 4, RFC 9525 section 6, RFC 9325 section 4.5, RFC 8446 section 4.4.2."""

import datetime
import ipaddress
import itertools

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.errors import ClientError, TlsRefused
from mailproof_suites.tls.port import TlsPort

_EC_BITS, _RSA_BITS = 224, 2048


@pytest.fixture
def chain(tls: TlsPort) -> tuple[x509.Certificate, ...]:
    """What the server sends to a client that offers nothing without a certificate; its own comes first."""
    try:
        with tls.handshake() as session:
            found = session.chain
            suite = session.cipher
    except TlsRefused as refusal:
        raise expect.fail("a handshake with a certificate", expected="one", actual=str(refusal)) from refusal
    expect.that(found, "certificates of the server", expected="at least one", actual=f"none, in a session of {suite}")
    return found


@requirement("RFC5280:6-1", "RFC9525:6-1", "RFC8314:4.4-1")
def test_chain_and_name_are_valid_for_a_client(tls: TlsPort) -> None:
    """A client that checks everything gets a session: path to the trusted authority, dates, and the host's name."""
    try:
        with tls.stream() as stream:
            stream.read_line()
    except ClientError as problem:
        raise expect.fail("a verified session", expected="one", actual=str(problem)) from problem


@requirement("RFC9525:6-2", "RFC9525:6.3-1")
def test_the_name_stands_in_the_alternative_names(tls: TlsPort, chain: tuple[x509.Certificate, ...]) -> None:
    """The host is a DNS name or an address in subjectAltName; the common name counts no more."""
    try:
        names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as problem:
        raise expect.fail("subjectAltName", expected="there", actual="absent") from problem
    dns = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    for each in dns:
        whole = "*" not in each.removeprefix("*.") and each.count(".") > 1 if "*" in each else True
        expect.that(whole, "a wildcard", expected="*.name.tld", actual=each, requirement="RFC9525:6.3-1")
    host = tls.host.lower()
    fits = host in dns or f"*.{host.partition('.')[2]}" in dns or host in addresses
    expect.that(fits, "names in the certificate", expected=host, actual=[*dns, *addresses])
    if _is_address(host):
        expect.that(host in addresses, "addresses in the certificate", expected=host, actual=addresses)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@requirement("RFC5280:4.1.2.5-1")
def test_every_certificate_is_within_its_dates(chain: tuple[x509.Certificate, ...]) -> None:
    """Now lies between notBefore and notAfter of each certificate that is sent."""
    now = datetime.datetime.now(datetime.UTC)
    for certificate in chain:
        start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        expect.that(
            start <= now <= end, f"dates of {certificate.subject.rfc4514_string()}", expected=now, actual=(start, end)
        )


@requirement("RFC9325:4.5-2")
def test_every_key_is_long_enough(chain: tuple[x509.Certificate, ...]) -> None:
    """RSA keys have 2048 bits or more, curves 224 or more."""
    for certificate in chain:
        key = certificate.public_key()
        what = f"key of {certificate.subject.rfc4514_string()}"
        if isinstance(key, rsa.RSAPublicKey):
            expect.that(key.key_size >= _RSA_BITS, what, expected=f"{_RSA_BITS} bits", actual=key.key_size)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            expect.that(key.curve.key_size >= _EC_BITS, what, expected=f"{_EC_BITS} bits", actual=key.curve.name)
        else:
            fits = isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)
            expect.that(fits, what, expected="RSA, ECDSA or EdDSA", actual=type(key).__name__)


@requirement("RFC9325:4.5-3", "RFC8446:4.2.3-3")
def test_no_certificate_is_signed_with_an_old_hash(chain: tuple[x509.Certificate, ...]) -> None:
    """No SHA-1 and no MD5 in signatures that a client has to check (a self-signed authority is not checked)."""
    for certificate in chain:
        hash_ = certificate.signature_hash_algorithm
        if certificate.issuer != certificate.subject and hash_ is not None:
            what = f"hash in the signature of {certificate.subject.rfc4514_string()}"
            expect.lacks({"sha1", "md5", "md2"}, hash_.name, what)


@requirement("RFC5280:4.2.1.12-1", "RFC8446:4.4.2.2-1")
def test_the_key_is_for_servers(chain: tuple[x509.Certificate, ...]) -> None:
    """Where the extended key usage is limited, serverAuth is among it; where the key usage is, signing is."""
    extensions = chain[0].extensions
    for extension in extensions:
        if extension.oid == ExtensionOID.EXTENDED_KEY_USAGE:
            allowed = set(extension.value)
            fits = allowed & {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
            expect.that(fits, "extended key usage", expected="serverAuth", actual=allowed)
        if extension.oid == ExtensionOID.KEY_USAGE:
            expect.that(
                extension.value.digital_signature, "key usage", expected="digitalSignature", actual=extension.value
            )


@requirement("RFC5280:4.2.1.9-1")
def test_the_certificate_is_no_authority(chain: tuple[x509.Certificate, ...]) -> None:
    """The server's own certificate cannot sign others."""
    for extension in chain[0].extensions:
        if extension.oid == ExtensionOID.BASIC_CONSTRAINTS:
            expect.that(not extension.value.ca, "basic constraints", expected="no authority", actual=extension.value)


@requirement("RFC5246:7.4.2-1", "RFC8446:4.4.2-5")
def test_each_certificate_certifies_the_one_before(chain: tuple[x509.Certificate, ...]) -> None:
    """The chain is in order: the issuer of each certificate is the subject of the next one."""
    for lower, upper in itertools.pairwise(chain):
        expect.equal(lower.issuer, upper.subject, "issuer of a certificate and subject of the next one")


@requirement("RFC5280:4.1-1", "RFC8446:4.4.2.2-1", "RFC5246:7.4.2-3")
def test_the_certificate_is_version_3(chain: tuple[x509.Certificate, ...]) -> None:
    """Extensions need version 3, and serial numbers are positive and of at most 20 octets."""
    expect.equal(chain[0].version, x509.Version.v3, "version")
    serial = chain[0].serial_number
    expect.that(0 < serial < 1 << 160, "serial number", expected="positive, at most 20 octets", actual=serial)

"""Fields and extensions of every certificate that the server sends, RFC 5280 sections 4.1 and 4.2."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from mailproof_suites.case import expect, requirement
from mailproof_suites.tls.port import TlsPort

_KNOWN_CRITICAL = {
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.NAME_CONSTRAINTS,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.POLICY_CONSTRAINTS,
    ExtensionOID.POLICY_MAPPINGS,
    ExtensionOID.INHIBIT_ANY_POLICY,
}
Chain = tuple[x509.Certificate, ...]


@pytest.fixture
def chain(tls: TlsPort) -> Chain:
    """What the server sends, its own certificate first."""
    with tls.handshake() as session:
        return session.chain


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "a certificate without subject"


def _has(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> x509.Extension[x509.ExtensionType] | None:
    return next((each for each in certificate.extensions if each.oid == oid), None)


def _authorities(chain: Chain) -> list[x509.Certificate]:
    found = []
    for certificate in chain:
        constraints = _has(certificate, ExtensionOID.BASIC_CONSTRAINTS)
        if constraints is not None and isinstance(constraints.value, x509.BasicConstraints) and constraints.value.ca:
            found.append(certificate)
    return found


@requirement("RFC5280:4.1.1.2-1")
def test_both_names_of_the_signature_agree(chain: Chain) -> None:
    """The algorithm inside the signed part is the one beside the signature."""
    for certificate in chain:
        signed, outside = certificate.tbs_certificate_bytes, certificate.public_bytes(Encoding.DER)
        # Behind the signed part stands the algorithm; inside, the same octets follow the serial number.
        at = outside.index(signed) + len(signed)
        algorithm = outside[at : at + 2 + outside[at + 1]]
        expect.contains(signed, algorithm, f"signed part of {_name(certificate)}")


@requirement("RFC5280:4.1.2.2-1")
def test_serial_numbers_are_positive_and_short(chain: Chain) -> None:
    """Each serial number is positive and has at most 20 octets, and no issuer has used one twice."""
    seen = set()
    for certificate in chain:
        serial = certificate.serial_number
        expect.that(0 < serial < 1 << 159, f"serial number of {_name(certificate)}", expected="positive", actual=serial)
        seen.add((certificate.issuer, serial))
    expect.equal(len(seen), len(chain), "different pairs of issuer and serial number")


@requirement("RFC5280:4.1.2.4-1", "RFC5280:4.1.2.6-1")
def test_issuers_and_authorities_have_names(chain: Chain) -> None:
    """No issuer is empty, no authority's subject is; a leaf without subject has critical alternative names."""
    for certificate in chain:
        expect.that(len(list(certificate.issuer)), "issuer", expected="a name", actual="nothing")
    for certificate in _authorities(chain):
        expect.that(len(list(certificate.subject)), "subject of an authority", expected="a name", actual="nothing")
    if not list(chain[0].subject):
        names = expect.given(_has(chain[0], ExtensionOID.SUBJECT_ALTERNATIVE_NAME), "subjectAltName")
        expect.that(
            names.critical, "subjectAltName of a certificate without subject", expected="critical", actual="not"
        )


@requirement("RFC5280:4.2-1")
def test_no_extension_stands_twice_and_critical_ones_are_known(chain: Chain) -> None:
    """Every extension once; a critical one that nobody knows makes a certificate useless to clients."""
    for certificate in chain:
        try:
            found = list(certificate.extensions)
        except (ValueError, x509.DuplicateExtension) as problem:
            raise expect.fail(f"extensions of {_name(certificate)}", expected="legal ones", actual=problem) from problem
        for each in found:
            known = not each.critical or each.oid in _KNOWN_CRITICAL
            expect.that(known, f"critical extension of {_name(certificate)}", expected="known", actual=each.oid)


@requirement("RFC5280:4.2.1.1-1", "RFC5280:4.2.1.2-1")
def test_keys_are_identified(chain: Chain) -> None:
    """Authority key identifiers (not of self-signed ones), subject key identifiers of authorities."""
    for certificate in chain:
        if certificate.issuer != certificate.subject:
            found = expect.given(
                _has(certificate, ExtensionOID.AUTHORITY_KEY_IDENTIFIER), f"authority key of {_name(certificate)}"
            )
            expect.that(not found.critical, "authority key identifier", expected="not critical", actual="critical")
    for certificate in _authorities(chain):
        expect.given(_has(certificate, ExtensionOID.SUBJECT_KEY_IDENTIFIER), f"subject key of {_name(certificate)}")


@requirement("RFC5280:4.2.1.3-1", "RFC5280:4.2.1.9-2")
def test_authorities_say_that_they_are(chain: Chain) -> None:
    """Critical basic constraints, and a key usage with the signing of certificates."""
    for certificate in _authorities(chain):
        constraints = expect.given(_has(certificate, ExtensionOID.BASIC_CONSTRAINTS), "basic constraints")
        expect.that(
            constraints.critical, "basic constraints of an authority", expected="critical", actual="not critical"
        )
        usage = expect.given(_has(certificate, ExtensionOID.KEY_USAGE), f"key usage of {_name(certificate)}").value
        signs = isinstance(usage, x509.KeyUsage) and usage.key_cert_sign
        expect.that(signs, "key usage of an authority", expected="keyCertSign", actual=usage)


@requirement("RFC5280:4.2.1.6-1", "RFC9525:4-1")
def test_alternative_names_are_well_formed(chain: Chain) -> None:
    """At least one; DNS names are ASCII without blanks."""
    names = expect.given(_has(chain[0], ExtensionOID.SUBJECT_ALTERNATIVE_NAME), "subjectAltName").value
    found = list(names) if isinstance(names, x509.SubjectAlternativeName) else []
    expect.that(found, "alternative names", expected="at least one", actual="none")
    for each in found:
        if isinstance(each, x509.DNSName):
            fits = each.value.isascii() and each.value.strip() and " " not in each.value
            expect.that(fits, "a DNS name", expected="ASCII without blanks", actual=each.value)

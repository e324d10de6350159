"""The test CA: what a strict client demands, and when files are made anew."""

import ipaddress
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from mailproof_server.net.authority import make_test_ca

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_leaf_is_no_ca_and_names_the_loopback(tmp_path: Path) -> None:
    paths = make_test_ca(tmp_path, now=NOW, names=["mail.example.test", "192.0.2.7"])
    ca = x509.load_pem_x509_certificate(paths.ca.read_bytes())
    leaf, sent_ca = x509.load_pem_x509_certificates(paths.cert.read_bytes())
    assert sent_ca == ca
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert ExtendedKeyUsageOID.SERVER_AUTH in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "mail.example.test"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address(each) for each in ("127.0.0.1", "::1", "192.0.2.7")
    ]
    key = leaf.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    leaf.verify_directly_issued_by(ca)


def test_private_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    paths = make_test_ca(tmp_path, now=NOW)
    for key in (paths.key, tmp_path / "ca-key.pem"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_valid_files_are_reused(tmp_path: Path) -> None:
    first = make_test_ca(tmp_path, now=NOW)
    before = [path.read_bytes() for path in (first.ca, first.cert, first.key)]
    again = make_test_ca(tmp_path, now=NOW + timedelta(days=100))
    assert [path.read_bytes() for path in (again.ca, again.cert, again.key)] == before


def test_an_expired_leaf_is_renewed_under_the_same_ca(tmp_path: Path) -> None:
    paths = make_test_ca(tmp_path, now=NOW)
    ca, cert = paths.ca.read_bytes(), paths.cert.read_bytes()
    later = NOW + timedelta(days=395)
    make_test_ca(tmp_path, now=later)
    assert paths.ca.read_bytes() == ca
    assert paths.cert.read_bytes() != cert
    leaf = x509.load_pem_x509_certificate(paths.cert.read_bytes())
    assert leaf.not_valid_after_utc > later + timedelta(days=300)


def test_a_new_name_gets_a_new_leaf(tmp_path: Path) -> None:
    paths = make_test_ca(tmp_path, now=NOW)
    cert = paths.cert.read_bytes()
    make_test_ca(tmp_path, now=NOW, names=["new.example.test"])
    assert paths.cert.read_bytes() != cert


@pytest.mark.parametrize("victim", ["ca.pem", "ca-key.pem", "cert.pem", "key.pem"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, victim: str) -> None:
    make_test_ca(tmp_path, now=NOW)
    (tmp_path / victim).write_bytes(b"-----BEGIN NONSENSE-----\n")
    paths = make_test_ca(tmp_path, now=NOW)
    ca = x509.load_pem_x509_certificate(paths.ca.read_bytes())
    x509.load_pem_x509_certificate(paths.cert.read_bytes()).verify_directly_issued_by(ca)

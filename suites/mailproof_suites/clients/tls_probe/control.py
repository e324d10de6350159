"""A TLS server that does accept TLS 1.0 and 1.1: the negative control of every probe for old versions.

A probe that reports "refused" against this server never sent anything (ECOSYSTEM: a local OpenSSL policy refuses old
versions before a byte leaves). It runs as a process of its own, ends with its parent, and listens on loopback only.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from mailproof_suites.clients.errors import HarnessError

_PROCESS = Path(__file__).with_name("control_process.py")
_START_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class ControlServer:
    """Where the control server listens; ``ca_file`` is its own self-signed certificate."""

    host: str
    port: int
    ca_file: Path


@contextmanager
def control_server(
    *, minimum: str = "TLSv1", maximum: str = "TLSv1_3", ciphers: str = "ALL"
) -> Iterator[ControlServer]:
    """Run the server for the time of the block.

    ``minimum`` and ``maximum`` are names of `ssl.TLSVersion`; ``ciphers`` is OpenSSL's list, at security level 0.
    After the handshake it sends one line and closes. Raises HarnessError when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="mailproof-control-") as folder:
        certificate = Path(folder) / "control.pem"
        certificate.write_bytes(self_signed())
        command = [sys.executable, "-W", "ignore", str(_PROCESS), str(certificate), minimum, maximum, ciphers]
        # No OpenSSL configuration of the system may narrow what the server accepts.
        environment = {**os.environ, "OPENSSL_CONF": os.devnull}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        try:
            yield ControlServer("127.0.0.1", _announced_port(process), certificate)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _announced_port(process: subprocess.Popen[bytes]) -> int:
    stdout = process.stdout
    ready = stdout is not None and bool(select.select([stdout], [], [], _START_TIMEOUT_S)[0])
    line = stdout.readline() if stdout is not None and ready else b""
    if not line.strip().isdigit():
        raise HarnessError("the TLS control server did not start")
    return int(line)


def self_signed() -> bytes:
    """Key and certificate of localhost in one PEM; RSA, because the oldest suites know nothing else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)

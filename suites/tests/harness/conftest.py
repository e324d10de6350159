"""What the tests of the harness share: a tiny IMAP server that can be told to misbehave, and ways to run `check`."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import re
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "Correct-Horse-1"


@dataclass(frozen=True)
class Certificates:
    """Paths of a test CA, of a leaf for localhost with its key, and of a CA that has nothing to do with them."""

    ca: Path
    leaf: Path
    key: Path
    other_ca: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA and a leaf, made for this run."""
    folder = tmp_path_factory.mktemp("tls")
    now = datetime.datetime.now(datetime.UTC)

    def build(name: str, issuer: str, key: ec.EllipticCurvePrivateKey, ca: bool) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )

    ca_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    usage = x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    ca = (
        build("harness test CA", "harness test CA", ca_key, ca=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())  # Python 3.13 insists on it
    leaf = (
        build("localhost", "harness test CA", leaf_key, ca=False)
        .add_extension(names, critical=False)
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    made = Certificates(folder / "ca.pem", folder / "leaf.pem", folder / "key.pem", folder / "other.pem")
    stranger = build("stranger", "stranger", leaf_key, ca=True).sign(leaf_key, hashes.SHA256())
    made.other_ca.write_bytes(stranger.public_bytes(serialization.Encoding.PEM))
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.leaf.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


@dataclass
class Faults:
    """What the server does wrong; a test sets it before it runs `check`."""

    capability_twice: bool = False
    """Two untagged CAPABILITY responses to each CAPABILITY command."""
    no_lists: bool = False
    """CAPABILITY is answered with OK alone."""
    hang_up_on: str = ""
    """A command at which the connection is closed."""
    silent_on: str = ""
    """A command that is never answered."""
    dies_on: str = ""
    """A command at which the whole server goes away."""
    capabilities: str = "IMAP4rev1"
    folders: set[str] = field(default_factory=set)
    """Names of folders, beside INBOX."""
    seen: list[str] = field(default_factory=list)
    """Every command line that came, without its tag."""


class _Session(socketserver.StreamRequestHandler):
    """As much IMAP as signing in, looking around, and making folders takes. Every folder is empty."""

    server: FakeImap

    def handle(self) -> None:
        faults = self.server.faults
        self._say(f"* OK [CAPABILITY {faults.capabilities}] ready")
        for raw in self.rfile:
            tag, _, line = raw.decode().strip().partition(" ")
            faults.seen.append(line)
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == faults.hang_up_on.upper():
                return
            if verb == faults.dies_on.upper():
                self.server.socket.close()
                return
            if verb == faults.silent_on.upper():
                continue
            answer = getattr(self, f"do_{verb.lower()}", None)
            self._say(f"{tag} {answer(rest) if answer else 'BAD unknown command'}")
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def do_capability(self, rest: str) -> str:
        """CAPABILITY, perhaps too often."""
        del rest
        times = 0 if self.server.faults.no_lists else 2 if self.server.faults.capability_twice else 1
        for _ in range(times):
            self._say(f"* CAPABILITY {self.server.faults.capabilities}")
        return "OK done"

    def do_login(self, rest: str) -> str:
        """LOGIN with the one password that is right."""
        if rest.rpartition(" ")[2].strip('"') != PASSWORD:
            return "NO [AUTHENTICATIONFAILED] wrong"
        return f"OK [CAPABILITY {self.server.faults.capabilities}] welcome"

    def do_noop(self, rest: str) -> str:
        """NOOP."""
        del rest
        return "OK done"

    def do_list(self, rest: str) -> str:
        """LIST of the folders that fit a pattern with one asterisk at its end."""
        reference, pattern = re.findall(r'"([^"]*)"', rest)
        if not pattern:
            self._say('* LIST (\\Noselect) "/" ""')
        for name in sorted(self.server.faults.folders):
            if pattern and name.startswith(reference + pattern.rstrip("*")):
                self._say(f'* LIST () "/" {name}')
        return "OK done"

    def do_create(self, rest: str) -> str:
        """CREATE."""
        self.server.faults.folders.add(rest.strip('"'))
        return "OK created"

    def do_delete(self, rest: str) -> str:
        """DELETE."""
        self.server.faults.folders.discard(rest.strip('"'))
        return "OK deleted"

    def do_unsubscribe(self, rest: str) -> str:
        """UNSUBSCRIBE."""
        del rest
        return "OK done"

    def do_select(self, rest: str) -> str:
        """SELECT of an empty folder."""
        if rest.strip('"') != "INBOX" and rest.strip('"') not in self.server.faults.folders:
            return "NO [NONEXISTENT] no such folder"
        for line in (
            "* FLAGS (\\Seen \\Deleted)",
            "* 0 EXISTS",
            "* 0 RECENT",
            "* OK [UIDVALIDITY 1] valid",
            "* OK [UIDNEXT 1] next",
            "* OK [PERMANENTFLAGS (\\Seen \\Deleted)] flags",
        ):
            self._say(line)
        return "OK [READ-WRITE] selected"

    do_examine = do_select

    def do_uid(self, rest: str) -> str:
        """UID SEARCH, which finds nothing."""
        del rest
        self._say("* SEARCH")
        return "OK done"

    def do_logout(self, rest: str) -> str:
        """LOGOUT."""
        del rest
        self._say("* BYE bye")
        return "OK done"


class FakeImap(socketserver.ThreadingTCPServer):
    """Listens on a free port of localhost."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, certificates: Certificates) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.faults = Faults()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates.leaf, certificates.key)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """TLS from the first byte."""
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except OSError:
            return  # a look whether the port answers, without a handshake
        try:
            super().finish_request(secured, client_address)
        except OSError:
            return  # the client left in the middle
        finally:
            secured.close()


@pytest.fixture
def fake_imap(certificates: Certificates) -> Iterator[FakeImap]:
    """A running server without faults."""
    with FakeImap(certificates) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def profile(tmp_path: Path, fake_imap: FakeImap, certificates: Certificates) -> Path:
    """A profile of the fake server, with the accounts alice and bob."""
    return write_profile(tmp_path / "fake.toml", fake_imap.port, certificates)


def write_profile(path: Path, port: int, certificates: Certificates, extra: str = "", password: str = PASSWORD) -> Path:
    """A profile with one IMAPS endpoint; `extra` stands before its tables."""
    accounts = "".join(
        f'[[accounts]]\nrole = "{role}"\naddress = "{role}@example.test"\npassword = "{password}"\n'
        for role in ("alice", "bob")
    )
    path.write_text(
        f'profile = 1\nname = "fake"\ntimeout_s = 2\n{extra}\n[tls]\nca_file = "{certificates.ca}"\n'
        f'[imaps]\nhost = "localhost"\nport = {port}\n{accounts}'
    )
    return path


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    out: str
    err: str
    results: dict[str, Any]
    """results.json; empty when none was written."""

    def verdicts(self) -> dict[str, str]:
        """Case name -> verdict."""
        return {case["id"].rpartition("::")[2]: case["verdict"] for case in self.results["cases"]}

    def case(self, name: str) -> dict[str, Any]:
        """The one case whose id ends so."""
        (found,) = [case for case in self.results["cases"] if case["id"].endswith(name)]
        return dict(found)


Check = Callable[..., Outcome]


def environment() -> dict[str, str]:
    """The environment of a child: sources on its path, no CI of the surrounding run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTEST_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def run(command: list[str], folder: Path, report: Path | None = None) -> Outcome:
    """Run a command to its end in a folder."""
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120
    )
    results = report / "results.json" if report else None
    data = json.loads(results.read_text()) if results and results.exists() else {}
    return Outcome(done.returncode, done.stdout, done.stderr, data)


CASES = """
from mailproof_suites.case import *

@requirement("RFC9051:6.1.1-1")
def test_lists_once(connect_imap: ConnectImap) -> None:
    client = connect_imap(login=False)
    expect.equal(len(client.command("CAPABILITY").named("CAPABILITY")), 1, "number of CAPABILITY responses")

@requirement("RFC9051:6.1.1-2")
@needs("imap:IMAP4rev2")
def test_needs_rev2(connect_imap: ConnectImap) -> None:
    connect_imap()

@requirement("RFC5321:4.1.1.1-2")
def test_helo(connect_smtp: ConnectSmtp) -> None:
    expect.reply(connect_smtp(login=False).helo(), 250)

@requirement("NET-02")
def test_uses_a_folder(folder: str) -> None:
    expect.that(folder, "a folder", expected="a name", actual=folder)
"""
"""What `check` runs in these tests: the package's own cases change too often to be counted on."""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A folder of cases: imap/test_few.py."""
    folder = tmp_path / "cases"
    (folder / "imap").mkdir(parents=True)
    (folder / "imap" / "test_few.py").write_text(CASES)
    return folder


@pytest.fixture
def check(tmp_path: Path, cases: Path) -> Check:
    """`check("--target", …) -> Outcome`: run `mailproof check` in a process of its own."""

    def run_check(*arguments: object) -> Outcome:
        report = tmp_path / "report"
        command = [sys.executable, "-m", "mailproof_suites.cli", "check"]
        command += ["--report", str(report), "--cases", str(cases)]
        return run([*command, *map(str, arguments)], tmp_path, report)

    return run_check


@pytest.fixture
def plain_pytest(tmp_path: Path) -> Check:
    """`plain_pytest(source, "--target", …) -> Outcome`: run plain pytest over a file of cases with this source."""

    def run_pytest(source: str, *arguments: object) -> Outcome:
        head = "from mailproof_suites.case import *\nimport pytest\n\n"
        (tmp_path / "test_of_mine.py").write_text(head + source)
        report = tmp_path / "report"
        command = [sys.executable, "-m", "pytest", "-p", "mailproof_suites.plugin", "-p", "no:cacheprovider"]
        command += ["--import-mode=importlib", "--report", str(report), "test_of_mine.py"]
        return run([*command, *map(str, arguments)], tmp_path, report)

    return run_pytest

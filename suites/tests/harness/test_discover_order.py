"""The order in which an address's server is looked for, on a network of our own: DNS, HTTPS, plain HTTP, real sockets.

Clients ask the root domain, then autodiscover., then follow a redirect of plain HTTP, then SRV (MS-OXDISCO 3.1.5); what
a TXT record or a well-known cloud says of the domain is nobody's business: that is how mail clients are led astray.
"""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mailproof_suites.discover import Discovery, discover
from mailproof_suites.discover_network import Internet
from tests.harness.name_server import NameServer
from tests.harness.test_discover import ADDRESS, MOBILE, SETTINGS

ROOT, SUB, SERVICE, FOREIGN = "corp.example", "autodiscover.corp.example", "mail.corp.example", "cloud.example"
POX = "/autodiscover/autodiscover.xml"
HERE = ["127.0.0.1"]


@dataclass
class Web:
    """What the hosts answer, and what they were asked: "HOST METHOD scheme" and whether a password came with it."""

    services: set[str] = field(default_factory=set)
    """Hosts with an AutoDiscover service."""
    redirects: dict[str, str] = field(default_factory=dict)
    """"http HOST" or "https HOST" -> Location."""
    asked: list[str] = field(default_factory=list)
    passwords: set[str] = field(default_factory=set)
    ports: dict[int, int] = field(default_factory=dict)


def _handler(web: Web, scheme: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers["Content-Length"])))

        def _serve(self, body: bytes) -> None:
            host = self.headers["Host"].partition(":")[0]
            if self.path == POX:
                web.asked.append(f"{scheme} {host} {self.command}")
            if self.headers["Authorization"]:
                web.passwords.add(f"{scheme} {host}")
            location = web.redirects.get(f"{scheme} {host}")
            found = scheme == "https" and host in web.services and self.path == POX
            self.send_response(302 if location else 200 if found else 404)
            if location:
                self.send_header("Location", location)
            content = (
                (MOBILE if b"mobilesync/request" in body else SETTINGS).encode() if found and not location else b""
            )
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Nothing on standard error."""

    return Handler


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of every host, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ROOT)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in (ROOT, SUB, SERVICE, FOREIGN)]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "all.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def web(certificate: Path) -> Iterator[Web]:
    made = Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    servers = []
    for port, scheme in ((443, "https"), (80, "http")):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, scheme))
        if scheme == "https":
            server.socket = context.wrap_socket(server.socket, server_side=True)
        made.ports[port] = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        servers.append((server, thread))
    yield made
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def look(
    web: Web, certificate: Path, records: dict[str, list[str]], *, agree: bool = False
) -> tuple[Discovery, list[str], list[str]]:
    """What is found, the URLs that had to be agreed to, and what DNS was asked."""
    questions: list[str] = []

    def confirm(url: str) -> bool:
        questions.append(url)
        return agree

    with NameServer(records) as names:
        network = Internet(names.resolver(), certificate, web.ports)
        return discover(ADDRESS, "pässword", network, confirm), questions, names.asked


def test_the_root_domain_comes_first(web: Web, certificate: Path) -> None:
    web.services = {ROOT, SUB}
    found, questions, _ = look(web, certificate, {f"{ROOT} A": HERE, f"{SUB} A": HERE})
    assert found.https["autodiscover"] == f"https://{ROOT}{POX}"
    assert [each for each in web.asked if "POST" in each] == [f"https {ROOT} POST"] * 2, "outlook, then mobilesync"
    assert found.https["activesync"] == "https://eas.corp.example/Microsoft-Server-ActiveSync"
    assert questions == []


def test_autodiscover_comes_second(web: Web, certificate: Path) -> None:
    web.services = {SUB}
    found, _, _ = look(web, certificate, {f"{ROOT} A": HERE, f"{SUB} A": HERE})
    assert found.https["autodiscover"] == f"https://{SUB}{POX}"
    assert [each for each in web.asked if "POST" in each] == [f"https {ROOT} POST", *[f"https {SUB} POST"] * 2]


def test_a_redirect_of_plain_http_comes_third(web: Web, certificate: Path) -> None:
    """As WorkMail's phase 3: a CNAME, an unauthenticated GET, a 302 to https."""
    web.services = {SERVICE}
    web.redirects = {f"http {SUB}": f"https://{SERVICE}{POX}"}
    records = {f"{SUB} CNAME": [f"{SERVICE}."], f"{SERVICE} A": HERE}
    found, questions, _ = look(web, certificate, records)
    assert found.https["autodiscover"] == f"https://{SERVICE}{POX}"
    assert f"http {SUB} GET" in web.asked
    assert f"http {SUB}" not in web.passwords, "the GET carries no password"
    assert questions == [], "the same domain"


def test_an_srv_record_comes_last(web: Web, certificate: Path) -> None:
    web.services = {SERVICE}
    records = {f"{SERVICE} A": HERE, f"_autodiscover._tcp.{ROOT} SRV": [f"0 0 443 {SERVICE}."]}
    found, _, asked = look(web, certificate, records)
    assert found.https["autodiscover"] == f"https://{SERVICE}{POX}"
    assert asked.index(f"_autodiscover._tcp.{ROOT} SRV") < asked.index(f"{SERVICE} A")


def test_the_best_srv_record_is_taken(web: Web, certificate: Path) -> None:
    web.services = {SERVICE, SUB}
    records = {
        f"{SERVICE} A": HERE,
        f"_autodiscover._tcp.{ROOT} SRV": ["20 0 443 worse.corp.example.", f"10 5 443 {SERVICE}."],
    }
    found, _, _ = look(web, certificate, records)
    assert found.https["autodiscover"] == f"https://{SERVICE}{POX}"


@pytest.mark.parametrize("agree", [False, True])
def test_the_password_leaves_the_domain_only_when_agreed_to(web: Web, certificate: Path, agree: bool) -> None:
    web.services = {FOREIGN}
    records = {f"{FOREIGN} A": HERE, f"_autodiscover._tcp.{ROOT} SRV": [f"0 0 443 {FOREIGN}."]}
    found, questions, _ = look(web, certificate, records, agree=agree)
    assert questions == [f"https://{FOREIGN}{POX}"]
    assert ("autodiscover" in found.https) is agree
    assert (f"https {FOREIGN}" in web.passwords) is agree


def test_a_txt_record_leads_nobody_astray(web: Web, certificate: Path) -> None:
    """A domain known to a cloud (MS=…), whose mail is elsewhere: neither is asked for, nor believed."""
    web.services = {SUB, FOREIGN}
    records = {
        f"{ROOT} TXT": ['"MS=ms12345678"', '"v=spf1 include:cloud.example -all"'],
        f"{SUB} A": HERE,
        f"{FOREIGN} A": HERE,
        f"_autodiscover._tcp.{ROOT} TXT": ['"cloud.example"'],
    }
    found, questions, asked = look(web, certificate, records, agree=True)
    assert found.https["autodiscover"] == f"https://{SUB}{POX}"
    assert questions == []
    assert {each.rpartition(" ")[2] for each in asked} <= {"A", "AAAA", "SRV"}
    assert all(each.partition(" ")[0].endswith(ROOT) for each in asked), "no name outside of the domain"


def test_a_redirect_to_plain_http_is_not_followed(web: Web, certificate: Path) -> None:
    web.services = {ROOT}
    web.redirects = {f"http {SUB}": f"http://{SERVICE}{POX}", f"https {SUB}": f"http://{SUB}{POX}"}
    found, _, _ = look(web, certificate, {f"{SUB} A": HERE, f"{SERVICE} A": HERE})
    assert "autodiscover" not in found.https
    assert not any(each.startswith("http ") for each in web.passwords)


def test_a_redirect_in_a_circle_ends(web: Web, certificate: Path) -> None:
    web.redirects = {f"https {ROOT}": f"https://{ROOT}{POX}"}
    found, _, _ = look(web, certificate, {f"{ROOT} A": HERE})
    assert web.asked.count(f"https {ROOT} POST") == 10
    assert (f"https://{ROOT}{POX}", "more than 10 redirects") in found.tried


def test_a_wrong_certificate_gets_no_password(web: Web, certificate: Path) -> None:
    web.services = {"other.corp.example"}
    records = {"other.corp.example A": HERE, f"_autodiscover._tcp.{ROOT} SRV": ["0 0 443 other.corp.example."]}
    found, _, _ = look(web, certificate, records)
    assert "autodiscover" not in found.https
    assert web.passwords == set()

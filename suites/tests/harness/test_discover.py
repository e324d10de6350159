"""From an address to a profile: what is found, what is told, and where the password may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mailproof_suites.discover import Answer, Discovery, LookupFailedError, Srv, discover
from mailproof_suites.discover_network import Internet
from mailproof_suites.targets import load_profile

ADDRESS = "me@corp.example"
POX = "https://corp.example/autodiscover/autodiscover.xml"
AUTODISCOVER_POX = "https://autodiscover.corp.example/autodiscover/autodiscover.xml"
PLAIN_POX = "http://autodiscover.corp.example/autodiscover/autodiscover.xml"

AUTOCONFIG = """\
<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="corp.example">
  <incomingServer type="pop3">
    <hostname>pop.corp.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap">
    <hostname>imap.corp.example</hostname><port>993</port><socketType>{security}</socketType></incomingServer>
  <outgoingServer type="smtp">
    <hostname>smtp.corp.example</hostname><port>465</port><socketType>SSL</socketType></outgoingServer>
</emailProvider></clientConfig>"""

SETTINGS = """\
<?xml version="1.0"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
 <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account>
  <Protocol><Type>EXPR</Type><EwsUrl>https://ews.corp.example/EWS/Exchange.asmx</EwsUrl></Protocol>
  <Protocol><Type>IMAP</Type><Server>imap.corp.example</Server><Port>993</Port><SSL>on</SSL></Protocol>
  <Protocol><Type>SMTP</Type><Server>smtp.corp.example</Server><Port>587</Port><SSL>off</SSL></Protocol>
 </Account></Response></Autodiscover>"""

MOBILE = """\
<?xml version="1.0"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
 <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"><Action><Settings>
  <Server><Type>MobileSync</Type><Url>https://eas.corp.example/Microsoft-Server-ActiveSync</Url></Server>
 </Settings></Action></Response></Autodiscover>"""


def settings(body: bytes) -> Answer:
    """What an AutoDiscover service answers to either schema."""
    return Answer(200, (MOBILE if b"mobilesync/requestschema" in body else SETTINGS).encode())


@dataclass
class FakeNetwork:
    """A network of tables; whatever stands in none of them does not answer."""

    records: dict[str, list[Srv]] = field(default_factory=dict)
    pages: dict[str, Answer] = field(default_factory=dict)
    services: dict[str, Callable[[bytes], Answer]] = field(default_factory=dict)
    passwords_sent_to: list[str] = field(default_factory=list)

    def srv(self, name: str) -> list[Srv]:
        return self.records.get(name, [])

    def get(self, url: str) -> Answer:
        if url.partition("?")[0] not in self.pages:
            raise LookupFailedError(f"{url}: nobody there")
        return self.pages[url.partition("?")[0]]

    def post(self, url: str, body: bytes, user: str, password: str) -> Answer:
        if url not in self.services:
            raise LookupFailedError(f"{url}: nobody there")
        assert (user, password) == (ADDRESS, "pässword")
        self.passwords_sent_to.append(url)
        return self.services[url](body)


def ask(network: FakeNetwork, confirm: bool = False) -> tuple[Discovery, list[str]]:
    """What was found, and about which URLs the user was asked."""
    asked: list[str] = []

    def answer(url: str) -> bool:
        asked.append(url)
        return confirm

    return discover(ADDRESS, "pässword", network, answer), asked


def test_srv_records_are_taken_by_priority() -> None:
    imaps = [Srv(20, 0, 1993, "backup.corp.example."), Srv(10, 5, 993, "imap.corp.example.")]
    network = FakeNetwork({"_imaps._tcp.corp.example": imaps, "_submissions._tcp.corp.example": [Srv(0, 0, 0, ".")]})
    found, _ = ask(network)
    assert found.imaps == ("imap.corp.example", 993)
    assert found.smtps is None
    assert ("SRV _submissions._tcp.corp.example", "says that there is no such service") in found.tried


def test_autoconfig_gives_what_srv_lacks() -> None:
    page = Answer(200, AUTOCONFIG.format(security="SSL").encode())
    found, _ = ask(FakeNetwork(pages={"https://autoconfig.corp.example/mail/config-v1.1.xml": page}))
    assert found.imaps == ("imap.corp.example", 993)
    assert found.smtps == ("smtp.corp.example", 465)


def test_a_server_that_begins_in_plaintext_is_not_taken() -> None:
    page = Answer(200, AUTOCONFIG.format(security="STARTTLS").encode())
    found, _ = ask(FakeNetwork(pages={"https://corp.example/.well-known/autoconfig/mail/config-v1.1.xml": page}))
    assert found.imaps is None
    assert found.smtps == ("smtp.corp.example", 465)


def test_autodiscover_gives_every_endpoint_that_it_names() -> None:
    network = FakeNetwork(services={POX: settings})
    found, asked = ask(network)
    assert found.imaps == ("imap.corp.example", 993)
    assert found.smtps is None, "port 587 without SSL speaks plaintext first"
    assert found.https == {
        "autodiscover": POX,
        "ews": "https://ews.corp.example/EWS/Exchange.asmx",
        "activesync": "https://eas.corp.example/Microsoft-Server-ActiveSync",
    }
    assert asked == []


def test_a_redirect_to_another_domain_gets_the_password_only_when_confirmed() -> None:
    elsewhere = "https://service.example/autodiscover/autodiscover.xml"
    for confirm in (False, True):
        network = FakeNetwork(pages={PLAIN_POX: Answer(302, b"", elsewhere)}, services={elsewhere: settings})
        found, asked = ask(network, confirm)
        assert asked == [elsewhere]
        assert bool(network.passwords_sent_to) is confirm
        assert ("ews" in found.https) is confirm


def test_a_redirect_within_the_password_request_is_not_followed_to_another_host() -> None:
    network = FakeNetwork(
        services={POX: lambda _: Answer(302, b"", "https://evil.example/x"), "https://evil.example/x": settings}
    )
    found, _ = ask(network, confirm=True)
    assert network.passwords_sent_to == [POX]
    assert (POX, "leads to https://evil.example/x, where we do not follow") in found.tried


def test_the_srv_record_of_autodiscover_is_followed() -> None:
    network = FakeNetwork(
        {"_autodiscover._tcp.corp.example": [Srv(0, 0, 8443, "mail.corp.example.")]},
        services={"https://mail.corp.example:8443/autodiscover/autodiscover.xml": settings},
    )
    found, _ = ask(network)
    assert found.https["autodiscover"] == "https://mail.corp.example:8443/autodiscover/autodiscover.xml"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(401), "HTTP 401"),
        (Answer(200, b"<html>"), "not the XML we know"),
        (Answer(200, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "it has a DOCTYPE"),
        (Answer(200, b"<a/>"), "an answer that names no server"),
        (Answer(200, b"<a><ErrorCode>500</ErrorCode></a>"), "error 500"),
    ],
)
def test_an_answer_that_helps_nothing_is_told(answer: Answer, outcome: str) -> None:
    found, _ = ask(FakeNetwork(services={AUTODISCOVER_POX: lambda _: answer}))
    assert not found.found
    assert any(what == AUTODISCOVER_POX and outcome in said for what, said in found.tried), found.tried


def test_an_endless_redirect_ends() -> None:
    found, _ = ask(FakeNetwork(services={POX: lambda _: Answer(302, b"", POX)}))
    assert (POX, "more than 10 redirects") in found.tried


def test_whoever_finds_nothing_knows_what_was_tried() -> None:
    found, _ = ask(FakeNetwork())
    assert not found.found
    tried = [what for what, _ in found.tried]
    assert tried[:2] == ["SRV _imaps._tcp.corp.example", "SRV _submissions._tcp.corp.example"]
    for url in (POX, AUTODISCOVER_POX, PLAIN_POX, "https://corp.example/.well-known/autoconfig/mail/config-v1.1.xml"):
        assert url in tried
    assert "SRV _autodiscover._tcp.corp.example" in tried


def test_what_was_found_is_a_profile(tmp_path: Path) -> None:
    found, _ = ask(FakeNetwork(services={POX: settings}))
    path = tmp_path / "p.toml"
    path.write_text(found.profile('p"ä\\ss\n'), encoding="utf-8")
    target = load_profile(path)
    assert target.name == "corp.example"
    assert str(target.imaps) == "imap.corp.example:993"
    assert target.https.ews == "https://ews.corp.example/EWS/Exchange.asmx"
    (account,) = target.accounts
    assert (account.role, account.address, account.username, account.password) == ("alice", ADDRESS, "me", 'p"ä\\ss\n')


@pytest.fixture
def http_server() -> Iterator[HTTPServer]:
    """A plain HTTP server on loopback that answers 302 to GET."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"https://corp.example{self.path}")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *arguments: object) -> None:
            """Keep standard error clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_real_network_does_not_follow_redirects_by_itself(http_server: HTTPServer) -> None:
    answer = Internet().get(f"http://127.0.0.1:{http_server.server_port}/a?b=c")
    assert answer == Answer(302, b"ok", "https://corp.example/a?b=c")


def test_the_real_network_tells_who_does_not_answer() -> None:
    with pytest.raises(LookupFailedError, match=r"127\.0\.0\.1: .*refused"):
        Internet().get("http://127.0.0.1:1/")


def test_the_real_network_sends_no_password_in_plaintext(http_server: HTTPServer) -> None:
    with pytest.raises(LookupFailedError, match="https only"):
        Internet().post(f"http://127.0.0.1:{http_server.server_port}/", b"", ADDRESS, "x")

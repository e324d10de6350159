"""AutoDiscover with real services over a store of its own; whoever knows a name may sign in with it."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from lxml import etree
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import ManualClock
from mailproof_server.model.errors import NotAuthenticated
from mailproof_server.net.base import Peer
from mailproof_server.protocols.autodiscover.config import AutodiscoverConfig, RegionConfig, Regions, own_endpoints
from mailproof_server.protocols.autodiscover.endpoint import AutodiscoverServer
from mailproof_server.protocols.autodiscover.user_settings import Offer
from mailproof_server.protocols.http.site import Site
from mailproof_server.services.bundle import Services
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.sqlite import SqliteStore
from mailproof_server.wire.soap.write import ServerVersion

START = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
LIMITS = ServiceLimits(
    login_hash_memory_kib=64, login_hash_time_cost=1, failed_login_delay_s=0, revocation_check_s=0, upkeep_interval_s=0
)
BASE = "http://schemas.microsoft.com/exchange/autodiscover/"
NAMES = {
    "r": BASE + "responseschema/2006",
    "o": BASE + "outlook/responseschema/2006a",
    "m": BASE + "mobilesync/responseschema/2006",
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "a": "http://schemas.microsoft.com/exchange/2010/Autodiscover",
}
CONFIG = AutodiscoverConfig(
    domains={"far.test": "us-east-1"},
    regions={"us-east-1": RegionConfig(domain="mail.us-east-1.example.test", smtp="relay.far.test:4465")},
    request_bytes=4096,
    users_per_request=3,
)
POX = "/autodiscover/autodiscover.xml"
SVC = "/autodiscover/autodiscover.svc"


class NoSink:
    """Nothing leaves the organisation."""

    host = "relay.test"

    async def send(self, message: Any) -> list[Any]:
        raise AssertionError("nothing is sent outside")


class Answer:
    """One response; XML is asked by XPath with the prefixes of NAMES."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.content: bytes = response.content

    @property
    def root(self) -> Any:
        return etree.fromstring(self.content)

    def texts(self, path: str) -> list[str]:
        return [each if isinstance(each, str) else each.text or "" for each in self.root.xpath(path, namespaces=NAMES)]


class Office:
    """ann, bob and far.test's fay, hid (hidden), off (disabled), a group; `log`: what was observed."""

    def __init__(self, folder: Path, portal: Any) -> None:
        self.portal = portal
        self.log: list[tuple[str, str]] = []
        self.signed_in_as: list[str] = []
        self.store = SqliteStore(folder)
        clock = ManualClock(START)
        self.services = Services.join(self.store, clock, LIMITS, host_name="mail.example.test", sink=NoSink())
        self.run(self.store.open)
        directory = self.services.directory
        for domain in ("example.test", "custom.test", "far.test"):
            self.run(directory.create_domain, domain)
        self.people: dict[str, Any] = {}
        for address in ("ann@example.test", "bob@example.test", "fay@far.test"):
            self.people[address[:3]] = self.run(directory.create_user, address)
        self.people["hid"] = self.run(lambda: directory.create_user("hid@example.test", hidden=True))
        self.people["off"] = self.run(directory.create_user, "off@example.test")
        self.run(lambda: directory.update(self.people["off"].id, enabled=False))
        self.run(lambda: directory.update(self.people["ann"].id, display_name="Ann <Anderson> & Co"))
        self.run(directory.add_alias, self.people["ann"].id, "ann@custom.test")
        self.run(lambda: directory.create_group("team@example.test"))
        own = own_endpoints("mail.example.test", {"imaps": 993, "smtps": 465, "https": 443})
        offer = Offer(ServerVersion(14, 2, 390, 3, "Exchange2010_SP2"), ("Exchange2007", "Exchange2010_SP2"))
        self.server = AutodiscoverServer(
            self.services,
            CONFIG,
            Regions(CONFIG, own),
            offer,
            "mail.example.test",
            lambda dialect, outcome: self.log.append((dialect, outcome)),
        )
        self.services.credentials.authenticate = self._authenticate  # type: ignore[method-assign]
        site = Site(self.server.endpoints())

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("state", {})["peer"] = Peer("192.0.2.7", 4711)
            await site(scope, receive, send)

        self.client = TestClient(app)
        self.client.portal = portal

    async def _authenticate(self, login: str, password: str, *, protocol: str, **_facts: Any) -> Principal:
        entry = next((each for each in self.people.values() if each.address == login), None)
        if entry is None or entry.account_id is None or password != "x":
            raise NotAuthenticated
        self.signed_in_as.append(protocol)
        return Principal(entry.id, entry.address, entry.account_id, entry.display_name)

    def run(self, work: Any, *arguments: Any) -> Any:
        return self.portal.call(work, *arguments)

    def send(self, method: str, path: str, body: str | bytes = "", who: str | None = "ann", **headers: str) -> Answer:
        """`who`: None sends no credentials."""
        if who is not None:
            address = self.people[who].address if who in self.people else f"{who}@example.test"
            headers["Authorization"] = "Basic " + base64.b64encode(f"{address}:x".encode()).decode()
        content = body.encode() if isinstance(body, str) else body
        return Answer(self.client.request(method, path, content=content, headers=headers))

    def pox(self, asked: str, kind: str = "outlook", who: str = "ann") -> Answer:
        return self.send("POST", POX, pox_request(asked, kind), who)

    def soap(self, body: str, who: str = "ann", header: str = "") -> Answer:
        prefixes = f'xmlns:s="{NAMES["s"]}" xmlns:a="{NAMES["a"]}"'
        return self.send(
            "POST",
            SVC,
            f"<s:Envelope {prefixes}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>",
            who,
        )


def schema(kind: str) -> str:
    return f"{BASE}{kind}/responseschema/2006{'a' if kind == 'outlook' else ''}"


def pox_request(asked: str, kind: str = "outlook", acceptable: str | None = None) -> str:
    wanted = schema(kind) if acceptable is None else acceptable
    return (
        f'<Autodiscover xmlns="{BASE}{kind}/requestschema/2006"><Request><EMailAddress>{asked}</EMailAddress>'
        f"<AcceptableResponseSchema>{wanted}</AcceptableResponseSchema></Request></Autodiscover>"
    )


def user_settings(users: list[str], settings: list[str]) -> str:
    named = "".join(f"<a:User><a:Mailbox>{each}</a:Mailbox></a:User>" for each in users)
    wanted = "".join(f"<a:Setting>{each}</a:Setting>" for each in settings)
    return (
        f"<a:GetUserSettingsRequestMessage><a:Request><a:Users>{named}</a:Users>"
        f"<a:RequestedSettings>{wanted}</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage>"
    )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with anyio.from_thread.start_blocking_portal() as portal:
        made = Office(tmp_path / "store", portal)
        yield made
        made.run(made.store.close)

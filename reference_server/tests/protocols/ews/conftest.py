"""EWS with real services over a store of its own: requests as XML texts, answers as trees."""

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

from mailproof_server import registry
from mailproof_server.model.account import Principal
from mailproof_server.model.clock import ManualClock
from mailproof_server.model.errors import NotAuthenticated
from mailproof_server.net.base import Peer
from mailproof_server.protocols.ews import operations
from mailproof_server.protocols.ews.endpoint import EwsServer
from mailproof_server.protocols.ews.limits import EwsLimits
from mailproof_server.protocols.ews.operation import Operation
from mailproof_server.services.bundle import Services
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.sqlite import SqliteStore

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIMITS = ServiceLimits(
    login_hash_memory_kib=64, login_hash_time_cost=1, failed_login_delay_s=0, revocation_check_s=0, upkeep_interval_s=0
)
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMES = {
    "s": SOAP,
    "m": "http://schemas.microsoft.com/exchange/services/2006/messages",
    "t": "http://schemas.microsoft.com/exchange/services/2006/types",
    "e": "http://schemas.microsoft.com/exchange/services/2006/errors",
}


class NoSink:
    """Nothing leaves the organisation."""

    host = "relay.test"

    async def send(self, message: Any) -> list[Any]:
        raise AssertionError("nothing is sent outside")


class Answer:
    """One response, asked by XPath with the prefixes m, t, s and e."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status = status
        self.root = etree.fromstring(content)

    def all(self, path: str) -> list[Any]:
        return list(self.root.xpath(path, namespaces=NAMES))

    def one(self, path: str) -> Any:
        found = self.all(path)
        assert len(found) == 1, f"{len(found)} x {path} in {etree.tostring(self.root, pretty_print=True).decode()}"
        return found[0]

    def texts(self, path: str) -> list[str]:
        return [each if isinstance(each, str) else each.text or "" for each in self.all(path)]

    def text(self, path: str) -> str:
        found = self.one(path)
        return found if isinstance(found, str) else found.text or ""

    @property
    def codes(self) -> list[str]:
        """ResponseCodes of the response messages, or of the fault."""
        return self.texts("//m:ResponseCode") or self.texts("//e:ResponseCode")


class Office:
    """ann and bob, and a client for whoever asks."""

    def __init__(self, folder: Path, ceiling: str, portal: Any) -> None:
        self._portal = portal
        self.clock = ManualClock(START)
        self.store = SqliteStore(folder)
        self.services = Services.join(self.store, self.clock, LIMITS, host_name="mail.example.test", sink=NoSink())
        self.run(self.store.open)
        self.run(self.services.directory.create_domain, "example.test")
        self.principals: dict[str, Principal] = {}
        for name in ("ann", "bob"):
            entry = self.run(
                lambda name=name: self.services.directory.create_user(f"{name}@example.test", username=name)
            )
            self.principals[name] = Principal(entry.id, entry.address, entry.account_id, entry.display_name)
        loaded = registry.load(operations, Operation)
        self.server = EwsServer(self.services, EwsLimits(), loaded, ceiling)
        self.services.credentials.authenticate = self._authenticate  # type: ignore[method-assign]

    async def _authenticate(self, login: str, password: str, **_facts: Any) -> Principal:
        """Hashing is not what is tested here."""
        if login not in self.principals:
            raise NotAuthenticated
        return self.principals[login]

    def run(self, work: Any, *arguments: Any) -> Any:
        """A coroutine function, on the loop that the server runs on."""
        return self._portal.call(work, *arguments)

    def ask(self, client: TestClient, body: str, who: str = "ann", version: str = "Exchange2010_SP2") -> Answer:
        prefixes = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
        text = (
            f"<s:Envelope {prefixes}><s:Header><t:RequestServerVersion Version='{version}'/></s:Header>"
            f"<s:Body>{body}</s:Body></s:Envelope>"
        )
        authorization = "Basic " + base64.b64encode(f"{who}:x".encode()).decode()
        answer = client.post("/EWS/Exchange.asmx", content=text.encode(), headers={"Authorization": authorization})
        return Answer(answer.status_code, answer.content)


@pytest.fixture
def ceiling() -> str:
    return "Exchange2010_SP2"


@pytest.fixture
def office(tmp_path: Path, ceiling: str) -> Iterator[Office]:
    with anyio.from_thread.start_blocking_portal() as portal:
        made = Office(tmp_path / "store", ceiling, portal)
        yield made
        made.run(made.store.close)


@pytest.fixture
def ask(office: Office) -> Any:
    """`ask(body, who="ann", version="Exchange2010_SP2")`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["peer"] = Peer("192.0.2.7", 4711)
        await office.server(scope, receive, send)

    client = TestClient(app)
    client.portal = office._portal
    return lambda body, **options: office.ask(client, body, **options)

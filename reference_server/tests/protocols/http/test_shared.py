"""What the protocols over HTTPS share: paths in any case, Basic sign-in, bodies with limits, statuses."""

import base64
import gzip
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Invalid, NotAuthenticated, Refusal, TooLarge, Unavailable
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.net.base import Peer
from mailproof_server.protocols.http.body import read_body
from mailproof_server.protocols.http.errors import answer
from mailproof_server.protocols.http.sign_in import signed_in
from mailproof_server.protocols.http.site import Endpoint, Site

ANN = Principal(PrincipalId(1), "ann@example.test", AccountId(1))


class FakeCredentials:
    """Knows one account."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str, str]] = []

    async def authenticate(self, login: str, password: str, *, protocol: str, address: str) -> Principal:
        self.asked.append((login, password, protocol, address))
        if (login, password) != (ANN.address, "päss:word"):
            raise NotAuthenticated
        return ANN


def client(app: ASGIApp) -> TestClient:
    async def with_peer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["peer"] = Peer("192.0.2.7", 4711)
        await app(scope, receive, send)

    return TestClient(with_peer)


def endpoint(credentials: Any, max_bytes: int = 100) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            who = await signed_in(request, credentials, "ews")
            body = await read_body(request, max_bytes)
            response = PlainTextResponse(f"{who.address} {body!r}")
        except Refusal as refusal:
            response = answer(refusal)
        await response(scope, receive, send)

    return app


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


GOOD = basic("ann@example.test:päss:word")


def test_a_path_is_found_in_any_case_and_nothing_else_is() -> None:
    site = Site(
        [
            Endpoint("ews", "/EWS/Exchange.asmx", PlainTextResponse("ews")),
            Endpoint("web", "/mail", PlainTextResponse("web"), whole_tree=True),
            Endpoint("", "/mail/api", PlainTextResponse("api"), whole_tree=True),
        ]
    )
    found = {
        path: (answer.status_code, answer.text)
        for path in ("/ews/exchange.asmx", "/EWS/EXCHANGE.ASMX", "/EWS", "/Mail/x/y", "/mailx", "/mail/API/z")
        for answer in [client(site).get(path)]
    }
    assert found == {
        "/ews/exchange.asmx": (200, "ews"),
        "/EWS/EXCHANGE.ASMX": (200, "ews"),
        "/EWS": (404, "Not found\n"),
        "/Mail/x/y": (200, "web"),
        "/mailx": (404, "Not found\n"),
        "/mail/API/z": (200, "api"),
    }


def test_two_endpoints_cannot_have_one_path() -> None:
    page = PlainTextResponse("")
    with pytest.raises(ValueError, match="/ews"):
        Site([Endpoint("a", "/EWS", page), Endpoint("b", "/ews", page)])


@pytest.mark.parametrize("domain", ["", "EXAMPLE\\"], ids=["plain", "with a domain"])
def test_basic_credentials_sign_in(domain: str) -> None:
    credentials = FakeCredentials()
    answer = client(endpoint(credentials)).get("/", headers=basic(f"{domain}ann@example.test:päss:word"))
    assert answer.text == "ann@example.test b''"
    assert credentials.asked == [("ann@example.test", "päss:word", "ews", "192.0.2.7")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!!"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
        {"Authorization": "Bearer abc"},
        basic("no colon"),
        basic("ann@example.test:wrong"),
        basic("ann@example.test:" + "x" * 5000),
    ],
    ids=["none", "empty", "no base64", "no utf-8", "bearer", "no colon", "wrong", "endless"],
)
def test_everything_else_is_challenged(headers: dict[str, str]) -> None:
    answer = client(endpoint(FakeCredentials())).get("/", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="mailproof", charset="UTF-8"'


def test_a_forged_header_does_not_change_the_address() -> None:
    credentials = FakeCredentials()
    client(endpoint(credentials)).get("/", headers=GOOD | {"X-Forwarded-For": "203.0.113.1"})
    assert credentials.asked[0][3] == "192.0.2.7"


def test_a_gzip_body_is_unpacked() -> None:
    answer = client(endpoint(FakeCredentials())).post(
        "/", headers=GOOD | {"Content-Encoding": "gzip"}, content=gzip.compress(b"hello")
    )
    assert answer.text.endswith("b'hello'")


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"x" * 100, "identity", 200),
        (b"x" * 101, "identity", 413),
        (gzip.compress(b"x" * 100), "gzip", 200),
        (gzip.compress(b"x" * 101), "gzip", 413),
        (gzip.compress(b"x" * 10_000_000), "gzip", 413),
        (b"no gzip", "gzip", 400),
        (gzip.compress(b"hello")[:-6], "gzip", 400),
        (b"x", "br", 400),
    ],
    ids=["at the limit", "past it", "unpacked at it", "unpacked past it", "a bomb", "no gzip", "cut gzip", "brotli"],
)
def test_bodies_have_a_limit(content: bytes, encoding: str, status: int) -> None:
    app = endpoint(FakeCredentials(), 10_000 if len(content) > 101 and encoding == "gzip" else 100)
    answer = client(app).post("/", headers=GOOD | {"Content-Encoding": encoding}, content=content)
    assert answer.status_code == status


def test_a_body_without_a_length_has_the_same_limit() -> None:
    answer = client(endpoint(FakeCredentials())).post("/", headers=GOOD, content=iter([b"x" * 60, b"y" * 60]))
    assert answer.status_code == 413


@pytest.mark.parametrize(("refusal", "status"), [(Invalid("x"), 400), (TooLarge("x"), 413), (Unavailable("x"), 503)])
def test_refusals_are_statuses(refusal: Refusal, status: int) -> None:
    response = answer(refusal)
    assert response.status_code == status
    assert response.body == b"x\n"

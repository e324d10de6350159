"""The endpoint with made-up operations: sign-in first, envelopes, versions, faults, never a traceback."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from lxml import etree
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import NotAuthenticated, NotFound, Unavailable
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.net.base import Peer
from mailproof_server.protocols.ews.endpoint import EwsServer
from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.limits import EwsLimits
from mailproof_server.protocols.ews.operation import Call, for_each, operation
from mailproof_server.wire.soap.names import ERRORS, SOAP, Element, m, t
from mailproof_server.wire.soap.write import element

ANN = Principal(PrincipalId(1), "ann@example.test", AccountId(1))
AUTHORIZATION = {"Authorization": "Basic " + base64.b64encode(b"ann@example.test:secret").decode()}


class FakeServices:
    """Credentials of one account."""

    def __init__(self) -> None:
        self.credentials = self

    async def authenticate(self, login: str, password: str, *, protocol: str, address: str) -> Principal:
        if (login, password, protocol) != (ANN.address, "secret", "ews"):
            raise NotAuthenticated
        return ANN


@operation("Echo", section="-")
async def echo(call: Call, request: Element) -> Element:
    async def work(each: Element) -> list[Element]:
        said = each.text or ""
        if said == "gone":
            raise NotFound("It is gone")
        if said == "busy":
            raise Unavailable("Later")
        return [element(t("Said"), f"{call.principal.address} {said}")]

    return await for_each(element(m("EchoResponse")), "EchoResponseMessage", request, work)


@operation("Bug", section="-")
async def bug(call: Call, request: Element) -> Element:
    raise ValueError("secret facts")


@operation("Refuse", section="-")
async def refuse(call: Call, request: Element) -> Element:
    raise EwsError("ErrorServerBusy", "Busy", {"BackOffMilliseconds": "500"})


@operation("Stream", section="-")
async def stream(call: Call, request: Element) -> AsyncIterator[Element]:
    async def two() -> AsyncIterator[Element]:
        yield element(m("First"))
        yield element(m("Second"))

    return two()


@operation("Later", section="-", since="Exchange2013")
async def later(call: Call, request: Element) -> Element:
    return element(m("LaterResponse"))


OPERATIONS = (echo, bug, refuse, stream, later)


def client(ceiling: str = "Exchange2010_SP2", **limits: Any) -> TestClient:
    server = EwsServer(FakeServices(), EwsLimits(**limits), OPERATIONS, ceiling)  # type: ignore[arg-type]

    async def with_peer(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["peer"] = Peer("192.0.2.7", 4711)
        await server(scope, receive, send)

    return TestClient(with_peer)


def request(body: str, version: str | None = "Exchange2010_SP2", head: str = "") -> bytes:
    header = "" if version is None else f'<t:RequestServerVersion Version="{version}"/>'
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
        f' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
        f"<s:Header>{header}{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def post(body: bytes, ceiling: str = "Exchange2010_SP2") -> tuple[int, Any]:
    answer = client(ceiling).post("/EWS/Exchange.asmx", content=body, headers=AUTHORIZATION)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return answer.status_code, etree.fromstring(answer.content)


def code_of(root: Any) -> str | None:
    return root.findtext(f".//{{{ERRORS}}}ResponseCode")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sign_in_comes_first(method: str) -> None:
    answer = client().request(method, "/EWS/Exchange.asmx", content=b"nonsense" if method == "POST" else b"")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")


def test_only_post_carries_operations() -> None:
    assert client().get("/EWS/Exchange.asmx", headers=AUTHORIZATION).status_code == 405


def test_items_are_answered_one_by_one_in_order() -> None:
    status, root = post(request("<m:Echo><t:A>one</t:A><t:A>gone</t:A><t:A>busy</t:A><t:A>two\tx</t:A></m:Echo>"))
    messages = list(root.iter(m("EchoResponseMessage")))
    assert status == 200
    assert [each.get("ResponseClass") for each in messages] == ["Success", "Error", "Error", "Success"]
    assert [each.findtext(m("ResponseCode")) for each in messages] == [
        "NoError",
        "ErrorItemNotFound",
        "ErrorServerBusy",
        "NoError",
    ]
    assert messages[0].findtext(t("Said")) == "ann@example.test one"
    assert [each.tag for each in messages[2]] == [
        m("MessageText"),
        m("ResponseCode"),
        m("DescriptiveLinkKey"),
        m("MessageXml"),
    ]
    version = root.find(f"{{{SOAP}}}Header/{t('ServerVersionInfo')}")
    assert dict(version.attrib) == {
        "MajorVersion": "14",
        "MinorVersion": "2",
        "MajorBuildNumber": "390",
        "MinorBuildNumber": "3",
        "Version": "Exchange2010_SP2",
    }


@pytest.mark.parametrize(
    ("version", "ceiling", "code"),
    [
        (None, "Exchange2010_SP2", None),
        ("Exchange2007_SP1", "Exchange2010_SP2", None),
        ("Exchange2013", "Exchange2010_SP2", "ErrorInvalidServerVersion"),
        ("Exchange2013", "Exchange2016", None),
        ("Exchange2019", "Exchange2016", "ErrorInvalidServerVersion"),
        ("", "Exchange2016", "ErrorInvalidServerVersion"),
    ],
)
def test_versions_up_to_the_ceiling_are_served(version: str | None, ceiling: str, code: str | None) -> None:
    status, root = post(request("<m:Echo/>", version), ceiling)
    assert (status, code_of(root)) == (200 if code is None else 500, code)
    assert root.find(f"{{{SOAP}}}Header/{t('ServerVersionInfo')}").get("Version") == ceiling


def test_an_operation_newer_than_the_request_is_unknown() -> None:
    assert code_of(post(request("<m:Later/>", "Exchange2010"), "Exchange2016")[1]) == "ErrorInvalidRequest"
    assert post(request("<m:Later/>", "Exchange2013"), "Exchange2016")[0] == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "ErrorSchemaValidation"),
        (b"<a><b></a>", "ErrorSchemaValidation"),
        (b'<!DOCTYPE a SYSTEM "http://192.0.2.1/x"><a/>', "ErrorSchemaValidation"),
        (b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>', "ErrorSchemaValidation"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "ErrorSchemaValidation"),
        (b"<a/>", "ErrorInvalidRequest"),
        (request(""), "ErrorInvalidRequest"),
        (request("<m:Echo/><m:Echo/>"), "ErrorInvalidRequest"),
        (request("<t:Echo/>"), "ErrorInvalidRequest"),
        (request("<m:Unknown/>"), "ErrorInvalidRequest"),
        (request("<m:Echo/>", head='<x xmlns="urn:x" s:mustUnderstand="1"/>'), "ErrorInvalidRequest"),
        (b"<a>" * 100_000, "ErrorSchemaValidation"),
    ],
    ids=[
        "empty", "not closed", "doctype", "entity", "encoding", "no envelope", "no operation", "two operations",
        "namespace", "unknown", "must understand", "deep",
    ],
)  # fmt: skip
def test_what_is_no_request_gets_a_fault(body: bytes, code: str) -> None:
    status, root = post(body)
    assert (status, code_of(root)) == (500, code)
    assert root.findtext(f".//{{{SOAP}}}Fault/faultcode") == f"a:{code}"


def test_a_place_is_told_where_the_request_is_broken() -> None:
    _, root = post(b"<a>\n  <b></a>")
    assert root.findtext(f".//{t('LineNumber')}") == "2"


def test_a_bug_is_no_traceback() -> None:
    status, root = post(request("<m:Bug/>"))
    assert (status, code_of(root)) == (500, "ErrorInternalServerError")
    assert b"secret facts" not in etree.tostring(root)


def test_a_busy_server_says_how_long_to_wait() -> None:
    _, root = post(request("<m:Refuse/>"))
    assert root.find(f".//{t('Value')}").text == "500"


def test_a_stream_is_one_envelope_after_another() -> None:
    answer = client().post("/EWS/Exchange.asmx", content=request("<m:Stream/>"), headers=AUTHORIZATION)
    assert answer.content.count(b"<?xml") == 2
    assert answer.content.index(b"First") < answer.content.index(b"Second")


def test_a_request_past_the_limit_is_refused() -> None:
    answer = client(request_bytes=10).post("/EWS/Exchange.asmx", content=request("<m:Echo/>"), headers=AUTHORIZATION)
    assert answer.status_code == 413


def test_text_that_xml_cannot_carry_is_replaced() -> None:
    made = element(t("Said"), "a\x00b\ud800c\uffff\U0001f600")
    assert made.text == "a\ufffdb\ufffdc\ufffd\U0001f600"

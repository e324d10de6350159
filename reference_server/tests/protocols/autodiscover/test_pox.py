"""Plain old XML: both schemas, who may ask about whom, every error, hostile bodies."""

import gzip
from typing import Any

import pytest

from mailproof_server.model.permission import AccountPermission
from mailproof_server.protocols.autodiscover.settings import LEGACY_DN
from tests.protocols.autodiscover.conftest import BASE, POX, SVC, Office, pox_request, schema


def test_nobody_is_answered_before_signing_in(office: Office) -> None:
    for method, path in (("POST", POX), ("GET", POX), ("PUT", POX), ("POST", SVC), ("GET", "/email.mobileconfig")):
        refused = office.send(method, path, who=None)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert b"ann" not in refused.content
    assert office.send("POST", POX, pox_request("ann@example.test"), who="stranger").status == 401
    assert office.pox("ann@example.test").status == 200
    assert office.signed_in_as == ["autodiscover"]


@pytest.mark.parametrize("path", ["/AutoDiscover/AutoDiscover.xml", "/AUTODISCOVER/AUTODISCOVER.XML", POX])
def test_paths_are_found_in_any_letter_case(office: Office, path: str) -> None:
    assert office.send("POST", path, pox_request("ann@example.test")).texts("//o:Action") == ["settings"]


def test_outlook_is_told_everything(office: Office) -> None:
    told = office.pox("ann@example.test")
    assert (told.status, told.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert int(told.headers["Content-Length"]) == len(told.content)
    assert told.texts("/r:Autodiscover/o:Response/o:User/o:DisplayName") == ["Ann <Anderson> & Co"]
    assert told.texts("//o:AutoDiscoverSMTPAddress") == ["ann@example.test"]
    assert len(told.texts("//o:Account")) == 1, "Outlook breaks on a second one"
    assert told.texts("//o:Protocol/o:Type") == ["EXCH", "EXPR", "EXHTTP", "IMAP", "SMTP"]
    ews = "https://mail.example.test/EWS/Exchange.asmx"
    assert set(told.texts("//o:EwsUrl | //o:ASUrl | //o:OOFUrl | //o:EmwsUrl")) == {ews}
    assert f"<EwsUrl>{ews}</EwsUrl>".encode() in told.content, "in one line of text"
    for kind, port in (("IMAP", "993"), ("SMTP", "465")):
        block = f"//o:Protocol[o:Type='{kind}']"
        assert told.texts(f"{block}/o:Server") == ["mail.example.test"]
        assert told.texts(f"{block}/o:Port") == [port]
        assert told.texts(f"{block}/o:SSL") == ["on"]
        assert told.texts(f"{block}/o:LoginName") == ["ann@example.test"]
    assert office.log == [("outlook", "ok")]


@pytest.mark.parametrize("asked", ["ann@custom.test", " ANN@Example.Test\n", f"{LEGACY_DN}ann@example.test"])
def test_an_alias_is_answered_with_the_primary_address(office: Office, asked: str) -> None:
    assert office.pox(asked).texts("//o:AutoDiscoverSMTPAddress") == ["ann@example.test"]
    assert office.pox(asked, "mobilesync").texts("//m:EMailAddress") == ["ann@example.test"]


def test_a_legacy_name_wins_over_an_address(office: Office) -> None:
    name = office.pox("bob@example.test").texts("//o:LegacyDN")[0]
    both = pox_request("ann@example.test").replace("<EMail", f"<LegacyDN>{name}</LegacyDN><EMail")
    assert office.send("POST", POX, both).texts("//o:AutoDiscoverSMTPAddress") == ["bob@example.test"]


def test_a_phone_is_told_where_activesync_is(office: Office) -> None:
    told = office.pox("ann@example.test", "mobilesync")
    url = "https://mail.example.test/Microsoft-Server-ActiveSync"
    assert told.texts("/r:Autodiscover/m:Response/m:Action/m:Settings/m:Server/*") == ["MobileSync", url, url]
    assert told.texts("//m:Culture") == ["en:us"]


def test_the_region_of_the_domain_decides(office: Office) -> None:
    told = office.pox("fay@far.test", who="fay")
    assert told.texts("//o:Protocol[o:Type='IMAP']/*[self::o:Server or self::o:Port]") == [
        "imap.mail.us-east-1.example.test",
        "993",
    ]
    assert told.texts("//o:Protocol[o:Type='SMTP']/*[self::o:Server or self::o:Port]") == ["relay.far.test", "4465"]
    assert set(told.texts("//o:EwsUrl")) == {"https://ews.mail.us-east-1.example.test/EWS/Exchange.asmx"}
    mobile = office.pox("fay@far.test", "mobilesync", who="fay").texts("//m:Url")
    assert mobile == ["https://mobile.mail.us-east-1.example.test/Microsoft-Server-ActiveSync"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("nobody@example.test", "500"),
        ("ann@elsewhere.test", "500"),
        ("no address", "500"),
        ("hid@example.test", "500"),
        ("team@example.test", "501"),
        ("off@example.test", "602"),
    ],
)
def test_addresses_without_settings(office: Office, asked: str, code: str) -> None:
    told = office.pox(asked)
    assert told.status == 200
    assert told.texts("/r:Autodiscover/r:Response/r:Error/r:ErrorCode") == [code]
    assert told.texts("//r:Error/@Time") == ["09:30:15.2500000"]
    assert told.texts("//r:Error/@Id")[0].isdigit()
    assert office.pox(asked, "mobilesync").texts("//m:Action/m:Error/m:Status") == ["2"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "600"),
        ("no XML", "600"),
        ("<Autodiscover/>", "600"),
        (pox_request("ann@example.test").replace("Request>", "Other>"), "600"),
        (pox_request(""), "600"),
        (pox_request("ann@example.test", acceptable=""), "600"),
        (pox_request("ann@example.test", acceptable="urn:nobody"), "601"),
        (pox_request("ann@example.test", acceptable=schema("outlook") + "b"), "601"),
        (pox_request("ann@example.test").replace(f"{BASE}outlook/req", "urn:x:req"), "600"),
        ("<!DOCTYPE Autodiscover>" + pox_request("ann@example.test"), "600"),
        ('<!DOCTYPE A [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + pox_request("&e;"), "600"),
    ],
)
def test_requests_that_are_none(office: Office, body: str, code: str) -> None:
    told = office.send("POST", POX, body)
    assert (told.status, told.texts("//r:ErrorCode")) == (200, [code])
    assert b"root:" not in told.content
    assert office.log[-1] == ("outlook", code)


def test_a_request_by_get_is_invalid(office: Office) -> None:
    assert office.send("GET", POX).texts("//r:ErrorCode") == ["600"]
    assert office.send("HEAD", POX).status == 200
    assert office.send("DELETE", POX).status == 405


def test_white_space_around_the_schema_is_nothing(office: Office) -> None:
    for kind, path in (("outlook", "//o:Action"), ("mobilesync", "//m:Settings/m:Server/m:Type")):
        told = office.send("POST", POX, pox_request("ann@example.test", kind, f"\n   {schema(kind)}\n  "))
        assert told.texts(path) in (["settings"], ["MobileSync"])


def test_bodies_have_a_limit(office: Office) -> None:
    assert office.send("POST", POX, pox_request("ann@example.test") + " " * 4096).status == 413
    packed = gzip.compress(pox_request("ann@example.test").encode() + b" " * 100_000)
    assert office.send("POST", POX, packed, **{"Content-Encoding": "gzip"}).status == 413
    utf16 = pox_request("ann@example.test").encode("utf-16")
    assert office.send("POST", POX, utf16).texts("//o:Action") == ["settings"]


def test_a_shared_account_is_opened_by_itself(office: Office) -> None:
    ann, hid = office.people["ann"], office.people["hid"]
    office.run(office.services.delegation.grant, hid.account_id, ann.id, AccountPermission.FULL_ACCESS)
    told = office.pox("ann@example.test")
    assert told.texts("//o:Account/o:AlternativeMailbox/o:SmtpAddress") == ["hid@example.test"]
    assert office.pox("hid@example.test").texts("//o:Action") == ["settings"], "who has the account may know of it"
    assert office.pox("hid@example.test", who="bob").texts("//r:ErrorCode") == ["500"]
    assert office.pox("ann@example.test", who="bob").texts("//o:AlternativeMailbox") == [], "not for others to know"


def test_a_bug_is_told_as_such_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_anything: Any) -> None:
        raise RuntimeError("secret facts")

    monkeypatch.setattr(office.server.lookup, "facts", broken)
    told = office.pox("ann@example.test")
    assert told.texts("//r:ErrorCode") == ["603"]
    assert b"secret" not in told.content

"""JSON v2, Mozilla autoconfig, Apple profiles, and the `[autodiscover]` section."""

import json
import plistlib
from typing import Any

import pytest

from mailproof_server.protocols.autodiscover.config import AutodiscoverConfig, RegionConfig, Regions, own_endpoints
from tests.protocols.autodiscover.conftest import Office

JSON = "/autodiscover/autodiscover.json"
OWN = own_endpoints("mail.example.test", {"imaps": 3993, "smtps": 3465, "https": 8443})


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("?Email=ann@example.test&Protocol=ActiveSync", "https://mail.example.test/Microsoft-Server-ActiveSync"),
        ("?email=nobody@example.test&protocol=EWS", "https://mail.example.test/EWS/Exchange.asmx"),
        ("/v1.0/ann@example.test?Protocol=AutodiscoverV1", "https://mail.example.test/autodiscover/autodiscover.xml"),
        ("/v1.0/x@far.test?Protocol=Ews", "https://ews.mail.us-east-1.example.test/EWS/Exchange.asmx"),
    ],
)
def test_one_url_for_a_protocol(office: Office, query: str, url: str) -> None:
    told = office.send("GET", JSON + query, who=None)
    assert (told.status, told.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(told.content)["Url"] == url


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("?Email=ann@example.test&Protocol=Rest", 400, "InvalidProtocol"),
        ("?Email=ann@example.test", 400, "MandatoryParameterMissing"),
        ("?Protocol=Ews", 400, "MandatoryParameterMissing"),
        ("?Email=ann&Protocol=Ews", 400, "InvalidUserId"),
        ("?Email=ann@nowhere.test&Protocol=Ews", 404, "UserNotFound"),
        ("/v2/a/b?Protocol=Ews", 404, "NotFound"),
    ],
)
def test_refusals_in_json(office: Office, query: str, status: int, code: str) -> None:
    told = office.send("GET", JSON + query, who=None)
    assert (told.status, json.loads(told.content)["ErrorCode"]) == (status, code)


def test_a_name_that_exists_looks_like_one_that_does_not(office: Office) -> None:
    for path in (f"{JSON}?Protocol=Ews&Email=", "/mail/config-v1.1.xml?emailaddress="):
        known, unknown = (
            office.send("GET", f"{path}{name}@example.test", who=None).content for name in ("ann", "nobody")
        )
        assert known == unknown


@pytest.mark.parametrize("path", ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"])
def test_autoconfig(office: Office, path: str) -> None:
    told = office.send("GET", f"{path}?emailaddress=ann@custom.test", who=None)
    assert told.texts("/clientConfig/@version") == ["1.1"]
    assert told.texts("//domain") == ["custom.test"]
    assert told.texts("//*[@type='imap']/*") == [
        "mail.example.test",
        "993",
        "SSL",
        "password-cleartext",
        "%EMAILADDRESS%",
    ]
    assert told.texts("//outgoingServer[@type='smtp']/port") == ["465"]
    assert office.send("GET", path, who=None).texts("//domain") == ["example.test"], "the default domain"
    assert office.send("GET", f"{path}?emailaddress=x@nowhere.test", who=None).status == 404
    assert office.send("POST", path, who=None).status == 405


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("mail", {"PayloadType": "com.apple.mail.managed", "IncomingMailServerPortNumber": 993}),
        ("eas", {"PayloadType": "com.apple.eas.account", "Host": "mail.example.test"}),
        ("ews", {"PayloadType": "com.apple.ews.account", "Path": "/EWS/Exchange.asmx", "ExternalPort": 443}),
    ],
)
def test_apple_profiles(office: Office, kind: str, expected: dict[str, Any]) -> None:
    told = office.send("GET", f"/email.mobileconfig?email=ann@custom.test&kind={kind}")
    assert told.headers["Content-Type"] == "application/x-apple-aspen-config"
    profile = plistlib.loads(told.content)
    [payload] = profile["PayloadContent"]
    assert payload.items() >= {**expected, "EmailAddress": "ann@example.test"}.items()
    assert not {"Password", "IncomingPassword", "OutgoingPassword"} & payload.keys()
    assert profile["PayloadUUID"] != payload["PayloadUUID"]
    assert office.send("GET", f"/email.mobileconfig?kind={kind}").content == told.content


@pytest.mark.parametrize(
    ("query", "status"), [("email=bob@example.test", 404), ("email=team@example.test", 404), ("kind=pop", 400)]
)
def test_apple_profiles_are_for_oneself(office: Office, query: str, status: int) -> None:
    assert office.send("GET", f"/email.mobileconfig?{query}").status == status


def test_without_regions_the_server_hands_out_itself() -> None:
    own = Regions(AutodiscoverConfig(), OWN).of("ann@example.test")
    assert (own.imap.host, own.imap.port) == ("mail.example.test", 3993)
    assert own.ews == "https://mail.example.test:8443/EWS/Exchange.asmx"


def test_regions() -> None:
    config = AutodiscoverConfig(
        region="eu",
        domains={"Second.test": "us"},
        regions={"eu": RegionConfig(domain="mail.eu.test"), "us": RegionConfig(ews="https://us.test/ews")},
    )
    regions = Regions(config, OWN)
    assert regions.of("ann@example.test").ews == "https://ews.mail.eu.test/EWS/Exchange.asmx"
    assert regions.of("ann@second.TEST").ews == "https://us.test/ews"
    assert regions.of("ann@second.test").imap == OWN.imap, "what is not given is the server's own"


@pytest.mark.parametrize(
    "config",
    [
        AutodiscoverConfig(region="nowhere"),
        AutodiscoverConfig(domains={"a.test": "nowhere"}),
        AutodiscoverConfig(regions={"x": RegionConfig(imap="host")}),
        AutodiscoverConfig(regions={"x": RegionConfig(ews="http://plain.test/")}),
    ],
)
def test_mistakes_in_the_section(config: AutodiscoverConfig) -> None:
    with pytest.raises(ValueError, match=r"region"):
        Regions(config, OWN)

"""Every rule about AutoDiscover sees the answer that breaks it, and stays silent on one that keeps it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mailproof_suites.clients.autodiscover import AUTODISCOVER, MOBILE, OUTLOOK, ROOT, SOAP
from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.http_message import HttpRequest, HttpResponse, basic
from mailproof_suites.clients.observer import ConnectionInfo
from mailproof_suites.monitors import Collector, observers_for
from mailproof_suites.monitors.autodiscover import TABLE

POX, SVC, JSON, CONFIG = (
    "/autodiscover/autodiscover.xml",
    "/autodiscover/autodiscover.svc",
    "/autodiscover/autodiscover.json?x",
    "/mail/config-v1.1.xml",
)
WORDS = basic("ann", "secret")


@dataclass(frozen=True)
class Sample:
    """An answer to `path` that keeps a rule, and what makes it break it: a text and its replacement."""

    path: str
    green: str
    old: str
    new: str
    status: int = 200
    media_type: str = "text/xml"


ACCOUNT = (
    f'<Autodiscover xmlns="{ROOT}"><Response xmlns="{OUTLOOK}"><User><AutoDiscoverSMTPAddress>a@b.test'
    "</AutoDiscoverSMTPAddress></User><Account><AccountType>email</AccountType><Action>settings</Action><Protocol>"
    "<Type>IMAP</Type><Server>b.test</Server><Port>993</Port></Protocol><Protocol><Type>EXPR</Type>"
    "<EwsUrl>https://b.test/ews</EwsUrl></Protocol></Account></Response></Autodiscover>"
)
ERROR = (
    f'<Autodiscover xmlns="{ROOT}"><Response><Error Time="09:00:00.0000000" Id="1"><ErrorCode>600</ErrorCode>'
    "<Message>no</Message><DebugData/></Error></Response></Autodiscover>"
)
PHONE = (
    f'<Autodiscover xmlns="{ROOT}"><Response xmlns="{MOBILE}"><Culture>en:us</Culture><User><EMailAddress>a@b.test'
    "</EMailAddress></User><Action><Settings><Server><Type>MobileSync</Type><Url>https://b.test/eas</Url></Server>"
    "</Settings></Action></Response></Autodiscover>"
)
SETTINGS = (
    f'<s:Envelope xmlns:s="{SOAP}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{AUTODISCOVER}">'
    "<s:Header><ServerVersionInfo><MajorVersion>14</MajorVersion><MinorVersion>2</MinorVersion><MajorBuildNumber>3"
    "</MajorBuildNumber><MinorBuildNumber>4</MinorBuildNumber></ServerVersionInfo></s:Header><s:Body>"
    "<GetUserSettingsResponseMessage><Response><ErrorCode>NoError</ErrorCode><UserResponses><UserResponse>"
    '<UserSettings><UserSetting i:type="StringSetting"><Name>A</Name><Value>x</Value></UserSetting>'
    '<UserSetting i:type="StringSetting"><Name>B</Name><Value>x</Value></UserSetting></UserSettings></UserResponse>'
    "</UserResponses></Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
)
FAULT = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring>'
    "</s:Fault></s:Body></s:Envelope>"
)
CLIENT = (
    '<clientConfig version="1.1"><emailProvider id="b.test"><domain>b.test</domain><incomingServer type="imap">'
    "<hostname>b.test</hostname><port>993</port><socketType>SSL</socketType><authentication>password-cleartext"
    '</authentication><username>%EMAILADDRESS%</username></incomingServer><outgoingServer type="smtp"><hostname>b.test'
    "</hostname><port>465</port><socketType>SSL</socketType><authentication>none</authentication></outgoingServer>"
    "</emailProvider></clientConfig>"
)
URL = '{"Protocol": "Ews", "Url": "https://b.test/ews"}'

SAMPLES = {
    "a_401_has_a_challenge": Sample(POX, "WWW-Authenticate", "WWW-Authenticate", "X", status=401),
    "no_answer_quotes_the_password": Sample(POX, ERROR, "<Message>no", f"<Message>{WORDS.partition(' ')[2]}"),
    "an_error_shows_no_program": Sample(POX, "No", "No", "Traceback (most recent call last)", status=500),
    "xml_is_sent_as_xml": Sample(POX, ERROR, "text/xml", "text/html"),
    "a_url_is_one_https_line": Sample(POX, ACCOUNT, "https://b.test/ews", "\nhttps://b.test/ews\n"),
    "json_holds_a_protocol_and_its_url": Sample(JSON, URL, "https:", "http:", media_type="application/json"),
    "a_client_config_is_complete": Sample(CONFIG, CLIENT, "<domain>b.test</domain>", ""),
    "a_mail_server_can_be_connected_to": Sample(CONFIG, CLIENT, "<port>465", "<port>submissions"),
    "the_root_is_autodiscover": Sample(POX, ERROR, ROOT, OUTLOOK),
    "the_response_is_in_the_schema_of_its_content": Sample(POX, PHONE, MOBILE, OUTLOOK),
    "an_error_has_its_parts": Sample(POX, ERROR, ' Time="09:00:00.0000000"', ""),
    "an_outlook_account_is_whole": Sample(
        POX, ACCOUNT, "</Protocol><Protocol>", "</Protocol></Account><Account><Protocol>"
    ),
    "a_protocol_has_a_type_and_what_it_needs": Sample(POX, ACCOUNT, "<Port>993</Port>", ""),
    "a_mobile_answer_is_whole": Sample(POX, PHONE, "<Url>https://b.test/eas</Url>", ""),
    "the_message_is_in_an_envelope": Sample(SVC, SETTINGS, "ResponseMessage", "Request"),
    "the_server_tells_its_version": Sample(SVC, SETTINGS, "<MajorVersion>14</MajorVersion>", ""),
    "every_error_code_is_a_known_one": Sample(SVC, SETTINGS, ">NoError<", ">Fine<"),
    "a_setting_has_the_value_of_its_type": Sample(
        SVC, SETTINGS, "StringSetting", "ProtocolConnectionCollectionSetting"
    ),
    "each_setting_is_answered_once": Sample(SVC, SETTINGS, "<Name>B<", "<Name>A<"),
    "a_500_is_a_fault": Sample(SVC, FAULT, "faultcode", "code", status=500),
}


def watched(sample: Sample, *, red: bool) -> Collector:
    collector = Collector()
    [monitor] = observers_for("autodiscover", collector)
    monitor.on_open(ConnectionInfo("https", "b.test", 443, "H"))

    def changed(text: str) -> str:
        return text.replace(sample.old, sample.new) if red else text

    headers = [("Content-Type", changed(sample.media_type))]
    if sample.status == 401:
        headers.append((changed("WWW-Authenticate"), "Basic"))
    request = HttpRequest("POST", sample.path, (("Authorization", WORDS),))
    monitor.on_response(HttpResponse(request, sample.status, "", tuple(headers), changed(sample.green).encode()))
    monitor.on_close()
    return collector


def test_every_rule_has_a_sample() -> None:
    assert {rule.name for rule in TABLE.rules} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_rule_sees_what_breaks_it(name: str) -> None:
    [rule] = [each for each in TABLE.rules if each.name == name]
    green = watched(SAMPLES[name], red=False)
    assert green.violations == []
    assert set(rule.requirements) <= set(green.checks)
    assert name in {each.rule for each in watched(SAMPLES[name], red=True).violations}


def test_what_is_no_xml_is_told() -> None:
    broken = watched(Sample(POX, ERROR, "</Error>", ""), red=True)
    assert [each.requirements for each in broken.violations] == [("AUTODISCOVER:XML-51",)]
    with_doctype = watched(Sample(POX, ERROR, "<Autodiscover ", "<!DOCTYPE x><Autodiscover "), red=True)
    assert [each.rule for each in with_doctype.violations] == ["the_answer_is_well_formed"]


def test_what_is_no_http_is_told() -> None:
    collector = Collector()
    [monitor] = observers_for("autodiscover", collector)
    monitor.on_violation(GrammarViolation(b"x", 0, "status-line", "a status line"))
    assert [each.requirements for each in collector.violations] == [("AUTODISCOVER:HTTP-51",)]


def test_other_paths_are_none_of_its_business() -> None:
    assert watched(Sample("/EWS/Exchange.asmx", "no XML", "", ""), red=False).checks == {}

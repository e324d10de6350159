"""What is answered without signing in: JSON v2 and Mozilla autoconfig. Both speak of domains, never of people."""

from __future__ import annotations

import pytest

from mailproof_suites.autodiscover.asking import settled
from mailproof_suites.case import Target, expect, needs, requirement
from mailproof_suites.clients.autodiscover import JSON_PATH, Answer, AutodiscoverClient

pytestmark = needs("endpoint:autodiscover")
_CONFIGS = ("/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml")
_URLS = {"Ews": "ews", "ActiveSync": "activesync", "AutodiscoverV1": "autodiscover"}
_SERVERS = (("incomingServer", "imap", "imaps"), ("outgoingServer", "smtp", "smtps"))
_PARTS = ("hostname", "port", "socketType", "username")
_REFUSED = {
    "a protocol that is none": ("?Email={own}&Protocol=Gopher", "InvalidProtocol"),
    "no protocol": ("?Email={own}", "MandatoryParameterMissing"),
    "no address": ("?Protocol=Ews", "MandatoryParameterMissing"),
}


@pytest.fixture
def json_v2(stranger: AutodiscoverClient, own: str) -> AutodiscoverClient:
    """A stranger, where JSON v2 is served at all."""
    if stranger.json(own, "AutodiscoverV1").status == 404:
        pytest.skip("the target does not serve JSON v2")
    return stranger


@pytest.fixture
def autoconfig(stranger: AutodiscoverClient, own: str) -> Answer:
    """The answer to a stranger, where autoconfig is served at all."""
    answer = stranger.autoconfig(own)
    if answer.status == 404:
        pytest.skip("the target does not serve Mozilla autoconfig")
    expect.equal(answer.status, 200, "the status for a stranger")
    return answer


@requirement("AUTODISCOVER:JSON-1", "NET-05")
@pytest.mark.parametrize(("protocol", "endpoint"), _URLS.items(), ids=_URLS)
def test_a_url_for_each_protocol(
    json_v2: AutodiscoverClient, own: str, target: Target, protocol: str, endpoint: str
) -> None:
    """That of the profile, where it names one."""
    answer = json_v2.json(own, protocol)
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.equal(answer.json.get("Protocol"), protocol, "Protocol")
    if named := target.endpoint(endpoint):
        expect.equal(answer.json.get("Url"), named, "Url")


@requirement("AUTODISCOVER:JSON-2")
def test_names_of_parameters_have_no_letter_case(json_v2: AutodiscoverClient, own: str) -> None:
    """iOS and Outlook write them differently."""
    asked = json_v2.json(own, "AutodiscoverV1").json
    for query in (f"?email={own}&protocol=AutodiscoverV1", f"?EMAIL={own}&PROTOCOL=autodiscoverv1"):
        expect.equal(json_v2.get(JSON_PATH + query).json, asked, query)


@requirement("AUTODISCOVER:JSON-2")
def test_the_address_may_stand_in_the_path(json_v2: AutodiscoverClient, own: str) -> None:
    """The form with v1.0, as Outlook asks."""
    asked = json_v2.json(own, "AutodiscoverV1").json
    answer = json_v2.get(f"/Autodiscover/Autodiscover.json/v1.0/{own}?Protocol=AutodiscoverV1&RedirectCount=1")
    expect.equal(answer.json, asked, "the answer by path")


@requirement("AUTODISCOVER:JSON-3")
@pytest.mark.parametrize(("query", "code"), _REFUSED.values(), ids=_REFUSED)
def test_what_cannot_be_answered(json_v2: AutodiscoverClient, own: str, query: str, code: str) -> None:
    """400 with an ErrorCode that says why, and an ErrorMessage."""
    answer = json_v2.get(JSON_PATH + query.replace("{own}", own))
    expect.equal((answer.status, answer.json.get("ErrorCode")), (400, code), "status and ErrorCode")
    expect.that(answer.json.get("ErrorMessage"), "ErrorMessage", expected="words", actual=answer.json)


@requirement("AUTODISCOVER:OPEN-1")
def test_json_does_not_tell_who_is_there(json_v2: AutodiscoverClient, own: str, unknown: str) -> None:
    """Nobody signs in for it, so a name that exists looks like one that does not."""
    known, other = (json_v2.json(each, "AutodiscoverV1") for each in (own, unknown))
    expect.equal((other.status, other.json), (known.status, known.json), "the answer for a name that nobody has")


@requirement("AUTODISCOVER:OPEN-1")
def test_autoconfig_does_not_tell_who_is_there(
    autoconfig: Answer, stranger: AutodiscoverClient, own: str, unknown: str
) -> None:
    """The same of Mozilla autoconfig: it does not quote the address, nor does it depend on it."""
    other = stranger.autoconfig(unknown)
    expect.equal(other.response.body, autoconfig.response.body, "the answer for a name that nobody has")
    expect.lacks(autoconfig.response.body, own.encode(), "the answer to a stranger")


@requirement("AUTODISCOVER:AUTOCONFIG-1", "NET-06")
@pytest.mark.parametrize("path", _CONFIGS)
def test_thunderbird_finds_its_configuration(
    autoconfig: Answer, stranger: AutodiscoverClient, domain: str, path: str
) -> None:
    """At both places where it looks, without signing in, with or without an address."""
    answer = stranger.get(path)
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.contains(autoconfig.texts("emailProvider", "domain"), domain, "the domains of the provider")


@requirement("AUTODISCOVER:AUTOCONFIG-2", "NET-05")
@needs("endpoint:imaps", "endpoint:smtps")
@pytest.mark.parametrize(("tag", "kind", "endpoint"), _SERVERS, ids=["imap", "smtp"])
def test_mail_servers_are_those_of_the_profile(
    autoconfig: Answer, target: Target, tag: str, kind: str, endpoint: str
) -> None:
    """Host and port with TLS from the start, and the whole address as user name."""
    servers = [each for each in autoconfig.elements(tag) if each.get("type") == kind]
    parts = [tuple((each.findtext(name) or "").strip() for name in _PARTS) for each in servers]
    host, _, port = str(target.endpoint(endpoint)).rpartition(":")
    expect.contains(parts, (host, port, "SSL", "%EMAILADDRESS%"), f"the {kind} servers")


@requirement("AUTODISCOVER:AUTOCONFIG-3")
def test_a_foreign_domain_has_no_configuration(autoconfig: Answer, stranger: AutodiscoverClient) -> None:
    """404, so that the client looks on: an answer would send its mail here."""
    expect.equal(stranger.autoconfig("somebody@nowhere.invalid").status, 404, "the status of HTTP")


@requirement("AUTODISCOVER:AUTOCONFIG-4")
@needs("endpoint:ews")
def test_autoconfig_and_pox_agree(autoconfig: Answer, autodiscover: AutodiscoverClient, own: str) -> None:
    """The Exchange server of the one is the EwsUrl of the other."""
    urls = autoconfig.texts("incomingServer", "ewsURL")
    if not urls:
        pytest.skip("the configuration names no Exchange server")
    expect.equal(set(urls), set(settled(autodiscover.pox(own)).texts("Protocol", "EwsUrl")), "ewsURL")

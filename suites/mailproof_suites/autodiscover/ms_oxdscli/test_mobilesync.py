"""POX in the mobilesync schema: what phones ask (MS-ASCMD 2.2.1.1, Autodiscover)."""

from __future__ import annotations

import pytest

from mailproof_suites.autodiscover.asking import phone_settled
from mailproof_suites.case import Target, expect, needs, requirement
from mailproof_suites.clients.autodiscover import MOBILE, AutodiscoverClient, pox_request

pytestmark = needs("endpoint:autodiscover")
_PATHS = ("/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/AutoDiscover/AutoDiscover.xml")


@requirement("MS-OXDSCLI:MOBILE-1", "NET-06")
@pytest.mark.parametrize("path", _PATHS)
def test_a_phone_finds_activesync(autodiscover: AutodiscoverClient, own: str, path: str) -> None:
    """A Server of type MobileSync whose Url is that of ActiveSync."""
    expect.contains(phone_settled(autodiscover.pox(own, MOBILE, path=path)), "/Microsoft-Server-ActiveSync", "Url")


@requirement("MS-OXDSCLI:MOBILE-1", "NET-05")
@needs("endpoint:activesync")
def test_activesync_is_where_the_account_lives(autodiscover: AutodiscoverClient, own: str, target: Target) -> None:
    """The URL of the account's own region: the one that the profile names."""
    expect.equal(phone_settled(autodiscover.pox(own, MOBILE)), target.https.activesync, "Url")


@requirement("MS-OXDSCLI:MOBILE-2")
def test_the_name_of_the_server_is_its_url(autodiscover: AutodiscoverClient, own: str) -> None:
    """MS-ASCMD: with type MobileSync the Name is the same as the Url."""
    answer = autodiscover.pox(own, MOBILE)
    expect.equal(answer.text("Settings", "Server", "Name"), phone_settled(answer), "Name")


@requirement("MS-OXDSCLI:MOBILE-3", "MS-OXDSCLI:2.2.4.1.1.1-51", "NET-06")
def test_the_user_of_the_phone_is_named(autodiscover: AutodiscoverClient, own: str) -> None:
    """EMailAddress is the address of the account."""
    expect.equal(autodiscover.pox(own, MOBILE).text("User", "EMailAddress").lower(), own.lower(), "EMailAddress")


@requirement("MS-OXDSCLI:3.2.5-2")
def test_white_space_around_the_schema_of_phones_is_nothing(autodiscover: AutodiscoverClient, own: str) -> None:
    """As in the request that WorkMail's guide shows."""
    phone_settled(autodiscover.post(pox_request(own, MOBILE, acceptable=f"\n  {MOBILE}\n")))


@requirement("MS-OXDSCLI:MOBILE-4")
def test_a_phone_of_nobody_is_told_so(autodiscover: AutodiscoverClient, unknown: str) -> None:
    """An Error in the Action, or one of the framework; never a server."""
    answer = autodiscover.pox(unknown, MOBILE)
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.equal(answer.elements("Settings"), [], "settings for nobody")
    told = answer.text("Error", "Status") or answer.text("Error", "ErrorCode")
    expect.that(told.isdigit(), "Error", expected="a Status or an ErrorCode", actual=answer.response.body)

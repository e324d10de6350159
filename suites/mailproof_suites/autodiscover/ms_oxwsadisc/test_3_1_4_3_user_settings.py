"""GetUserSettings: settings one by one, users one by one (MS-OXWSADISC 3.1.4.3)."""

from __future__ import annotations

import pytest

from mailproof_suites.autodiscover.asking import EVERYTHING, settled
from mailproof_suites.case import Target, World, expect, needs, requirement
from mailproof_suites.clients.autodiscover import XML_HEADERS, Answer, AutodiscoverClient, local_name

pytestmark = needs("endpoint:autodiscover")
_VERSIONS = {
    *("Exchange2007", "Exchange2007_SP1", "Exchange2010", "Exchange2010_SP1", "Exchange2010_SP2", "Exchange2013"),
    *("Exchange2013_SP1", "Exchange2015", "Exchange2016"),
}
_PATHS = ("/autodiscover/autodiscover.svc", "/Autodiscover/Autodiscover.svc", "/AUTODISCOVER/AUTODISCOVER.SVC")
_PARTS = ("Hostname", "Port", "EncryptionMethod")


@pytest.fixture
def told(autodiscover: AutodiscoverClient, own: str) -> Answer:
    """The answer to a client that asks for everything, as exchangelib does."""
    answer = autodiscover.user_settings([own], EVERYTHING)
    expect.equal(answer.status, 200, "the status of HTTP")
    return answer


@requirement("MS-OXWSADISC:3.1.4.3-1", "NET-06")
@pytest.mark.parametrize("path", _PATHS)
def test_the_service_is_found_in_any_letter_case(autodiscover: AutodiscoverClient, own: str, path: str) -> None:
    """One setting, answered with a value."""
    body = autodiscover.user_settings([own], ["AutoDiscoverSMTPAddress"]).response.request.body
    answer = Answer(autodiscover.https.request("POST", path, body, XML_HEADERS))
    expect.equal(answer.settings().get("AutoDiscoverSMTPAddress", "").lower(), own.lower(), "AutoDiscoverSMTPAddress")


@requirement("MS-OXWSADISC:3.1.4.3-2", "MS-OXWSADISC:2.2.2-51", "NET-06")
def test_whoever_asks_for_everything_is_answered(told: Answer) -> None:
    """What the server has not is an error of that setting, never of the user or of the response."""
    expect.equal(told.text("Response", "ErrorCode"), "NoError", "ErrorCode of the response")
    expect.equal(told.text("UserResponse", "ErrorCode"), "NoError", "ErrorCode of the user")
    values = [local_name(part) and part.text for each in told.elements("UserSetting") for part in each[:1]]
    answered = set(values) | set(told.setting_errors())
    expect.equal(sorted(set(EVERYTHING) - answered), [], "settings without an answer")


@requirement("MS-OXWSADISC:3.1.4.3-3")
def test_a_setting_that_is_none_is_told_by_itself(autodiscover: AutodiscoverClient, own: str) -> None:
    """InvalidSetting for it; the one beside it has its value."""
    answer = autodiscover.user_settings([own], ["NoSuchSetting", "AutoDiscoverSMTPAddress"])
    expect.equal(answer.text("Response", "ErrorCode"), "NoError", "ErrorCode of the response")
    expect.equal(answer.setting_errors().get("NoSuchSetting"), "InvalidSetting", "the error of NoSuchSetting")
    expect.equal(answer.settings().get("AutoDiscoverSMTPAddress", "").lower(), own.lower(), "AutoDiscoverSMTPAddress")


@requirement("MS-OXWSADISC:3.1.4.3-4")
def test_a_setting_without_a_value_is_told_by_itself(told: Answer) -> None:
    """SettingIsNotAvailable, for all that the specification knows and the server has not."""
    expect.equal(set(told.setting_errors().values()) - {"SettingIsNotAvailable"}, set(), "other errors of settings")


@requirement("MS-OXWSADISC:3.1.4.3-5")
def test_each_user_is_answered_in_turn(autodiscover: AutodiscoverClient, own: str, unknown: str) -> None:
    """InvalidUser for nobody; the others have their settings, in the order of the request."""
    answer = autodiscover.user_settings([unknown, own], ["AutoDiscoverSMTPAddress"])
    expect.equal(answer.text("Response", "ErrorCode"), "NoError", "ErrorCode of the response")
    codes = answer.texts("UserResponse", "ErrorCode")
    expect.equal(codes, ["InvalidUser", "NoError"], "ErrorCodes of the users")


@requirement("MS-OXWSADISC:3.1.4.3-5")
@pytest.mark.parametrize("asked", ["somebody@nowhere.invalid", "no address", "@"])
def test_strangers_are_invalid_users(autodiscover: AutodiscoverClient, asked: str) -> None:
    """Of another domain, or no address at all."""
    codes = autodiscover.user_settings([asked], ["ExternalEwsUrl"]).texts("UserResponse", "ErrorCode")
    expect.one_of(codes[0] if codes else "", {"InvalidUser", "InvalidDomain", "InvalidRequest"}, "ErrorCode")


@requirement("MS-OXWSADISC:3.1.4.3-9")
def test_versions_of_ews_are_real_ones(told: Answer) -> None:
    """exchangelib takes the greatest name of EwsSupportedSchemas and speaks that version."""
    value = told.settings().get("EwsSupportedSchemas", "")
    if not value:
        pytest.skip("the target does not tell EwsSupportedSchemas")
    expect.equal({each.strip() for each in value.split(",")} - _VERSIONS, set(), "versions that there are not")


@requirement("MS-OXWSADISC:3.1.4.3-10", "NET-05")
@needs("endpoint:ews")
@pytest.mark.parametrize("name", ["ExternalEwsUrl", "InternalEwsUrl"])
def test_ews_is_where_the_account_lives(told: Answer, target: Target, name: str) -> None:
    """The URL of the account's own region: the one that the profile names."""
    expect.equal(told.settings().get(name), target.https.ews, name)


@requirement("MS-OXWSADISC:3.1.4.3-10", "NET-05")
@needs("endpoint:imaps", "endpoint:smtps")
@pytest.mark.parametrize(
    ("name", "endpoint"), [("ExternalImap4Connections", "imaps"), ("ExternalSmtpConnections", "smtps")]
)
def test_mail_is_where_the_account_lives(told: Answer, world: World, name: str, endpoint: str) -> None:
    """Host and port of a connection with SSL, where the server tells one."""
    if told.setting_errors().get(name) == "SettingIsNotAvailable":
        pytest.skip(f"the target does not tell {name}")
    rows = [each.getparent() for each in told.elements("UserSetting", "Name") if each.text == name]
    parts = {local_name(each): each.text for row in rows for each in row.iter() if local_name(each) in _PARTS}
    place = f"{parts.get('Hostname')}:{parts.get('Port')} {parts.get('EncryptionMethod')}"
    expect.equal(place, f"{world.target.endpoint(endpoint)} SSL", name)


@requirement("MS-OXWSADISC:3.1.4.3-11", "NET-06")
@needs("endpoint:ews")
def test_soap_and_pox_agree(told: Answer, autodiscover: AutodiscoverClient, own: str) -> None:
    """The same account, the same EWS, whichever dialect a client speaks."""
    pox = settled(autodiscover.pox(own))
    expect.contains(pox.texts("Protocol", "EwsUrl"), told.settings().get("ExternalEwsUrl"), "EwsUrl of POX")
    expect.equal(told.settings().get("UserDisplayName"), pox.text("User", "DisplayName"), "UserDisplayName")

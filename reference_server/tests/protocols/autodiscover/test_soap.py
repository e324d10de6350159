"""autodiscover.svc: settings one by one, users one by one, faults."""

import pytest

from mailproof_server.model.permission import AccountPermission
from tests.protocols.autodiscover.conftest import NAMES, SVC, Office, user_settings


def enveloped(content: str) -> bytes:
    return f'<e:Envelope xmlns:e="{NAMES["s"]}"><e:Body>{content}</e:Body></e:Envelope>'.encode()


EWS = "https://mail.example.test/EWS/Exchange.asmx"


def test_settings_are_answered_one_by_one(office: Office) -> None:
    told = office.soap(
        user_settings(["ann@custom.test"], ["ExternalEwsUrl", "NoSuchThing", "MailboxDN", "UserDisplayName"])
    )
    assert told.status == 200
    assert told.texts("//a:Response/a:ErrorCode") == ["NoError"]
    assert told.texts("//a:UserSetting/a:Name") == ["ExternalEwsUrl", "UserDisplayName"]
    assert told.texts("//a:UserSetting/a:Value") == [EWS, "Ann <Anderson> & Co"]
    assert told.texts("//a:UserSettingError/a:ErrorCode") == ["InvalidSetting", "SettingIsNotAvailable"]
    assert told.texts("//a:UserSettingError/a:SettingName") == ["NoSuchThing", "MailboxDN"]
    assert told.texts("//a:ServerVersionInfo/a:Version") == ["Exchange2010_SP2"]


def test_values_have_types(office: Office) -> None:
    asked = ["ExternalImap4Connections", "EwsSupportedSchemas", "ExternalEwsVersion", "AutoDiscoverSMTPAddress"]
    told = office.soap(user_settings(["ann@example.test"], asked))
    types = told.texts("//a:UserSetting/@*[local-name()='type']")
    assert types == ["ProtocolConnectionCollectionSetting", "StringSetting", "StringSetting", "StringSetting"]
    assert told.texts("//a:ProtocolConnection/*") == ["SSL", "mail.example.test", "993"]
    assert told.texts("//a:Value") == ["Exchange2007, Exchange2010_SP2", "14.02.0390.003", "ann@example.test"]


def test_users_are_answered_one_by_one(office: Office) -> None:
    asked = ["nobody@example.test", "fay@far.test", "hid@example.test"]
    told = office.soap(user_settings(asked, ["ExternalEwsUrl"]))
    assert told.texts("//a:UserResponse/a:ErrorCode") == ["InvalidUser", "NoError", "InvalidUser"]
    assert told.texts("//a:Value") == ["https://ews.mail.us-east-1.example.test/EWS/Exchange.asmx"]


def test_shared_accounts_are_a_collection(office: Office) -> None:
    ask = user_settings(["ann@example.test"], ["AlternateMailboxes"])
    assert office.soap(ask).texts("//a:UserSettingError/a:ErrorCode") == ["SettingIsNotAvailable"]
    ann, bob = office.people["ann"], office.people["bob"]
    office.run(office.services.delegation.grant, bob.account_id, ann.id, AccountPermission.FULL_ACCESS)
    assert office.soap(ask).texts("//a:AlternateMailbox/a:SmtpAddress") == ["bob@example.test"]


def test_domains(office: Office) -> None:
    domains = "".join(f"<a:Domain>{each}</a:Domain>" for each in ("example.test", "Far.Test", "nowhere.test"))
    settings = "".join(f"<a:Setting>{each}</a:Setting>" for each in ("ExternalEwsUrl", "ExternalEwsVersion", "No"))
    told = office.soap(
        f"<a:GetDomainSettingsRequestMessage><a:Request><a:Domains>{domains}</a:Domains><a:RequestedSettings>{settings}"
        "</a:RequestedSettings></a:Request></a:GetDomainSettingsRequestMessage>"
    )
    assert told.texts("//a:DomainResponse/a:ErrorCode") == ["NoError", "NoError", "InvalidDomain"]
    far = "https://ews.mail.us-east-1.example.test/EWS/Exchange.asmx"
    assert told.texts("//a:DomainSetting/a:Value") == [EWS, "14.02.0390.003", far, "14.02.0390.003"]
    assert told.texts("//a:DomainSettingError/a:ErrorCode") == ["InvalidSetting"] * 2


@pytest.mark.parametrize(
    "body",
    [
        user_settings([], ["ExternalEwsUrl"]),
        user_settings(["ann@example.test"], []),
        user_settings(["ann@example.test"] * 4, ["ExternalEwsUrl"]),
        "<a:GetUserSettingsRequestMessage/>",
    ],
)
def test_incomplete_requests(office: Office, body: str) -> None:
    told = office.soap(body)
    assert (told.status, told.texts("//a:Response/a:ErrorCode")) == (200, ["InvalidRequest"])
    assert told.texts("//a:UserResponses") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"no XML", "s:Client"),
        (b"<!DOCTYPE x><x/>", "s:Client"),
        (b"<x/>", "s:VersionMismatch"),
        (enveloped(""), "s:Client"),
        (
            enveloped('<y xmlns="u"/>'),
            "w:ActionNotSupported",
        ),
    ],
)
def test_faults(office: Office, body: bytes, code: str) -> None:
    told = office.send("POST", SVC, body)
    assert (told.status, told.texts("//faultcode")) == (500, [code])


def test_headers_that_must_be_understood(office: Office) -> None:
    ask = user_settings(["ann@example.test"], ["ExternalEwsUrl"])
    foreign = '<x xmlns="urn:x" s:mustUnderstand="1"/>'
    addressing = '<To xmlns="http://www.w3.org/2005/08/addressing" s:mustUnderstand="1">https://here</To>'
    assert office.soap(ask, header=foreign).texts("//faultcode") == ["s:MustUnderstand"]
    assert office.soap(ask, header=addressing).texts("//a:Value") == [EWS]
    assert office.send("GET", SVC).status == 405

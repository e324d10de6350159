"""Requests to autodiscover.svc that are none, or too much (MS-OXWSADISC 3.1.4.3)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.clients.autodiscover import SOAP_PATH, XML_HEADERS, Answer, AutodiscoverClient

pytestmark = needs("endpoint:autodiscover")
_INCOMPLETE = {
    "no request": "<a:GetUserSettingsRequestMessage/>",
    "no users": "<a:GetUserSettingsRequestMessage><a:Request><a:Users/><a:RequestedSettings><a:Setting>ExternalEwsUrl"
    "</a:Setting></a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage>",
    "no settings": "<a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>{own}</a:Mailbox></a:User>"
    "</a:Users><a:RequestedSettings/></a:Request></a:GetUserSettingsRequestMessage>",
}
_FAULTY = {
    "no XML": b"settings, please",
    "no envelope": b"<x/>",
    "a DOCTYPE": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "nothing": b"",
}


@requirement("MS-OXWSADISC:3.1.4.3-6")
@pytest.mark.parametrize("message", _INCOMPLETE.values(), ids=_INCOMPLETE)
def test_an_incomplete_request_is_invalid(autodiscover: AutodiscoverClient, own: str, message: str) -> None:
    """InvalidRequest for the response, or a fault; no settings."""
    answer = autodiscover.soap(message.replace("{own}", own))
    expect.one_of(answer.status, {200, 400, 500}, "the status of HTTP")
    if answer.status == 200:
        expect.equal(answer.text("Response", "ErrorCode"), "InvalidRequest", "ErrorCode of the response")
    expect.equal(answer.settings() if answer.status == 200 else {}, {}, "settings")


@requirement("MS-OXWSADISC:3.1.4.3-7")
def test_there_is_an_end_to_users(autodiscover: AutodiscoverClient, own: str) -> None:
    """1000 users at once are refused as a whole, or one by one."""
    answer = autodiscover.user_settings([own] * 1000, ["ExternalEwsUrl"])
    if answer.status == 200:
        expect.one_of(answer.text("Response", "ErrorCode"), {"InvalidRequest", "ServerBusy"}, "ErrorCode")
    else:
        expect.one_of(answer.status, {400, 413, 500, 503}, "the status of HTTP")


@requirement("MS-OXWSADISC:3.1.4.3-8")
@pytest.mark.parametrize("body", _FAULTY.values(), ids=_FAULTY)
def test_what_is_no_request_is_a_fault(autodiscover: AutodiscoverClient, body: bytes) -> None:
    """A SOAP fault (or 400), without what is in the server's files."""
    answer = Answer(autodiscover.https.request("POST", SOAP_PATH, body, XML_HEADERS))
    expect.one_of(answer.status, {400, 500}, "the status of HTTP")
    expect.lacks(answer.response.body, b"root:", "the answer")


@requirement("MS-OXWSADISC:3.1.4.3-8")
def test_an_unknown_operation_is_a_fault(autodiscover: AutodiscoverClient) -> None:
    """What is not served is not answered with something else."""
    answer = autodiscover.soap("<a:GetFreeBeerRequestMessage/>", operation="GetFreeBeer")
    expect.one_of(answer.status, {400, 500}, "the status of HTTP")

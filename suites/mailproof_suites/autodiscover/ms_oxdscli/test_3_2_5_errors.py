"""Requests that are none, and hostile ones (MS-OXDSCLI 3.2.5.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.autodiscover.asking import refused_with, settled
from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.clients.autodiscover import OUTLOOK, OUTLOOK_REQUEST, AutodiscoverClient, pox_request
from mailproof_suites.clients.errors import ConnectionClosed

pytestmark = needs("endpoint:autodiscover")
Make = Callable[[str], bytes]
_INVALID: dict[str, Make] = {
    "nothing": lambda own: b"",
    "no XML": lambda own: b"settings, please",
    "cut off": lambda own: pox_request(own)[:-20],
    "another root": lambda own: pox_request(own).replace(b"Autodiscover", b"Autopilot"),
    "another namespace": lambda own: pox_request(own).replace(OUTLOOK_REQUEST.encode(), b"urn:mailproof"),
    "no Request": lambda own: f'<Autodiscover xmlns="{OUTLOOK_REQUEST}"/>'.encode(),
    "no address": lambda own: pox_request(""),
    "no schema": lambda own: pox_request(own, acceptable=""),
}
_UNKNOWN = {"made up": "urn:mailproof:schema", "a request's": OUTLOOK_REQUEST, "one letter more": OUTLOOK + "b"}
_ENTITIES = {
    "an empty DOCTYPE": "<!DOCTYPE Autodiscover>",
    "a file": '<!DOCTYPE A [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "a bomb": '<!DOCTYPE A [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;">]>',
    "a document elsewhere": '<!DOCTYPE A SYSTEM "http://127.0.0.1:1/x.dtd">',
}


@requirement("MS-OXDSCLI:3.2.5-14", "MS-OXDSCLI:2.2.4.1.1.2-51")
@pytest.mark.parametrize("make", _INVALID.values(), ids=_INVALID)
def test_an_invalid_request_is_told_so(autodiscover: AutodiscoverClient, own: str, make: Make) -> None:
    """600 in a document of POX, under status 200."""
    refused_with(autodiscover.post(make(own)), "600")


@requirement("MS-OXDSCLI:3.2.5-15")
@pytest.mark.parametrize("schema", _UNKNOWN.values(), ids=_UNKNOWN)
def test_an_unknown_schema_has_no_provider(autodiscover: AutodiscoverClient, own: str, schema: str) -> None:
    """601: nobody answers in the schema that is asked for."""
    refused_with(autodiscover.post(pox_request(own, acceptable=schema)), "601")


@requirement("MS-OXDSCLI:3.2.5-16")
def test_get_asks_for_nothing(autodiscover: AutodiscoverClient) -> None:
    """What a browser sees after signing in: error 600, as Exchange has it, or a refusal of HTTP."""
    answer = autodiscover.get(autodiscover.path, auth=True)
    if answer.status == 200:
        refused_with(answer, "600")
    else:
        expect.one_of(answer.status, {400, 404, 405}, "the status of HTTP")


@requirement("AUTODISCOVER:HOSTILE-1")
@pytest.mark.parametrize("doctype", _ENTITIES.values(), ids=_ENTITIES)
def test_a_doctype_is_refused(autodiscover: AutodiscoverClient, own: str, doctype: str) -> None:
    """No entity is expanded, no file read, nothing fetched; there are no settings for such a request."""
    body = pox_request(own).partition(b"\n")[2].replace(own.encode(), b"&e;" if "ENTITY" in doctype else own.encode())
    answer = autodiscover.post(doctype.encode() + body)
    expect.lacks(answer.response.body, b"root:", "the answer")
    expect.lacks(answer.response.body, b"aaaaaaaaaaaaaaaa", "the answer")
    if answer.status == 200:
        refused_with(answer, "600", "500")
    else:
        expect.one_of(answer.status, {400, 403, 500}, "the status of HTTP")


@requirement("AUTODISCOVER:HOSTILE-2")
def test_a_huge_body_is_refused(autodiscover: AutodiscoverClient, own: str) -> None:
    """8 MiB of white space behind a request: no settings; and the next request is served."""
    try:
        answer = autodiscover.post(pox_request(own) + b" " * (8 << 20))
        expect.one_of(answer.status, {400, 413, 500, 503}, "the status of HTTP")
    except ConnectionClosed:
        expect.note("the server closed the connection while it was being sent the body")
        autodiscover.https.close()
    settled(autodiscover.pox(own))


@requirement("AUTODISCOVER:HOSTILE-3")
def test_markup_in_an_address_stays_text(autodiscover: AutodiscoverClient) -> None:
    """What is quoted back does not become markup."""
    answer = autodiscover.pox('"><Account><Action>settings</Action></Account>@nowhere.invalid')
    refused_with(answer, "500", "501", "600", "602")
    expect.equal(answer.elements("Account"), [], "elements that were asked into the answer")

"""Ways in which clients write a request in the outlook schema (MS-OXDSCLI 3.2.5)."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from mailproof_suites.autodiscover.asking import settled
from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.clients.autodiscover import OUTLOOK, OUTLOOK_REQUEST, AutodiscoverClient, pox_request

pytestmark = needs("endpoint:autodiscover")
_PATHS = {
    "as documented": "/autodiscover/autodiscover.xml",
    "as Outlook writes it": "/Autodiscover/Autodiscover.xml",
    "as Android writes it": "/autodiscover/Autodiscover.xml",
    "capitals": "/AUTODISCOVER/AUTODISCOVER.XML",
}
_SPACES = {"lines": "\n      {}\n    ", "blanks": "  {} ", "tabs": "\t{}\t"}


def _own_way(address: str) -> dict[str, bytes]:
    """The same request, written as XML allows it."""
    plain = pox_request(address)
    prefixed = (
        f'<x:Autodiscover xmlns:x="{OUTLOOK_REQUEST}"><x:Request><x:EMailAddress>{escape(address)}</x:EMailAddress>'
        f"<x:AcceptableResponseSchema>{OUTLOOK}</x:AcceptableResponseSchema></x:Request></x:Autodiscover>"
    )
    return {
        "prefixes": prefixed.encode(),
        "UTF-16": plain.decode().replace("utf-8", "utf-16").encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + plain,
        "comments": plain.replace(b"<Request>", b"<!-- a --><Request><!-- b -->"),
        "CDATA": plain.replace(address.encode(), b"<![CDATA[" + address.encode() + b"]]>"),
        "other order": plain.replace(b"<Request>", b"<Request><Unknown>1</Unknown>"),
    }


@requirement("MS-OXDSCLI:3.2.5-1", "NET-06")
@pytest.mark.parametrize("path", _PATHS.values(), ids=_PATHS)
def test_the_path_is_found_in_any_letter_case(autodiscover: AutodiscoverClient, own: str, path: str) -> None:
    """Every client has its own way of writing it."""
    settled(autodiscover.pox(own, path=path))


@requirement("MS-OXDSCLI:3.2.5-2")
@pytest.mark.parametrize("spaces", _SPACES.values(), ids=_SPACES)
def test_white_space_around_the_schema_is_nothing(autodiscover: AutodiscoverClient, own: str, spaces: str) -> None:
    """Published sample requests have the URI on a line of its own."""
    settled(autodiscover.post(pox_request(own, acceptable=spaces.format(OUTLOOK))))


@requirement("MS-OXDSCLI:3.2.5-3")
@pytest.mark.parametrize("way", _own_way("x"))
def test_a_request_may_be_written_as_xml_allows(autodiscover: AutodiscoverClient, own: str, way: str) -> None:
    """Prefixes, encodings, comments and CDATA do not change what is asked."""
    answer = settled(autodiscover.post(_own_way(own)[way], headers={"Content-Type": "text/xml"}))
    expect.equal(answer.text("AutoDiscoverSMTPAddress").lower(), own.lower(), "AutoDiscoverSMTPAddress")


@requirement("MS-OXDSCLI:3.2.5-4")
def test_mapi_is_for_those_who_can(autodiscover: AutodiscoverClient, own: str) -> None:
    """Without X-MapiHttpCapability no Protocol of type mapiHttp: older Outlooks stumble over it."""
    answer = settled(autodiscover.pox(own))
    expect.lacks([each.get("Type") for each in answer.elements("Protocol")], "mapiHttp", "the types of protocols")


@requirement("MS-OXDSCLI:3.2.5-5", "NET-13")
def test_mapi_has_its_two_services(autodiscover: AutodiscoverClient, own: str) -> None:
    """Where it is offered to those who can: a mail store and an address book."""
    answer = settled(autodiscover.pox(own, headers={"X-MapiHttpCapability": "1"}))
    if "mapiHttp" not in [each.get("Type") for each in answer.elements("Protocol")]:
        pytest.skip("the target does not offer MAPI over HTTP")
    for service in ("MailStore", "AddressBook"):
        expect.contains(answer.text("Protocol", service, "ExternalUrl"), "https://", service)


@requirement("MS-OXDSCLI:3.2.5-6", "NET-06")
def test_headers_of_outlook_change_nothing(autodiscover: AutodiscoverClient, own: str) -> None:
    """What Outlook adds to its requests is taken as it comes."""
    headers = {"X-AnchorMailbox": own, "X-ClientCanHandle": "Negotiate,ExHttpInfo,ExDisableSchannel", "Depth": "0"}
    settled(autodiscover.pox(own, headers={**headers, "User-Agent": "Microsoft Office/16.0 (Windows NT 10.0)"}))


@requirement("MS-OXDSCLI:3.2.5-7")
def test_a_legacy_name_is_an_address(autodiscover: AutodiscoverClient, own: str) -> None:
    """The LegacyDN of an answer may be asked for, and wins over an address beside it."""
    name = settled(autodiscover.pox(own)).text("User", "LegacyDN")
    if not name:
        pytest.skip("the answer has no LegacyDN")
    both = pox_request("nobody@nowhere.invalid").replace(
        b"<EMail", b"<LegacyDN>" + name.encode() + b"</LegacyDN><EMail"
    )
    answer = settled(autodiscover.post(both))
    expect.equal(answer.text("AutoDiscoverSMTPAddress").lower(), own.lower(), "AutoDiscoverSMTPAddress")

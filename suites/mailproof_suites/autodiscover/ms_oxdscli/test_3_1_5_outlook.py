"""POX in the outlook schema: the settings themselves (MS-OXDSCLI 2.2.4.1.1 and 3.2.5)."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest

from mailproof_suites.autodiscover.asking import settled
from mailproof_suites.case import Account, ImapClient, Target, World, expect, needs, requirement
from mailproof_suites.clients.autodiscover import OUTLOOK, OUTLOOK_REQUEST, AutodiscoverClient, pox_request
from mailproof_suites.clients.https import client_for

pytestmark = needs("endpoint:autodiscover")
_EXCHANGE = ("EXCH", "EXPR", "EXHTTP")
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


@requirement("MS-OXDSCLI:2.2.4.1.1-1", "NET-06")
def test_the_user_is_named(autodiscover: AutodiscoverClient, own: str) -> None:
    """AutoDiscoverSMTPAddress is the address of the account."""
    answer = settled(autodiscover.pox(own))
    expect.equal(answer.text("User", "AutoDiscoverSMTPAddress").lower(), own.lower(), "AutoDiscoverSMTPAddress")
    expect.that(answer.text("User", "DisplayName"), "DisplayName", expected="a name", actual="none")


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


@requirement("MS-OXDSCLI:2.2.4.1.1-2", "NET-05")
@needs("endpoint:imaps")
def test_imap_is_where_the_account_lives(autodiscover: AutodiscoverClient, own: str, target: Target) -> None:
    """Server and Port are those of the account's own region: the ones that the profile names; TLS from the start."""
    block = settled(autodiscover.pox(own)).protocol("IMAP")
    assert target.imaps is not None
    expect.equal((block.get("Server"), block.get("Port")), (target.imaps.host, str(target.imaps.port)), "IMAP")
    expect.equal(block.get("SSL", "on").lower(), "on", "SSL")


@requirement("MS-OXDSCLI:2.2.4.1.1-2", "NET-05")
@needs("endpoint:smtps")
def test_smtp_is_where_the_account_lives(autodiscover: AutodiscoverClient, own: str, target: Target) -> None:
    """The same of SMTP."""
    block = settled(autodiscover.pox(own)).protocol("SMTP")
    assert target.smtps is not None
    expect.equal((block.get("Server"), block.get("Port")), (target.smtps.host, str(target.smtps.port)), "SMTP")
    expect.equal(block.get("SSL", "on").lower(), "on", "SSL")


@requirement("MS-OXDSCLI:2.2.4.1.1-3", "NET-06")
@needs("endpoint:imaps")
def test_what_is_handed_out_signs_in(autodiscover: AutodiscoverClient, account: Account, world: World) -> None:
    """Address and password are enough: server, port and LoginName of the answer lead into the inbox."""
    block = settled(autodiscover.pox(account.address)).protocol("IMAP")
    server, port = block.get("Server", ""), int(block.get("Port", "0"))
    with ImapClient(server, port, ca_file=world.target.ca_path, transcript=world.transcript, name="found") as imap:
        expect.ok(imap.command("LOGIN", block.get("LoginName", ""), account.password))


@requirement("MS-OXDSCLI:2.2.4.1.1-4", "NET-12")
@needs("endpoint:ews")
def test_the_url_of_ews_is_handed_out(autodiscover: AutodiscoverClient, own: str, target: Target) -> None:
    """In EXCH, EXPR or EXHTTP, the same in each: Outlook for Mac reads one of them, macOS another."""
    answer = settled(autodiscover.pox(own))
    found = {kind: answer.protocol(kind)["EwsUrl"] for kind in _EXCHANGE if "EwsUrl" in answer.protocol(kind)}
    expect.equal(set(found.values()), {target.https.ews}, f"EwsUrl of {', '.join(found) or 'no block'}")


@requirement("MS-OXDSCLI:2.2.4.1.1-5")
def test_a_url_stands_on_one_line(autodiscover: AutodiscoverClient, own: str) -> None:
    """DavMail searches the text for <EwsUrl> and </EwsUrl> in one line, without prefixes."""
    body = settled(autodiscover.pox(own)).response.body
    if b"EwsUrl" not in body:
        pytest.skip("the answer has no EwsUrl")
    expect.that(re.search(rb"<EwsUrl>\S+</EwsUrl>", body), "EwsUrl", expected="one line", actual=body)


@requirement("MS-OXDSCLI:2.2.4.1.1-6", "NET-12")
@needs("endpoint:ews")
def test_the_url_of_ews_is_answered(autodiscover: AutodiscoverClient, account: Account, world: World) -> None:
    """What was found asks strangers to sign in, and knows the account."""
    answer = settled(autodiscover.pox(account.address))
    url = next(iter(answer.texts("Protocol", "EwsUrl")), "")
    options = {"ca_file": world.target.ca_path, "transcript": world.transcript, "timeout_s": world.target.timeout_s}
    with client_for(url, user=account.address, password=account.password, name="ews", **options) as ews:
        expect.equal(ews.request("POST", url, b"<x/>", auth=False).status, 401, "the status for a stranger")
        expect.lacks({401, 403, 404}, ews.request("POST", url, b"<x/>").status, "the refusals of the account")


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

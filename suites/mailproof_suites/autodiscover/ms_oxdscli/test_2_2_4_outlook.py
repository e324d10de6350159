"""POX in the outlook schema: the settings that are handed out (MS-OXDSCLI 2.2.4.1.1)."""

from __future__ import annotations

import re

import pytest

from mailproof_suites.autodiscover.asking import settled
from mailproof_suites.case import Account, ImapClient, Target, World, expect, needs, requirement
from mailproof_suites.clients.autodiscover import AutodiscoverClient
from mailproof_suites.clients.https import client_for

pytestmark = needs("endpoint:autodiscover")
_EXCHANGE = ("EXCH", "EXPR", "EXHTTP")


@requirement("MS-OXDSCLI:2.2.4.1.1-1", "MS-OXDSCLI:2.2.4.1.1.3-51", "NET-06")
def test_the_user_is_named(autodiscover: AutodiscoverClient, own: str) -> None:
    """AutoDiscoverSMTPAddress is the address of the account."""
    answer = settled(autodiscover.pox(own))
    expect.equal(answer.text("User", "AutoDiscoverSMTPAddress").lower(), own.lower(), "AutoDiscoverSMTPAddress")
    expect.that(answer.text("User", "DisplayName"), "DisplayName", expected="a name", actual="none")


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

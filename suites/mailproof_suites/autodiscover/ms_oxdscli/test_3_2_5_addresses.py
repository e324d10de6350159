"""Addresses that are asked for: aliases, custom domains, others, nobody (MS-OXDSCLI 3.2.5)."""

from __future__ import annotations

import pytest

from mailproof_suites.autodiscover.asking import Ask, phone_settled, refused_with, settled
from mailproof_suites.case import Control, World, expect, needs, requirement
from mailproof_suites.clients.autodiscover import MOBILE, OUTLOOK, AutodiscoverClient

pytestmark = needs("endpoint:autodiscover")
_CASES = {"small": str.lower, "capitals": str.upper, "mixed": str.title}


@requirement("MS-OXDSCLI:3.2.5-8", "NET-06")
@needs("control:alias", "control:user")
def test_an_alias_leads_to_the_primary_address(ask: Ask, control: Control) -> None:
    """Asked by an alias, the answer names the address to sign in with."""
    user = control.user()
    control.call("alias", "add", user.address, alias := f"alias-{user.address}")
    client = ask(user)
    expect.equal(settled(client.pox(alias)).text("AutoDiscoverSMTPAddress"), user.address, "AutoDiscoverSMTPAddress")
    answer = client.pox(alias, MOBILE)
    phone_settled(answer)
    expect.equal(answer.text("User", "EMailAddress"), user.address, "EMailAddress of mobilesync")


@requirement("MS-OXDSCLI:3.2.5-8", "NET-06")
@needs("control:domain", "control:alias", "control:user")
def test_a_custom_domain_works_as_the_default_one(ask: Ask, control: Control, token: str) -> None:
    """An alias in a further domain of the organisation leads to the same account."""
    user, domain = control.user(), f"d{token}.example".lower()
    control.call("domain", "add", domain)
    control.undo("domain", "remove", domain)
    control.call("alias", "add", user.address, alias := f"me@{domain}")
    control.undo("alias", "remove", user.address, alias)
    answer = settled(ask(user).pox(alias))
    expect.equal(answer.text("AutoDiscoverSMTPAddress"), user.address, "AutoDiscoverSMTPAddress")


@requirement("MS-OXDSCLI:3.2.5-9")
@pytest.mark.parametrize("written", _CASES.values(), ids=_CASES)
def test_letter_case_of_the_address_is_nothing(autodiscover: AutodiscoverClient, own: str, written: type[str]) -> None:
    """People type their address as they like."""
    answer = settled(autodiscover.pox(written(own)))
    expect.equal(answer.text("AutoDiscoverSMTPAddress").lower(), own.lower(), "AutoDiscoverSMTPAddress")


@requirement("MS-OXDSCLI:3.2.5-10")
def test_nobody_has_no_settings(autodiscover: AutodiscoverClient, unknown: str) -> None:
    """500: the address is not found."""
    refused_with(autodiscover.pox(unknown), "500")


@requirement("MS-OXDSCLI:3.2.5-10")
@pytest.mark.parametrize("asked", ["somebody@nowhere.invalid", "no address at all", "@", "a@b@c", "\u2603@\u2603"])
def test_what_is_not_ours_has_no_settings(autodiscover: AutodiscoverClient, asked: str) -> None:
    """Another domain's address, and what is no address; never somebody else's settings."""
    refused_with(autodiscover.pox(asked), "500", "501", "600", "602")


@requirement("MS-OXDSCLI:3.2.5-11")
@needs("control:group", "control:user")
def test_a_group_has_no_settings(ask: Ask, control: Control) -> None:
    """A known address without a configuration: 501, or 500 where groups are not told from nobody."""
    user = control.user()
    control.call("group", "add", group := f"group-{user.address}", "--member", user.address)
    control.undo("group", "remove", group, "--yes")
    refused_with(ask(user).pox(group), "500", "501")


@requirement("MS-OXDSCLI:3.2.5-12")
@needs("control:user.disable")
def test_a_disabled_account_has_no_settings(autodiscover: AutodiscoverClient, control: Control) -> None:
    """A known address whose configuration is not in force: 602, 501 or 500."""
    user = control.user()
    control.call("user", "disable", user.address)
    refused_with(autodiscover.pox(user.address), "500", "501", "602")


@requirement("MS-OXDSCLI:3.2.5-13")
@needs("role:other")
def test_others_are_answered_with_their_own_address(autodiscover: AutodiscoverClient, own: str, world: World) -> None:
    """Who asks about a colleague gets the colleague's settings or none, never the own ones under another name."""
    other = world.lease("other").address
    answer = autodiscover.pox(other)
    if answer.text("Error", "ErrorCode"):
        refused_with(answer, "500", "501", "602")
        return
    expect.equal(answer.text("AutoDiscoverSMTPAddress").lower(), other.lower(), "AutoDiscoverSMTPAddress")
    expect.lacks(answer.response.body.decode("utf-8", "replace"), own, "the answer about somebody else")


@requirement("MS-OXDSCLI:2.2.4.1.1-7")
@needs("control:grant", "control:user")
def test_full_access_is_handed_out(ask: Ask, control: Control) -> None:
    """An account to which one was given full access stands in the answer; Outlook then opens it by itself."""
    user, owner = control.user(), control.user()
    client = ask(user)
    expect.lacks(settled(client.pox(user.address)).texts("AlternativeMailbox", "SmtpAddress"), owner.address, "before")
    control.call("grant", "add", owner.address, user.address, "full-access")
    found = settled(client.pox(user.address, OUTLOOK)).texts("AlternativeMailbox", "SmtpAddress")
    expect.contains(found, owner.address, "AlternativeMailbox")
    control.call("grant", "remove", owner.address, user.address, "full-access")
    expect.lacks(settled(client.pox(user.address)).texts("AlternativeMailbox", "SmtpAddress"), owner.address, "after")

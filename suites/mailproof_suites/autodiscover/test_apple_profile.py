"""Apple's configuration profiles: iOS and macOS set up an account by opening one (NET-06)."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest

from mailproof_suites.case import Account, Target, expect, needs, requirement
from mailproof_suites.clients.autodiscover import APPLE_PATH, Answer, AutodiscoverClient

pytestmark = needs("endpoint:autodiscover")
_PASSWORDS = {"Password", "IncomingPassword", "OutgoingPassword"}


@pytest.fixture
def answer(autodiscover: AutodiscoverClient) -> Answer:
    """The own profile, where the target has any."""
    found = autodiscover.apple()
    if found.status == 404:
        pytest.skip(f"no Apple profile is served at {APPLE_PATH}")
    expect.equal(found.status, 200, "the status of HTTP")
    return found


@pytest.fixture
def profile(answer: Answer) -> dict[str, Any]:
    """The property list."""
    try:
        found: dict[str, Any] = plistlib.loads(answer.response.body)
    except (ValueError, plistlib.InvalidFileException) as problem:
        raise expect.fail("the profile", expected="a property list", actual=problem) from problem
    return found


@requirement("AUTODISCOVER:APPLE-1", "NET-06")
def test_it_is_sent_as_a_profile(answer: Answer) -> None:
    """Devices open it for its media type."""
    expect.equal(answer.response.media_type, "application/x-apple-aspen-config", "Content-Type")


@requirement("AUTODISCOVER:APPLE-2", "NET-06")
def test_it_is_a_profile(profile: dict[str, Any]) -> None:
    """Type Configuration, version 1, an identifier and a UUID on itself and on each payload, all different."""
    parts = [profile, *profile.get("PayloadContent", [])]
    expect.equal(profile.get("PayloadType"), "Configuration", "PayloadType")
    expect.equal({part.get("PayloadVersion") for part in parts}, {1}, "PayloadVersion")
    for name in ("PayloadIdentifier", "PayloadUUID"):
        values = {part.get(name) for part in parts}
        expect.equal(len(values - {None, ""}), len(parts), f"different values of {name}")


@requirement("AUTODISCOVER:APPLE-3", "NET-06")
@needs("endpoint:imaps", "endpoint:smtps")
def test_mail_leads_to_the_account(profile: dict[str, Any], account: Account, target: Target) -> None:
    """IMAP and SMTP of the profile that this target has, with TLS, and the address as user name."""
    payloads = [each for each in profile["PayloadContent"] if each["PayloadType"] == "com.apple.mail.managed"]
    expect.equal(len(payloads), 1, "payloads of mail")
    [mail] = payloads
    assert target.imaps is not None
    assert target.smtps is not None
    for side, endpoint in (("Incoming", target.imaps), ("Outgoing", target.smtps)):
        names = ("HostName", "PortNumber", "UseSSL", "Username")
        found = tuple(mail.get(f"{side}MailServer{name}") for name in names)
        expect.equal(found, (endpoint.host, endpoint.port, True, account.address), f"{side}MailServer")


@requirement("AUTODISCOVER:APPLE-4")
def test_it_holds_no_password(profile: dict[str, Any], answer: Answer, account: Account) -> None:
    """A profile is a file that lies about: the device asks for the password."""
    expect.equal(_PASSWORDS & {name for each in profile["PayloadContent"] for name in each}, set(), "passwords")
    expect.lacks(answer.response.body, account.password.encode(), "the profile")


@requirement("AUTODISCOVER:APPLE-5")
@needs("role:other")
def test_nobody_gets_the_profile_of_another(answer: Answer, autodiscover: AutodiscoverClient, unknown: str) -> None:
    """Asked for another address: a refusal, or the own profile."""
    other = autodiscover.get(f"{APPLE_PATH}?email={unknown}", auth=True)
    expect.one_of(other.status, {200, 400, 403, 404}, "the status of HTTP")
    if other.status == 200:
        expect.equal(other.response.body, answer.response.body, "the profile")

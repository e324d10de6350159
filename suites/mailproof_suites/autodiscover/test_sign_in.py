"""Who is answered: 401 first, Basic, tokens, access-control rules (MS-OXDSCLI 3.2.4; FEATURES NET-06)."""

from __future__ import annotations

import base64

import pytest

from mailproof_suites.autodiscover.asking import Ask, asked_to_sign_in, settled
from mailproof_suites.case import Account, Control, World, expect, needs, requirement
from mailproof_suites.clients.autodiscover import (
    APPLE_PATH,
    OUTLOOK,
    POX_PATH,
    SOAP_PATH,
    Answer,
    AutodiscoverClient,
    pox_request,
)

pytestmark = needs("endpoint:autodiscover")
_CLOSED = {"post": ("POST", POX_PATH), "get": ("GET", POX_PATH), "soap": ("POST", SOAP_PATH)}
_BROKEN = {
    "another scheme": "Bearer abcdef",
    "no base64": "Basic !!!!",
    "no colon": "Basic " + base64.b64encode(b"somebody").decode(),
    "no credentials": "Basic",
    "no UTF-8": "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
}


@requirement("AUTODISCOVER:SIGNIN-1", "NET-06")
@pytest.mark.parametrize(("method", "path"), _CLOSED.values(), ids=_CLOSED)
def test_a_stranger_is_asked_to_sign_in(stranger: AutodiscoverClient, own: str, method: str, path: str) -> None:
    """401 with Basic before anything is looked at, which is how clients learn the scheme."""
    body = pox_request(own) if method == "POST" else b""
    asked_to_sign_in(Answer(stranger.https.request(method, path, body, {"Content-Type": "text/xml"})))


@requirement("AUTODISCOVER:SIGNIN-2")
@pytest.mark.parametrize("value", _BROKEN.values(), ids=_BROKEN)
def test_broken_credentials_are_none(stranger: AutodiscoverClient, own: str, value: str) -> None:
    """What cannot be read as user name and password is answered like nothing."""
    asked_to_sign_in(stranger.pox(own, headers={"Authorization": value}))


@requirement("AUTODISCOVER:SIGNIN-3")
def test_a_wrong_password_is_refused(ask: Ask, account: Account) -> None:
    """401, and no settings."""
    asked_to_sign_in(ask(account, password="wrong-" + account.password[::-1]).pox(account.address))


@requirement("AUTODISCOVER:SIGNIN-3")
def test_a_wrong_password_is_refused_by_soap(ask: Ask, account: Account) -> None:
    """The same at autodiscover.svc."""
    client = ask(account, password="wrong-" + account.password[::-1])
    asked_to_sign_in(client.user_settings([account.address], ["ExternalEwsUrl"]))


@requirement("AUTODISCOVER:SIGNIN-4")
def test_a_guesser_does_not_learn_names(ask: Ask, account: Account, unknown: str) -> None:
    """A name that exists and one that does not are refused in the same words."""
    known, other = (ask(account, password="wrong-1234", user=name).pox(name) for name in (account.address, unknown))
    expect.equal(other.status, known.status, "the status for a name that nobody has")
    expect.equal(other.response.body, known.response.body, "the answer for a name that nobody has")


@requirement("AUTODISCOVER:SIGNIN-5", "NET-06")
def test_the_same_connection_goes_on_after_a_401(stranger: AutodiscoverClient, account: Account, own: str) -> None:
    """Clients repeat the request with credentials where they were refused."""
    asked_to_sign_in(stranger.pox(own))
    token = base64.b64encode(f"{account.address}:{account.password}".encode()).decode()
    settled(stranger.pox(own, headers={"Authorization": f"Basic {token}"}))


@requirement("AUTODISCOVER:SIGNIN-6")
@needs("control:access", "control:user")
def test_an_access_rule_keeps_people_out(ask: Ask, control: Control, token: str) -> None:
    """A rule that denies AutoDiscover is felt here: 401, as for a wrong password."""
    user = control.user()
    settled(ask(user).pox(user.address))
    control.call("access", "put", f"case-{token}", "DENY", "--action", "AutoDiscover", "--user", user.address)
    control.undo("access", "remove", f"case-{token}")
    asked_to_sign_in(ask(user).pox(user.address))


@requirement("AUTODISCOVER:SIGNIN-6")
@needs("control:access", "control:user")
def test_a_rule_about_another_protocol_keeps_nobody_out(ask: Ask, control: Control, token: str) -> None:
    """A rule that denies IMAP and SMTP leaves AutoDiscover as it is."""
    user = control.user()
    denied = ("--action", "IMAP", "--action", "SMTP", "--user", user.address)
    control.call("access", "put", f"case-{token}", "DENY", *denied)
    control.undo("access", "remove", f"case-{token}")
    settled(ask(user).pox(user.address))


@requirement("AUTODISCOVER:SIGNIN-7")
@needs("control:token", "control:user")
def test_a_token_stands_for_the_password(ask: Ask, control: Control, world: World) -> None:
    """A personal access token signs in here as well; once revoked it does not."""
    user = control.user()
    value = control.call("token", "add", user.address, "phone")["token"]
    world.transcript.secret(value)
    settled(ask(user, password=value).pox(user.address))
    control.call("token", "revoke", user.address, "phone")
    asked_to_sign_in(ask(user, password=value).pox(user.address))


@requirement("AUTODISCOVER:SIGNIN-8")
@needs("control:user.disable")
def test_a_disabled_user_is_refused(ask: Ask, control: Control) -> None:
    """Right password, disabled account: 401."""
    user = control.user()
    settled(ask(user).pox(user.address))
    control.call("user", "disable", user.address)
    asked_to_sign_in(ask(user).pox(user.address, OUTLOOK))


@requirement("AUTODISCOVER:SIGNIN-1")
def test_a_profile_is_for_those_who_sign_in(stranger: AutodiscoverClient, autodiscover: AutodiscoverClient) -> None:
    """The Apple profile names a person, so a stranger gets none."""
    if autodiscover.apple().status == 404:
        pytest.skip(f"no Apple profile is served at {APPLE_PATH}")
    asked_to_sign_in(stranger.apple(auth=False))

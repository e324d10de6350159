"""Delegates that an owner names: rights on folders, and sending on behalf (FEATURES DELE-01)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.imap.sharing import my_rights
from mailproof_suites.workmail.delegation.office import SEND_AS, Office, addresses
from mailproof_suites.workmail.grantees import KINDS, grantee

pytestmark = needs("control:delegates", "control:user", "control:group", "control:grant")
LEVELS = {"None": set(), "Reviewer": set("lr"), "Author": set("lri"), "Editor": set("lriswte")}
"""Level -> what RFC 4314 calls the rights on what others have put into the folder."""


def _delegates(office: Office, verb: str, *words: str, to: str | None = None) -> None:
    office.control.call("delegates", verb, office.owner.address, to or office.actor.address, *words)


def _inbox(office: Office) -> bytes:
    """The owner's inbox, as the delegate calls it."""
    spaces = office.imap(office.actor).namespace().other_users or ()
    prefix = spaces[0].prefix if spaces else b""
    return prefix + office.owner.address.encode() + b"/INBOX"


def _rights(office: Office) -> set[str]:
    """What the delegate holds on the owner's inbox; nothing where it seems not to be there."""
    client = office.imap(office.actor)
    if not client.list_mailboxes("", _inbox(office)):
        return set()
    return my_rights(client, _inbox(office))


@requirement("DELEGATION:DELE01-1", "DELE-01", "DELE-02")
@pytest.mark.parametrize("kind", KINDS)
def test_a_delegate_sends_on_behalf(office: Office, kind: str) -> None:
    """Being a delegate, in person or through a group, is enough to send on behalf; a Sender tells who did."""
    _delegates(office, "add", to=grantee(office.control, kind, office.actor))
    message = office.accepted()
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender")


@requirement("DELEGATION:DELE01-1", "DELEGATION:DELE04-5", "DELE-01")
def test_at_once_and_no_longer(office: Office) -> None:
    """Named and dismissed, on one connection."""
    office.refused()
    _delegates(office, "add")
    office.accepted()
    _delegates(office, "remove")
    office.refused()


@requirement("DELEGATION:DELE01-1", "DELE-01")
def test_a_delegate_may_not_send_as(office: Office) -> None:
    """The envelope and From may be the owner's, Sender is the delegate's all the same."""
    _delegates(office, "add", "--level", "inbox", "Editor")
    message = office.accepted(sender=office.owner.address, envelope=office.owner.address)
    expect.equal(addresses(message, "Sender"), [office.actor.address], "Sender")


@requirement("DELEGATION:DELE01-1", "DELEGATION:DELE03-3", "DELE-01", "DELE-03")
def test_a_delegate_with_send_as(office: Office) -> None:
    """Who is a delegate and may send as the owner is not mentioned."""
    _delegates(office, "add")
    office.grant(SEND_AS)
    expect.one_of(addresses(office.accepted(), "Sender"), [[], [office.owner.address]], "Sender")


@requirement("DELEGATION:DELE04-6", "DELE-01")
def test_the_owner_is_no_delegate_of_the_delegate(office: Office) -> None:
    """It does not hold the other way round."""
    office.control.call("delegates", "add", office.actor.address, office.owner.address)
    office.refused()


@requirement("DELEGATION:DELE01-2", "DELE-01", "FOLD-06")
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_on_the_inbox(office: Office, level: str) -> None:
    """The delegate holds what the level says."""
    _delegates(office, "add", "--level", "inbox", level)
    expect.equal(_rights(office), LEVELS[level], "rights on the owner's inbox")


@requirement("DELEGATION:DELE01-2", "DELE-01")
@pytest.mark.parametrize(("before", "after"), [("Editor", "Reviewer"), ("Reviewer", "Editor"), ("Author", "None")])
def test_another_level(office: Office, before: str, after: str) -> None:
    """A new level takes the place of the old one, for a connection that is open, too."""
    _delegates(office, "add", "--level", "inbox", before)
    expect.equal(_rights(office), LEVELS[before], "rights before")
    _delegates(office, "update", "--level", "inbox", after)
    expect.equal(_rights(office), LEVELS[after], "rights after")


@requirement("DELEGATION:DELE01-2", "DELE-01")
def test_what_is_not_named_stays(office: Office) -> None:
    """A change of another folder's level leaves the inbox as it was."""
    _delegates(office, "add", "--level", "inbox", "Reviewer")
    _delegates(office, "update", "--level", "calendar", "Editor", "--copies")
    expect.equal(_rights(office), LEVELS["Reviewer"], "rights on the owner's inbox")


@requirement("DELEGATION:DELE01-2", "DELE-01")
def test_no_level_no_folder(office: Office) -> None:
    """A delegate without a level sees no folder."""
    _delegates(office, "add")
    expect.equal(_rights(office), set(), "rights on the owner's inbox")


@requirement("DELEGATION:DELE01-3", "DELE-01", "FOLD-13")
def test_dismissal_takes_the_folder_away(office: Office) -> None:
    """With the delegate goes the folder, on a connection that is open."""
    _delegates(office, "add", "--level", "inbox", "Editor")
    expect.equal(_rights(office), LEVELS["Editor"], "rights before")
    _delegates(office, "remove")
    client = office.imap(office.actor)
    expect.no(client.command("SELECT", client.mailbox(_inbox(office))))
    expect.equal(_rights(office), set(), "rights after")


@requirement("DELEGATION:DELE01-3", "DELE-01")
def test_dismissal_of_one_leaves_the_other(office: Office) -> None:
    """Another delegate stays one."""
    _delegates(office, "add", "--level", "inbox", "Author")
    _delegates(office, "add", "--level", "inbox", "Author", to=office.reader.address)
    _delegates(office, "remove", to=office.reader.address)
    expect.equal(_rights(office), LEVELS["Author"], "rights on the owner's inbox")
    office.accepted()


@requirement("DELEGATION:DELE01-4", "DELE-01")
@pytest.mark.parametrize("case", ["owner", "twice", "level", "nobody", "removed_twice"])
def test_what_cannot_be(office: Office, case: str) -> None:
    """The owner as delegate, one named twice, a level that delegates do not have, a stranger: refused."""
    if case in ("twice", "removed_twice"):
        _delegates(office, "add")
    if case == "removed_twice":
        _delegates(office, "remove")
    owner, actor = office.owner.address, office.actor.address
    words = {
        "owner": ("add", owner, owner),
        "twice": ("add", owner, actor),
        "level": ("add", owner, actor, "--level", "inbox", "Owner"),
        "nobody": ("add", owner, actor.replace("@", "-nobody@")),
        "removed_twice": ("remove", owner, actor),
    }[case]
    office.control.refusal("delegates", *words)

"""The notice in the own inbox, that the permission to send is missing (FEATURES DELE-04)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.workmail.delegation.office import FULL_ACCESS, Office, addresses

pytestmark = needs("control:grant", "control:user")


@requirement("DELEGATION:DELE04-2", "DELE-04")
@pytest.mark.parametrize("case", ["nothing", "full_access", "sender", "several"])
def test_it_comes_once(office: Office, case: str) -> None:
    """One message is in the inbox of the one who tried, addressed to that one."""
    if case == "full_access":
        office.grant(FULL_ACCESS)
    author = {"sender": office.actor.address, "several": f"{office.actor.address}, {office.owner.address}"}.get(case)
    office.refused(author, sender=office.owner.address if case == "sender" else None)
    notices = office.notices(office.actor)
    expect.equal([addresses(each, "To") for each in notices], [[office.actor.address]], "notices, by To")


@requirement("DELEGATION:DELE04-2", "DELE-04")
def test_it_names_the_address_and_the_message(office: Office) -> None:
    """The text says whose name it was and which message was not sent."""
    office.refused(headers={"Subject": "Quarterly figures of the moon"})
    text = _text(office)
    expect.contains(text, office.owner.address, "the address that may not be used")
    expect.contains(text, "Quarterly figures of the moon", "the subject of the message")


@requirement("DELEGATION:DELE04-2", "DELE-04")
def test_it_reads_encoded_subjects(office: Office) -> None:
    """A subject in encoded words is shown as people read it."""
    office.refused(headers={"Subject": "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_an_alle?="})
    expect.contains(_text(office), "Grüße an alle", "the subject of the message")


@requirement("DELEGATION:DELE04-2", "DELE-04")
def test_it_comes_for_each_attempt(office: Office) -> None:
    """Two refused messages, two notices."""
    office.refused()
    office.refused()
    expect.equal(len(office.notices(office.actor)), 2, "notices")


@requirement("DELEGATION:DELE04-9", "DELE-04")
def test_nothing_will_answer_it(office: Office) -> None:
    """It is marked as written by a program, and its return path is empty."""
    office.refused()
    notice = office.notices(office.actor)[0]
    value = str(notice.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    expect.one_of(value, {"auto-generated", "auto-replied"}, "Auto-Submitted")
    expect.equal(str(notice.get("Return-Path", "")).strip(), "<>", "Return-Path")


@requirement("DELEGATION:DELE04-2", "DELE-04")
@pytest.mark.parametrize("whose", ["owner", "reader"])
def test_nobody_else_is_told(office: Office, whose: str) -> None:
    """The owner's inbox and the reader's stay empty."""
    office.refused(to=[office.reader.address, office.owner.address])
    office.notices(office.actor)
    account = office.owner if whose == "owner" else office.reader
    expect.equal(office.notices(account), [], "messages in the inbox")


@requirement("DELEGATION:DELE04-2", "DELE-04")
def test_what_is_permitted_brings_none(office: Office) -> None:
    """A message that is taken leaves the inbox empty."""
    office.grant("send-as")
    office.accepted()
    expect.equal(office.notices(office.actor), [], "messages in the inbox")


def _text(office: Office) -> str:
    notice = office.notices(office.actor)[0]
    payload = next((part for part in notice.walk() if part.get_content_type() == "text/plain"), notice)
    return bytes(payload.get_payload(decode=True) or b"").decode(payload.get_content_charset() or "utf-8")

"""Automatic replies: when, to whom, once, in which form (RULE-10, RFC 3834 row by row, RFC 5230 section 4.5)."""

from datetime import timedelta

import pytest

from mailproof_server.model.errors import Invalid, NotFound, PermissionDenied, TooLarge
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.item import ItemKind, NewItem
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.autoreply import ReplySettings, settings_from_json
from mailproof_server.services.content import content_of
from tests.services.conftest import START
from tests.services.ruling import deliver, fields_of, held, mail, places, put, sent_outside

HOUR_S = 3600


@pytest.fixture
def alice(world):
    return world.user("alice", display_name="Alice")


@pytest.fixture
def bob(world, alice):
    bob = world.user("bob", display_name="Bob")
    world.run(world.services.directory.add_alias(bob.id, "rob@example.test"))
    return bob


def turn(world, owner, state="enabled", **facts):
    values = {"internal_reply": "I am away.", "external_reply": "We are away."} | facts
    settings = settings_from_json({"state": state} | values)
    world.run(world.services.auto_reply.set(owner, owner.account_id, settings))


def outside(world):
    world.run(world.services.outbound.drain())
    return sent_outside(world)


# -- the answer ------------------------------------------------------------------------------------------------------


def test_the_answer_has_the_form_of_rfc_3834(world, alice, bob):
    turn(world, bob)
    deliver(world, mail(b"References: <zero@x>", subject=b"=?utf-8?q?Gr=C3=BC=C3=9Fe?="))
    (got,) = held(world, alice)
    assert got.startswith(b"Return-Path: <>\r\n")
    assert fields_of(got, b"From") == [b"Bob <bob@example.test>"]
    assert fields_of(got, b"To") == [b"<alice@example.test>"]
    assert fields_of(got, b"Subject") == [b"Automatic reply: =?utf-8?b?R3LDvMOfZQ==?="] or fields_of(
        got, b"Subject"
    ) == [b"Automatic reply: =?utf-8?q?Gr=C3=BC=C3=9Fe?="]
    assert fields_of(got, b"Auto-Submitted") == [b"auto-replied"]
    assert fields_of(got, b"In-Reply-To") == [b"<one@example.test>"]
    assert fields_of(got, b"References") == [b"<zero@x> <one@example.test>"]
    assert fields_of(got, b"X-Auto-Response-Suppress") == [b"All"]
    assert got.endswith(b"\r\n\r\nI am away.\r\n")
    assert len(held(world, bob)) == 1


def test_it_goes_to_the_return_path_and_to_nobody_else(world, alice, bob):
    carol = world.user("carol")
    turn(world, bob)
    deliver(world, mail(b"Reply-To: carol@example.test"), sender="alice@example.test")
    assert held(world, carol) == []
    deliver(world, mail(), sender="carol@example.test")
    assert len(held(world, carol)) == len(held(world, alice)) == 1


def test_a_text_in_html_comes_with_a_plain_one(world, alice, bob):
    turn(world, bob, internal_reply="<p>I am <b>away</b> &amp; out.</p>")
    deliver(world, mail())
    (got,) = held(world, alice)
    assert b"multipart/alternative" in got
    assert b"\r\n\r\nI am away & out.\r\n" in got
    assert b"<p>I am <b>away</b> &amp; out.</p>\r\n" in got


def test_it_is_signed_by_no_name_that_could_break_the_header(world, alice):
    eve = world.user("eve", display_name='Eve "\\" <x@y>, "\u00fc')
    turn(world, eve)
    deliver(world, mail(head=b"From: alice@example.test\r\nTo: eve@example.test\r\n"), "eve@example.test")
    (got,) = held(world, alice)
    assert fields_of(got, b"To") == [b"<alice@example.test>"]


@pytest.mark.parametrize(
    "subject", [b"", b"x" * 5000, b"=?utf-8?q?a=0D=0ABcc:_x@y?=", b"\xff\x00\x01", "ü".encode() * 400]
)
def test_no_subject_breaks_it(world, alice, bob, subject):
    turn(world, bob)
    deliver(world, mail(subject=subject))
    (got,) = held(world, alice)
    assert len(fields_of(got, b"Subject")) == 1
    assert fields_of(got, b"Bcc") == []
    assert fields_of(got, b"Auto-Submitted") == [b"auto-replied"]


# -- once ------------------------------------------------------------------------------------------------------------


def test_once_for_each_sender_until_it_is_turned_on_again(world, alice, bob):
    carol = world.user("carol")
    turn(world, bob)
    for sender in ("alice@example.test", "carol@example.test", "Alice@Example.TEST"):
        deliver(world, mail(), sender=sender)
    assert len(held(world, alice)) == len(held(world, carol)) == 1
    turn(world, bob, internal_reply="Still away.")
    deliver(world, mail())
    assert len(held(world, alice)) == 1
    turn(world, bob, "disabled")
    deliver(world, mail())
    assert len(held(world, alice)) == 1
    turn(world, bob)
    deliver(world, mail())
    assert len(held(world, alice)) == 2


def test_two_messages_at_once_are_answered_once(world, alice, bob):
    turn(world, bob)
    deliver(world, mail(), settle=False)
    deliver(world, mail(), settle=False)
    world.run(world.services.outbound.drain())
    assert len(held(world, alice)) == 1


def test_two_absent_people_write_to_each_other_once(world, alice, bob):
    turn(world, alice)
    turn(world, bob)
    deliver(world, mail())
    assert [len(held(world, each)) for each in (alice, bob)] == [1, 1]
    assert world.run(world.services.outbound.drain()) == 0


# -- when ------------------------------------------------------------------------------------------------------------


def test_a_schedule_is_held_to_the_second(world, alice, bob):
    start, end = START + timedelta(hours=1), START + timedelta(hours=2)
    turn(world, bob, "scheduled", start=start.isoformat(), end=end.isoformat())
    for wait_s, answered in ((HOUR_S - 1, 0), (1, 1), (HOUR_S - 1, 1)):
        world.clock.advance(wait_s)
        deliver(world, mail())
        assert len(held(world, alice)) == answered
    carol = world.user("carol")
    assert world.run(world.services.auto_reply.is_on(bob, bob.account_id))
    world.clock.advance(1)
    deliver(world, mail(), sender="carol@example.test")
    assert held(world, carol) == []
    assert not world.run(world.services.auto_reply.is_on(bob, bob.account_id))


def test_a_second_schedule_answers_everybody_anew(world, alice, bob):
    for day in (0, 1):
        start = START + timedelta(days=day)
        turn(world, bob, "scheduled", start=start.isoformat(), end=(start + timedelta(hours=1)).isoformat())
        deliver(world, mail())
        assert len(held(world, alice)) == day + 1
        world.clock.advance(24 * HOUR_S)


def test_off_means_off(world, alice, bob):
    deliver(world, mail())
    turn(world, bob, "disabled")
    deliver(world, mail())
    assert held(world, alice) == []


# -- to whom ---------------------------------------------------------------------------------------------------------

NEVER = [
    (mail(), ""),
    (mail(b"Auto-Submitted: auto-replied"), None),
    (mail(b"Auto-Submitted: auto-generated"), None),
    (mail(b"Auto-Submitted: AUTO-NOTIFIED; x=y"), None),
    (mail(b"auto-submitted: something-new"), None),
    (mail(b"List-Id: <list.example.test>"), None),
    (mail(b"List-Unsubscribe: <mailto:x@y>"), None),
    (mail(b"List-Post: NO"), None),
    (mail(b"List-Help: <x>"), None),
    (mail(b"List-Subscribe: <x>"), None),
    (mail(b"List-Owner: <x>"), None),
    (mail(b"List-Archive: <x>"), None),
    (mail(b"Precedence: bulk"), None),
    (mail(b"Precedence: List"), None),
    (mail(b"Precedence: junk"), None),
    (mail(b"X-Auto-Response-Suppress: DR, OOF"), None),
    (mail(b"X-Auto-Response-Suppress: AutoReply"), None),
    (mail(b"X-Auto-Response-Suppress: all"), None),
    (mail(b"X-Spam-Flag: YES"), None),
    (mail(b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', body=b"--b--\r\n"), None),
    (mail(b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"'), None),
    (mail(b"X-MS-Exchange-Inbox-Rules-Loop: bob@example.test"), None),
    (mail(), "MAILER-DAEMON@example.test"),
    (mail(), "owner-list@elsewhere.test"),
    (mail(), "list-owner@elsewhere.test"),
    (mail(), "list-request@elsewhere.test"),
    (mail(), "list-bounces@elsewhere.test"),
    (mail(), "LISTSERV@elsewhere.test"),
    (mail(), "majordomo@elsewhere.test"),
    (mail(), "noreply@elsewhere.test"),
    (mail(), "no-reply@elsewhere.test"),
    (mail(), "bob@example.test"),
    (mail(), "ROB+x@example.test"),
    (mail(), "not an address"),
    (mail(head=b"From: alice@example.test\r\nTo: staff@example.test\r\n"), None),
    (mail(head=b"From: alice@example.test\r\n"), None),
]


@pytest.mark.parametrize(("data", "sender"), NEVER)
def test_some_are_never_answered(world, alice, bob, data, sender):
    turn(world, bob)
    deliver(world, data, sender="alice@example.test" if sender is None else sender)
    assert held(world, alice) == []
    assert outside(world) == []
    world.run(world.services.outbound.drain())
    assert sum(places(world, bob).values()) == 1


ANSWERED = [
    mail(),
    mail(b"Auto-Submitted: no"),
    mail(b"Auto-Submitted: NO (really)"),
    mail(b"Precedence: first-class"),
    mail(b"X-Auto-Response-Suppress: DR, RN"),
    mail(b"X-Spam-Flag: NO"),
    mail(head=b"From: alice@example.test\r\nTo: x@y.test\r\nCc: Bob <BOB@example.test>\r\n"),
    mail(head=b"From: alice@example.test\r\nTo: rob@example.test\r\n"),
    mail(head=b"From: alice@example.test\r\nTo: bob+sales@example.test\r\n"),
    mail(head=b"From: alice@example.test\r\nTo: x@y.test\r\nBcc: bob@example.test\r\n"),
    mail(head=b"From: alice@example.test\r\nTo: x@y.test\r\nResent-To: bob@example.test\r\n"),
    mail(head=b"From: alice@example.test\r\nTo: x@y.test\r\nResent-Cc: rob+a@example.test\r\n"),
]


@pytest.mark.parametrize("data", ANSWERED)
def test_others_are_answered(world, alice, bob, data):
    turn(world, bob)
    deliver(world, data)
    assert len(held(world, alice)) == 1


def test_a_member_of_a_group_is_not_its_voice(world, alice, bob):
    world.group("staff", bob)
    turn(world, bob)
    data = mail(head=b"From: alice@example.test\r\nTo: staff@example.test\r\n")
    deliver(world, data, "staff@example.test")
    assert held(world, alice) == []


def test_rules_do_not_keep_it_and_may_delete_what_it_answers(world, alice, bob):
    put(world, bob, {"PermanentDelete": True, "StopProcessingRules": True})
    turn(world, bob)
    deliver(world, mail())
    assert places(world, bob) == {}
    assert len(held(world, alice)) == 1


# -- inside and outside ----------------------------------------------------------------------------------------------


def test_outsiders_get_the_external_text(world, alice, bob):
    turn(world, bob)
    deliver(world, mail(), sender="out@elsewhere.test")
    ((sender, recipients, data),) = outside(world)
    assert (sender, recipients) == ("", ["out@elsewhere.test"])
    assert b"We are away." in data
    assert b"I am away." not in data
    deliver(world, mail(), sender="nobody@second.test")
    assert len(sent_outside(world)) == 1  # the second domain is inside: nobody is there to be answered


def test_outsiders_get_nothing_where_the_audience_is_none_or_the_text_empty(world, alice, bob):
    turn(world, bob, external_audience="none")
    deliver(world, mail(), sender="out@elsewhere.test")
    turn(world, bob, external_reply="  ")
    deliver(world, mail(), sender="other@elsewhere.test")
    assert outside(world) == []
    deliver(world, mail())
    assert len(held(world, alice)) == 1


def test_known_outsiders_are_those_of_the_contacts(world, bob):
    turn(world, bob, external_audience="known")
    contacts = world.role(bob, FolderRole.CONTACTS)
    properties = {"name": "Out", "addresses": [{"kind": "work", "address": "Out@Elsewhere.test"}]}
    item = NewItem(content_of(b"\r\n"), kind=ItemKind.CONTACT, properties=properties)
    world.run(world.store.write(lambda tx: tx.add_items(contacts.id, [item], START)))
    for sender in ("out@elsewhere.test", "stranger@elsewhere.test"):
        deliver(world, mail(), sender=sender)
    assert [recipients for _, recipients, _ in outside(world)] == [["out@elsewhere.test"]]


def test_nobody_is_told_that_an_answer_could_not_be_delivered(world, alice, bob):
    turn(world, bob)
    world.sink.replies["out@elsewhere.test"] = "550 5.1.1 No"
    deliver(world, mail(), sender="out@elsewhere.test")
    outside(world)
    assert len(held(world, bob)) == 1
    assert held(world, alice) == []


# -- settings --------------------------------------------------------------------------------------------------------


def test_settings_come_back_and_are_gone_with_the_account(world, bob):
    value = {
        "state": "scheduled",
        "external_audience": "known",
        "start": "2026-03-02T10:30:00+01:00",
        "end": "2026-03-03T09:30:00Z",
        "internal_reply": "Weg 🎈",
        "external_reply": "<p>away</p>",
    }
    world.run(world.services.auto_reply.set(bob, bob.account_id, settings_from_json(value)))
    kept = world.run(world.services.auto_reply.settings(bob, bob.account_id))
    assert kept.as_json() == value | {"start": "2026-03-02T09:30:00+00:00", "end": "2026-03-03T09:30:00+00:00"}
    assert settings_from_json(kept.as_json()) == kept
    assert world.run(world.services.auto_reply.settings(None, bob.account_id)) == kept


def test_nothing_set_is_off(world, bob):
    assert world.run(world.services.auto_reply.settings(bob, bob.account_id)) == ReplySettings()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"state": "on"}, "state"),
        ({"external_audience": "some"}, "external_audience"),
        ({"state": "scheduled"}, "start"),
        ({"state": "scheduled", "start": "2026-03-02T09:30:00Z"}, "end"),
        ({"start": "2026-03-02T09:30:00Z", "end": "2026-03-02T09:30:00Z"}, "ends before"),
        ({"start": "2026-03-02T09:30:00"}, "start"),
        ({"end": "tomorrow"}, "end"),
        ({"internal_reply": 7}, "texts"),
        ({"text": "x"}, "text"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_by_name(value, named):
    with pytest.raises(Invalid, match=named):
        settings_from_json(value)


def test_settings_are_the_owners(world, alice, bob):
    dan = world.user("dan")
    world.run(world.services.delegation.grant(bob.account_id, dan.id, AccountPermission.FULL_ACCESS))
    service = world.services.auto_reply
    world.run(service.set(dan, bob.account_id, ReplySettings("enabled")))
    for act in (service.settings(alice, bob.account_id), service.set(alice, bob.account_id, ReplySettings())):
        with pytest.raises(PermissionDenied):
            world.run(act)
    world.limit(automatic_reply_bytes=10)
    with pytest.raises(TooLarge):
        turn(world, bob, internal_reply="ü" * 6)
    world.run(world.services.directory.remove(bob.id))
    with pytest.raises(NotFound):
        world.run(world.services.auto_reply.settings(None, bob.account_id))

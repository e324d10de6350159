"""The event log: which acts leave a record, and what is in it (WorkMail's names and fields; W30)."""

import contextlib

import pytest

from mailproof_server.model.errors import NotAuthenticated, SendAsDenied
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services import event_log
from mailproof_server.services.access_rules import AccessRule, Action, Effect
from mailproof_server.services.event_log import Event

PASSWORD = "Correct-Horse-1"
MAIL = (
    b"Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <m1@client>\r\nFrom: Alice <alice@example.test>\r\n"
    b"To: bob@example.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nsecret words\r\n"
)
FACTS = {"from": "alice@example.test", "subject": "Grüße", "messageId": "<m1@client>"}


@pytest.fixture
def records():
    found = []
    before = event_log.send_to(lambda event, fields: found.append((event, dict(fields))))
    yield found
    event_log.send_to(before)


@pytest.fixture
def people(world):
    return world.user("alice", display_name="Alice"), world.user("bob")


def test_a_message_inside_leaves_its_submission_and_each_delivery(world, people, records):
    alice, bob = people
    world.group("staff", alice, bob)
    world.submit(alice, MAIL, "bob@example.test", "staff@example.test", "hidden+x@example.test", "alice@example.test")
    names = [event for event, _ in records]
    assert names == [
        *[Event.MAILBOX_EMAIL_DELIVERED] * 3,
        Event.INCOMING_EMAIL_BOUNCED,
        Event.OUTGOING_EMAIL_SUBMITTED,
    ]
    delivered = [fields for _, fields in records[:2]]
    report = records[2][1]
    assert report["recipient"] == "alice@example.test"
    assert report["messageId"] != "<m1@client>"
    assert [each.pop("recipient") for each in delivered] == ["bob@example.test", "alice@example.test"]
    assert delivered == [{**FACTS, "folder": "INBOX"}] * 2
    bounced = records[3][1]
    assert bounced.pop("reason").startswith("550 5.1.1")
    assert bounced == {**FACTS, "bouncedRecipient": "hidden+x@example.test"}
    submitted = records[4][1]
    assert submitted.pop("queueId")
    recipients = ["bob@example.test", "staff@example.test", "hidden+x@example.test", "alice@example.test"]
    assert submitted == {**FACTS, "recipients": recipients}


def test_a_message_to_the_outside_is_sent_or_bounced_for_each_recipient(world, people, records):
    world.sink.replies["no@elsewhere.test"] = "550 5.1.1 Nobody"
    world.submit(people[0], MAIL, "yes@elsewhere.test", "no@elsewhere.test")
    assert [event for event, _ in records] == [Event.OUTGOING_EMAIL_SUBMITTED]
    world.run(world.services.outbound.drain())
    sent, bounced = records[1:3]
    assert sent == (Event.OUTGOING_EMAIL_SENT, {**FACTS, "recipient": "yes@elsewhere.test"})
    expected = {**FACTS, "bouncedRecipient": "no@elsewhere.test", "reason": "550 5.1.1 Nobody"}
    assert bounced == (Event.OUTGOING_EMAIL_BOUNCED, expected)


@pytest.mark.parametrize("permission", [AccountPermission.SEND_AS, AccountPermission.SEND_ON_BEHALF])
def test_the_sender_is_named_only_where_somebody_acts_on_anothers_behalf(world, people, records, permission):
    alice, bob = people
    world.run(world.services.delegation.grant(alice.account_id, bob.id, permission))
    world.submit(bob, MAIL, "alice@example.test", sender="bob@example.test")
    for _, fields in records:
        assert fields["from"] == "alice@example.test"
        on_behalf = permission is AccountPermission.SEND_ON_BEHALF
        assert fields.get("sender") == ("bob@example.test" if on_behalf else None)


def test_what_was_refused_is_not_told_as_done(world, people, records):
    with pytest.raises(SendAsDenied):
        world.submit(people[1], MAIL, "alice@example.test")
    assert records == []


def test_sign_ins_are_told_without_their_secrets(world, people, records):
    alice, _ = people
    world.limit(failed_login_delay_s=0.0)
    world.run(world.services.credentials.set_password(alice.id, PASSWORD))
    token = world.run(world.services.credentials.add_token(alice.id, "phone"))

    def sign_in(secret, protocol="imap"):
        with contextlib.suppress(NotAuthenticated):
            world.run(
                world.services.credentials.authenticate(
                    "Alice@example.test", secret, protocol=protocol, address="192.0.2.1"
                )
            )

    sign_in(PASSWORD)
    sign_in("wrong-secret", "smtp")
    sign_in(token, "eas")
    world.run(world.services.access_rules.put("no", AccessRule(effect=Effect.DENY, actions=(Action.IMAP,))))
    sign_in(PASSWORD)
    who = {"user": "alice@example.test", "sourceIp": "192.0.2.1"}
    assert records == [
        (Event.AUTHENTICATION, {**who, "protocol": "IMAP", "result": "SUCCESS"}),
        (Event.AUTHENTICATION, {**who, "protocol": "SMTP", "result": "FAILURE"}),
        (
            Event.PERSONAL_ACCESS_TOKEN,
            {**who, "protocol": "ActiveSync", "result": "SUCCESS", "tokenName": "phone"},
        ),
        (Event.ACCESS_CONTROL, {**who, "protocol": "IMAP", "result": "DENY"}),
        (Event.AUTHENTICATION, {**who, "protocol": "IMAP", "result": "FAILURE"}),
    ]


def test_long_values_are_cut(records):
    event_log.record(Event.RULE_APPLIED, subject="x" * 1000, recipients=["a"] * 1000, empty="", nothing=None, zero=0)
    ((_, fields),) = records
    assert fields == {"subject": "x" * 256, "recipients": ["a"] * 500, "zero": 0}

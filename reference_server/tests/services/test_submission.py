"""Who may send as whom, what a message looks like when it arrives, and who gets a copy."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.model.envelope import EnvelopeRecipient
from mailproof_server.model.errors import (
    Invalid,
    LoopDetected,
    NotFound,
    NotQualified,
    OverQuota,
    SendAsDenied,
    TooLarge,
    TooMany,
)
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.message_head import MessageHead

RECEIVED = b"Received: from client\r\n by mail.example.test; date\r\n"
COMPLETE = b"Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <m1@client>\r\n"


def message(*fields, body=b"Hello\r\n"):
    """A message with Date and Message-ID, so that nothing need be added."""
    return COMPLETE + b"".join(field.encode() + b"\r\n" for field in fields) + b"\r\n" + body


def plain(sender="alice@example.test", *fields):
    return message(f"From: <{sender}>", "Subject: hi", *fields)


def grant(world, owner, grantee, permission):
    world.run(world.services.delegation.grant(owner.account_id, grantee.id, permission))


def parsed(data):
    return message_from_bytes(data, policy=policy.default)


@pytest.fixture
def alice(world):
    return world.user("alice", display_name="Alice Archer")


@pytest.fixture
def bob(world):
    return world.user("bob", display_name="Bob Bäcker")


@pytest.fixture
def dan(world):
    return world.user("dan", display_name="Dan Delgado")


# -- what arrives ----------------------------------------------------------------------------------------------------


def test_a_complete_message_arrives_as_it_was_below_its_trace(world, alice, bob):
    body = bytes(range(256)) + b"\r\n.\r\n--x\r\nBcc: not a field\r\n"
    data = message("From: Alice <alice@example.test>", "X-Odd:\t folded\r\n  here ", "Subject: h\u00e9", body=body)
    queue_id = world.submit(alice, data, "bob@example.test")
    assert queue_id
    assert world.inbox(bob) == [b"Return-Path: <alice@example.test>\r\n" + RECEIVED + data]
    assert world.inbox(alice) == []


FIELDS = [
    b"Bcc: x@y.test\r\n",
    b"X-A: 1\r\n",
    b"bcc : a@b.test,\r\n c@d.test\r\n",
    b"RESENT-BCC:x\r\n",
    b"Return-Path: <z@z.test>\r\n",
    b"no field\r\n",
    b"Subject: s\r\n t\r\n",
]


@given(st.lists(st.sampled_from(FIELDS)), st.sampled_from([b"", b"\r\n", b"\r\nBcc: body\r\n"]))
@settings(max_examples=100)
def test_only_whole_fields_are_taken_out(fields, rest):
    data = b"".join(fields) + rest
    kept = [each for each in fields if not each.lower().startswith((b"bcc", b"resent-bcc", b"return-path"))]
    removed = frozenset({b"bcc", b"resent-bcc", b"return-path"})
    assert MessageHead(data).edited([b"Top: 1\r\n"], removed) == b"Top: 1\r\n" + b"".join(kept) + rest


def test_bcc_never_leaks(world, alice, bob, dan):
    data = plain(
        "alice@example.test", "To: bob@example.test", "Bcc: dan@example.test,", " x@y.test", "bCC:dan@example.test"
    )
    world.submit(alice, data, "bob@example.test", "dan@example.test", "out@elsewhere.test")
    world.run(world.services.outbound.drain())
    for copy in (world.inbox(bob)[0], world.inbox(dan)[0], world.sink.sent[0].data):
        assert b"dan@" not in copy.lower()
        assert b"x@y.test" not in copy
        assert copy.endswith(b"Subject: hi\r\nTo: bob@example.test\r\n\r\nHello\r\n")


def test_a_return_path_given_by_the_client_is_replaced(world, alice, bob):
    world.submit(alice, plain("alice@example.test", "Return-Path: <evil@elsewhere.test>"), "bob@example.test")
    assert world.inbox(bob)[0].startswith(b"Return-Path: <alice@example.test>\r\nReceived:")
    assert b"evil" not in world.inbox(bob)[0]


def test_what_is_missing_is_added(world, alice, bob):
    data = b"From: alice@example.test\r\n\r\nHi\r\n"
    world.submit(alice, data, "bob@example.test")
    (copy,) = world.inbox(bob)
    assert copy.endswith(b"\r\n" + data)
    read = parsed(copy)
    assert read["Date"].datetime == world.clock.now()
    assert read["Message-ID"].endswith("@example.test>")
    assert read["Sender"] is None
    world.submit(alice, data, "bob@example.test")
    assert parsed(world.inbox(bob)[1])["Message-ID"] != read["Message-ID"]


def test_a_message_of_header_only_is_a_message(world, alice, bob):
    world.submit(alice, b"From: alice@example.test", "bob@example.test")
    assert world.inbox(bob)[0].endswith(b"\r\nFrom: alice@example.test")


# -- who may send ----------------------------------------------------------------------------------------------------


def test_the_envelope_sender_is_ones_own_primary_address(world, alice, bob):
    world.run(world.services.directory.add_alias(alice.id, "al@example.test"))
    check = world.services.submission.check_sender
    world.run(check(alice, "alice@example.test"))
    world.run(check(alice, "Alice@EXAMPLE.test"))
    for address in ("al@example.test", "alice+x@example.test", "bob@example.test", "alice@elsewhere.test", "alice"):
        with pytest.raises(SendAsDenied):
            world.run(check(alice, address))
        with pytest.raises(SendAsDenied):
            world.submit(alice, plain(), "bob@example.test", sender=address)
    with pytest.raises(Invalid):
        world.run(check(alice, "@example.test"))
    assert world.inbox(bob) == []


def test_the_null_sender_is_everybodys(world, alice, bob):
    world.run(world.services.submission.check_sender(alice, ""))
    world.submit(alice, plain(), "bob@example.test", sender="")
    (stored,) = world.inbox(bob)
    assert stored.startswith(b"Return-Path: <>\r\n")
    with pytest.raises(SendAsDenied):
        world.submit(alice, plain("bob@example.test"), "bob@example.test", sender="")


@pytest.mark.parametrize(
    "sender",
    ["bob@example.test", "al@example.test", "alice+x@example.test", "alice@elsewhere.test", "staff@example.test"],
)
def test_a_foreign_author_is_refused_and_told_about_in_the_own_inbox(world, alice, bob, sender):
    world.run(world.services.directory.add_alias(alice.id, "al@example.test"))
    world.group("staff", alice)
    with pytest.raises(SendAsDenied):
        world.submit(alice, message(f"From: {sender}", "Subject: =?utf-8?q?h=C3=A9?="), "bob@example.test", "x@y.test")
    assert world.inbox(bob) == []
    (told,) = map(parsed, world.inbox(alice))
    assert told["From"].addresses[0].addr_spec == "postmaster@example.test"
    assert told["Auto-Submitted"] == "auto-generated"
    assert sender in told.get_content()
    assert "h\u00e9" in told.get_content()
    assert world.run(world.services.outbound.drain()) == 0


def test_notices_do_not_fill_an_account_beyond_its_quota(world, alice):
    world.run(world.services.quota.set_limit(None, alice.account_id, 3000))
    for _ in range(10):
        with pytest.raises(SendAsDenied):
            world.submit(alice, plain("bob@example.test"), "x@y.test")
    denied = [each for each in world.inbox(alice) if b"not sent" in each]
    assert 1 <= len(denied) < 10


@pytest.mark.parametrize("permission", [AccountPermission.SEND_AS, AccountPermission.SEND_ON_BEHALF])
@pytest.mark.parametrize("through_group", [False, True])
def test_a_grant_lets_the_delegate_use_the_owners_address(world, alice, bob, dan, permission, through_group):
    grant(world, alice, world.group("staff", dan) if through_group else dan, permission)
    for sender in ("dan@example.test", "alice@example.test"):
        world.run(world.services.submission.check_sender(dan, sender))
        world.submit(dan, plain("alice@example.test"), "bob@example.test", sender=sender)
        read = parsed(world.inbox(bob)[-1])
        assert read["From"].addresses[0].addr_spec == "alice@example.test"
        assert read["Return-Path"] == f"<{sender}>"
        if permission is AccountPermission.SEND_AS:
            assert read["Sender"] is None
        else:
            assert str(read["Sender"]) == "Dan Delgado <dan@example.test>"
    # The owner's aliases and sub-addresses are not in the grant, nor is the way back.
    world.run(world.services.directory.add_alias(alice.id, "al@example.test"))
    for who, author in [(dan, "al@example.test"), (dan, "alice+x@example.test"), (alice, "dan@example.test")]:
        with pytest.raises(SendAsDenied):
            world.submit(who, plain(author), "bob@example.test")


def test_full_access_alone_does_not_permit_sending(world, alice, bob, dan):
    grant(world, alice, dan, AccountPermission.FULL_ACCESS)
    with pytest.raises(SendAsDenied):
        world.submit(dan, plain("alice@example.test"), "bob@example.test")


def test_a_revoked_grant_is_gone_with_the_next_message(world, alice, bob, dan):
    grant(world, alice, dan, AccountPermission.SEND_AS)
    world.submit(dan, plain("alice@example.test"), "bob@example.test")
    world.run(world.services.delegation.revoke(alice.account_id, dan.id, AccountPermission.SEND_AS))
    with pytest.raises(SendAsDenied):
        world.submit(dan, plain("alice@example.test"), "bob@example.test")


def test_on_behalf_the_sender_is_always_the_one_who_acts(world, alice, bob, dan):
    grant(world, alice, bob, AccountPermission.SEND_ON_BEHALF)
    for given_sender in ("Sender: alice@example.test", "Sender: evil@elsewhere.test", "Sender: bob@example.test"):
        world.submit(bob, plain("alice@example.test", given_sender), "dan@example.test")
        read = parsed(world.inbox(dan)[-1])
        assert [each.addr_spec for each in read.get_all("Sender")[0].addresses] == ["bob@example.test"]
        assert len(read.get_all("Sender")) == 1
        assert read["Sender"].addresses[0].display_name == "Bob Bäcker"


@pytest.mark.parametrize(
    ("permission", "given_sender", "outcome"),
    [
        (None, "alice@example.test", "alice@example.test"),
        (None, "dan@example.test", SendAsDenied),
        (None, "alice+x@example.test", SendAsDenied),
        (AccountPermission.SEND_AS, "dan@example.test", "dan@example.test"),
        (AccountPermission.SEND_ON_BEHALF, "dan@example.test", "alice@example.test"),
    ],
)
def test_a_sender_field_beside_the_own_author(world, alice, bob, dan, permission, given_sender, outcome):
    if permission is not None:
        grant(world, dan, alice, permission)
    data = plain("alice@example.test", f"Sender: <{given_sender}>")
    if outcome is SendAsDenied:
        with pytest.raises(SendAsDenied):
            world.submit(alice, data, "bob@example.test")
    else:
        world.submit(alice, data, "bob@example.test")
        assert parsed(world.inbox(bob)[0])["Sender"].addresses[0].addr_spec == outcome


def test_several_authors_are_all_checked_and_get_a_sender(world, alice, bob, dan):
    both = message("From: alice@example.test, Dan <dan@example.test>")
    with pytest.raises(SendAsDenied):
        world.submit(alice, both, "bob@example.test")
    grant(world, dan, alice, AccountPermission.SEND_AS)
    world.submit(alice, both, "bob@example.test")
    assert parsed(world.inbox(bob)[0])["Sender"].addresses[0].addr_spec == "alice@example.test"


@pytest.mark.parametrize(
    "fields",
    [
        ["Subject: no author"],
        ["From: alice@example.test", "From: alice@example.test"],
        ["From: alice@example.test", "from : bob@example.test"],
        ["From:"],
        ["From: undisclosed:;"],
        ["From: alice"],
        ["From: alice@example.test, bob"],
        ["From: alice@example.test", "Sender: alice@example.test", "Sender: alice@example.test"],
        ["From: alice@example.test", "Sender: alice@example.test, alice@example.test"],
        ["From: alice@example.test", "Sender:"],
        ["From: " + ",".join(["alice@example.test"] * 101)],
        ["From: " + "x" * 10_001 + " <alice@example.test>"],
        ["From: alice@example.test", *["X: y"] * 10_000],
    ],
)
def test_a_message_without_one_clear_author_is_refused(world, alice, bob, fields):
    with pytest.raises(Invalid):
        world.submit(alice, message(*fields), "bob@example.test")
    assert world.inbox(bob) == world.inbox(alice) == []


@pytest.mark.parametrize(
    "author",
    [
        "bob@example.test <alice@example.test>",
        '"bob@example.test" <alice@example.test>',
        "Alice (bob@example.test) <alice@example.test>",
        "ALICE@EXAMPLE.TEST",
        "people: alice@example.test;",
    ],
)
def test_display_names_are_not_authors(world, alice, bob, author):
    world.submit(alice, message(f"From: {author}"), "bob@example.test")
    assert len(world.inbox(bob)) == 1


@pytest.mark.parametrize(
    "author",
    [
        "alice@example.test, bob@example.test",
        "alice@example.test <bob@example.test>",
        "g: alice@example.test, bob@example.test;",
    ],
)
def test_a_foreign_author_does_not_hide_beside_the_own_address(world, alice, bob, author):
    with pytest.raises(SendAsDenied):
        world.submit(alice, message(f"From: {author}"), "bob@example.test")


# -- limits ----------------------------------------------------------------------------------------------------------


def test_limits_of_a_message(world, alice, bob):
    world.limit(message_bytes=300, recipients=2, received_hops=3)
    with pytest.raises(TooLarge):
        world.submit(alice, plain() + b"x" * 300, "bob@example.test")
    with pytest.raises(TooMany):
        world.submit(alice, plain(), "bob@example.test", "a@x.test", "b@x.test")
    with pytest.raises(Invalid):
        world.submit(alice, plain())
    with pytest.raises(LoopDetected):
        world.submit(alice, plain("alice@example.test", *["Received: x"] * 4), "bob@example.test")
    world.submit(alice, plain("alice@example.test", *["Received: x"] * 3), "bob@example.test")
    assert len(world.inbox(bob)) == 1


# -- recipients ------------------------------------------------------------------------------------------------------


def test_recipients_are_checked_one_by_one(world, alice, bob):
    check = world.services.submission.check_recipient
    world.run(world.services.quota.set_limit(None, bob.account_id, 100))
    for address in (
        "alice@example.test",
        "bob@example.test",
        "bob+x@example.test",
        "anyone@elsewhere.test",
        "postmaster",
    ):
        world.run(check(alice, address))
    with pytest.raises(NotFound):
        world.run(check(alice, "nobody@example.test"))
    with pytest.raises(Invalid):
        world.run(check(alice, "@example.test"))
    with pytest.raises(OverQuota):
        world.run(check(alice, "bob@example.test", 101))
    world.group("staff", alice, bob)
    world.run(check(alice, "staff@example.test", 101))
    world.append(bob, world.folder(bob), b"x" * 100)
    with pytest.raises(OverQuota):
        world.run(check(alice, "bob+x@example.test"))


def test_everybody_gets_one_copy(world, alice, bob, dan):
    world.run(world.services.directory.add_alias(bob.id, "robert@example.test"))
    inner = world.group("inner", bob, dan)
    outer = world.group("outer", inner, bob, alice)
    # A circle, which the directory refuses and which must not matter all the same.
    world.run(world.store.write(lambda transaction: transaction.add_member(inner.id, outer.id)))
    addresses = ["bob", "robert", "bob+tag", "outer", "BOB"]
    world.submit(alice, plain(), *(f"{each}@example.test" for each in addresses))
    assert [len(world.inbox(each)) for each in (alice, bob, dan)] == [1, 1, 1]
    contents = {
        world.run(world.services.messages.rows(each, world.folder(each).id))[0].content_id for each in (alice, bob, dan)
    }
    assert len(contents) == 1


def test_mail_to_oneself_arrives(world, alice):
    world.submit(alice, plain(), "alice@example.test")
    assert len(world.inbox(alice)) == 1


def test_nobody_reached_is_a_refusal_and_nothing_happens(world, alice, bob):
    world.run(world.services.quota.set_limit(None, bob.account_id, 10))
    with pytest.raises(OverQuota):
        world.submit(alice, plain(), "bob@example.test")
    with pytest.raises(NotFound):
        world.submit(alice, plain(), "nobody@example.test", "bob@example.test")
    assert world.inbox(alice) == world.inbox(bob) == []


def test_some_reached_is_a_delivery_and_a_report(world, alice, bob, dan):
    world.run(world.services.quota.set_limit(None, bob.account_id, 10))
    world.submit(alice, plain(), "bob@example.test", "dan@example.test", "gone@example.test")
    assert len(world.inbox(dan)) == 1
    assert world.inbox(bob) == []
    (told,) = map(parsed, world.inbox(alice))
    assert told.get_content_type() == "multipart/report"
    statuses = [part["Status"] for part in told.get_payload()[1].get_payload()[1:]]
    assert statuses == ["5.2.2", "5.1.1"]


def test_wishes_about_reports_are_honoured(world, alice, bob, dan):
    world.run(world.services.quota.set_limit(None, bob.account_id, 10))
    never = EnvelopeRecipient("bob@example.test", frozenset({"NEVER"}))
    success_only = EnvelopeRecipient("gone@example.test", frozenset({"SUCCESS"}))
    world.submit(alice, plain(), never, success_only, "dan@example.test")
    assert world.inbox(alice) == []
    wanted = EnvelopeRecipient("dan@example.test", frozenset({"SUCCESS", "FAILURE"}), "rfc822;Dan@Example.Test")
    world.group("staff", dan, alice)
    group = EnvelopeRecipient("staff@example.test", frozenset({"SUCCESS"}))
    world.submit(alice, plain(), wanted, group, envelope_id="E1")
    told = parsed(world.inbox(alice)[-1])
    first, *each = told.get_payload()[1].get_payload()
    assert first["Original-Envelope-Id"] == "E1"
    assert [(part["Final-Recipient"], part["Action"], part["Status"]) for part in each] == [
        ("rfc822; dan@example.test", "delivered", "2.0.0"),
        ("rfc822; staff@example.test", "expanded", "2.0.0"),
    ]
    assert each[0]["Original-Recipient"] == "rfc822;Dan@Example.Test"
    # RFC 3461 4.3: no failure, so the header only.
    assert told.get_payload()[2].get_content_type() == "text/rfc822-headers"


def test_the_queue_id_of_the_trace_is_the_one_told(world, alice, bob):
    assert world.submit(alice, plain(), "bob@example.test", extras={"queue_id": "Q17"}) == "Q17"


def test_outside_recipients_are_queued_with_the_local_copies(world, alice, bob):
    world.submit(alice, plain(), "bob@example.test", "x@elsewhere.test", "X@Elsewhere.Test", "y@other.test")
    assert world.run(world.services.outbound.drain()) == 1
    (sent,) = world.sink.sent
    assert [each.address for each in sent.envelope.recipients] == ["x@elsewhere.test", "y@other.test"]
    assert sent.envelope.sender == "alice@example.test"
    assert sent.data == RECEIVED + plain()
    assert len(world.inbox(bob)) == 1


def test_a_recipient_outside_needs_a_qualified_domain(world, alice):
    check = world.services.submission.check_recipient
    for address in ("x@elsewhere.test", "x@[192.0.2.1]", "x@[IPv6:2001:db8::1]"):
        world.run(check(alice, address))
    with pytest.raises(NotQualified):
        world.run(check(alice, "x@elsewhere"))


@pytest.mark.parametrize("field", ["To: x@office", "Cc: a@b.test, Bob <bob@localhost>", "Reply-To: g: x@y;"])
def test_domains_in_the_header_are_qualified(world, alice, field):
    with pytest.raises(NotQualified):
        world.submit(alice, plain("alice@example.test", field), "bob@elsewhere.test")


@pytest.mark.parametrize("field", ["To: undisclosed-recipients:;", "To: bob", "Cc: x@[192.0.2.1]", "To: a@b.test"])
def test_other_address_fields_are_let_through(world, alice, field):
    world.submit(alice, plain("alice@example.test", field), "bob@elsewhere.test")


@pytest.mark.parametrize(
    ("value", "stays"),
    [
        ("<a@b>", True),
        ("<a b@c.test>", True),
        ("a@b.test", False),
        ("<ab>", False),
        ("", False),
        ("<a@b> <c@d>", False),
    ],
)
def test_a_message_id_that_is_none_is_replaced(world, alice, value, stays):
    data = plain().replace(b"Message-ID: <m1@client>", f"Message-ID: {value}".encode())
    assert f"Message-ID: {value}\r\n".encode() in data
    world.submit(alice, data, "alice@example.test")
    (stored,) = world.inbox(alice)
    assert (f"\r\nMessage-ID: {value}\r\n".encode() in stored) is stays
    assert stored.count(b"Message-ID:") == 1

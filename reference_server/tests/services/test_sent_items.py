"""One copy in Sent Items for each message, whoever stores it (MAIL-06); what inside and outside are told."""

from email import message_from_bytes, policy

import pytest

from mailproof_server.model.errors import Invalid, OverQuota, SendAsDenied
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.item import Flag, Flags
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.delegation import SendRight, Via

RECEIVED = b"Received: from client\r\n by mail.example.test; date\r\n"
FIELDS = b"Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <m1@client>\r\n"
MAIL = FIELDS + b"From: Alice <alice@example.test>\r\nTo: bob@example.test\r\nSubject: hi\r\n\r\nHello\r\n"
BLIND = MAIL.replace(b"Subject", b"Bcc: carol@example.test\r\nSubject")


@pytest.fixture
def alice(world):
    return world.user("alice", display_name="Alice Archer")


@pytest.fixture
def bob(world):
    return world.user("bob")


def contents(world, principal, role=FolderRole.SENT):
    folder = world.role(principal, role)
    messages = world.services.messages
    uids = world.run(messages.uids(principal, folder.id))
    return [world.run(messages.data(principal, folder.id, uid)) for uid in uids]


def send(world, principal, data, *recipients, via=Via.SMTP, sender=None, keeps_copy=None):
    from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope

    envelope = SmtpEnvelope(
        principal.address if sender is None else sender, tuple(map(EnvelopeRecipient, recipients)), received=RECEIVED
    )
    submission = world.services.submission
    return world.run(submission.submit(principal, envelope, data, via=via, keeps_copy=keeps_copy))


def parsed(data):
    return message_from_bytes(data, policy=policy.default)


# -- one copy --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("via", Via)
def test_every_way_of_sending_leaves_one_read_copy(world, alice, bob, via):
    send(world, alice, MAIL, "bob@example.test", "out@elsewhere.test", via=via)
    assert contents(world, alice) == world.inbox(bob)
    (row,) = world.run(world.services.messages.rows(alice, world.role(alice, FolderRole.SENT).id))
    assert row.system == Flag.SEEN
    assert contents(world, bob) == []


def test_the_operator_can_do_without_copies_over_smtp(world, alice, bob):
    world.limit(sent_copies_over_smtp=False)
    send(world, alice, MAIL, "bob@example.test")
    assert contents(world, alice) == []
    send(world, alice, MAIL, "bob@example.test", via=Via.EWS)
    assert len(contents(world, alice)) == 1


def test_a_client_may_ask_for_no_copy(world, alice, bob):
    send(world, alice, MAIL, "bob@example.test", via=Via.EWS, keeps_copy=False)
    assert contents(world, alice) == []


def test_the_copy_says_who_got_a_blind_copy(world, alice, bob):
    carol = world.user("carol")
    send(world, alice, BLIND, "bob@example.test", "carol@example.test")
    assert contents(world, alice) == [BLIND]
    assert b"Bcc" not in world.inbox(bob)[0] + world.inbox(carol)[0]


def test_what_a_client_stores_after_sending_takes_the_place_of_the_servers_copy(world, alice, bob):
    send(world, alice, MAIL, "bob@example.test")
    sent = world.role(alice, FolderRole.SENT)
    placement = world.append(alice, sent, BLIND, flags=Flags(Flag.SEEN))
    assert placement == (2,)
    assert contents(world, alice) == [BLIND]
    # It is the client's from now on: storing it twice is storing it twice.
    world.append(alice, sent, BLIND)
    assert contents(world, alice) == [BLIND, BLIND]


def test_what_a_client_has_stored_before_sending_is_the_copy(world, alice, bob):
    world.append(alice, world.role(alice, FolderRole.SENT), BLIND)
    send(world, alice, MAIL, "bob@example.test")
    assert contents(world, alice) == [BLIND]
    assert len(world.inbox(bob)) == 1


def test_other_messages_and_other_folders_keep_the_servers_copy(world, alice, bob):
    send(world, alice, MAIL, "bob@example.test")
    world.append(alice, world.role(alice, FolderRole.SENT), MAIL.replace(b"<m1@", b"<m2@"))
    world.append(alice, world.role(alice, FolderRole.DRAFTS), MAIL)
    assert len(contents(world, alice)) == 2


def test_what_is_refused_leaves_no_copy(world, alice):
    with pytest.raises(SendAsDenied):
        send(world, alice, MAIL.replace(b"alice@", b"bob@"), "alice@example.test")
    assert contents(world, alice) == []


def test_a_full_account_sends_over_smtp_without_a_copy_and_not_at_all_where_the_copy_would_be_lost(world, alice, bob):
    world.run(world.services.quota.set_limit(None, alice.account_id, 10))
    send(world, alice, MAIL, "bob@example.test")
    assert contents(world, alice) == []
    with pytest.raises(OverQuota):
        send(world, alice, MAIL, "bob@example.test", via=Via.EWS)
    assert len(world.inbox(bob)) == 1


@pytest.mark.parametrize("for_owner", [False, True])
def test_the_copy_of_what_was_sent_as_another_is_the_senders(world, alice, bob, for_owner):
    world.limit(sent_copy_to_owner=for_owner)
    world.run(world.services.delegation.grant(bob.account_id, alice.id, AccountPermission.SEND_AS))
    send(world, alice, MAIL.replace(b"alice@", b"bob@"), "bob@example.test")
    assert len(contents(world, alice)) == 1
    assert len(contents(world, bob)) == for_owner


# -- aliases (ADDR-02, ADDR-03) ----------------------------------------------------------------------------------------

FROM_ALIAS = MAIL.replace(b"Alice <alice@", "Älice Sales <Sales@".encode())


@pytest.fixture
def sales(world, alice):
    world.run(world.services.directory.add_alias(alice.id, "sales@example.test"))


@pytest.mark.parametrize("via", [Via.SMTP, Via.EAS, Via.EWS])
def test_an_alias_is_for_the_web_client(world, alice, bob, sales, via):
    with pytest.raises(SendAsDenied):
        send(world, alice, FROM_ALIAS, "bob@example.test", via=via)
    with pytest.raises(SendAsDenied):
        send(world, alice, MAIL, "bob@example.test", via=via, sender="sales@example.test")
    assert world.inbox(bob) == []
    # FEATURES DELE-04: each refusal arrives in the own inbox as well.
    assert len(world.inbox(alice)) == 2


@pytest.mark.parametrize("sender", ["alice@example.test", "sales@example.test"])
def test_recipients_outside_see_the_alias_and_those_inside_the_primary_address(world, alice, bob, sales, sender):
    send(world, alice, FROM_ALIAS, "bob@example.test", "out@elsewhere.test", via=Via.WEB, sender=sender)
    world.run(world.services.outbound.drain())
    (inside,), (outside,) = world.inbox(bob), world.sink.sent
    assert b"sales@" not in inside.lower()
    assert parsed(inside)["From"] == "Älice Sales <alice@example.test>"
    assert inside.startswith(b"Return-Path: <alice@example.test>")
    assert b"alice@" not in outside.data
    assert "Älice Sales <Sales@example.test>".encode() in outside.data
    assert outside.envelope.sender == sender
    (kept,) = contents(world, alice)
    assert kept == FROM_ALIAS


def test_an_alias_is_the_only_author(world, alice, bob, sales):
    two = MAIL.replace(b"From: Alice <alice@example.test>", b"From: sales@example.test, alice@example.test")
    with pytest.raises(SendAsDenied):
        send(world, alice, two, "bob@example.test", via=Via.WEB)


@pytest.mark.parametrize("via", [Via.WEB, Via.SMTP])
def test_nobody_sends_from_a_sub_address_or_from_anothers_alias(world, alice, bob, sales, via):
    for address in (b"alice+x@", b"sales+x@"):
        with pytest.raises(SendAsDenied):
            send(world, alice, MAIL.replace(b"alice@", address), "bob@example.test", via=via)
    with pytest.raises(SendAsDenied):
        send(world, bob, FROM_ALIAS, "bob@example.test", via=via)


@pytest.mark.parametrize("via", [Via.SMTP, Via.EAS, Via.EWS])
def test_clients_aliases_can_be_rewritten_instead(world, alice, bob, sales, via):
    world.limit(alias_over_clients="rewrite")
    world.run(world.services.submission.check_sender(alice, "sales@example.test", via))
    send(world, alice, FROM_ALIAS, "bob@example.test", "out@elsewhere.test", via=via, sender="sales@example.test")
    world.run(world.services.outbound.drain())
    (outside,) = world.sink.sent
    assert outside.envelope.sender == "alice@example.test"
    for copy in (world.inbox(bob)[0], outside.data):
        assert b"sales@" not in copy.lower()
        assert parsed(copy)["From"].addresses[0].addr_spec == "alice@example.test"


def test_which_addresses_a_client_may_offer(world, alice, bob, sales):
    staff = world.group("staff", alice)
    world.run(world.services.delegation.grant(bob.account_id, staff.id, AccountPermission.SEND_ON_BEHALF))
    sendable = world.services.delegation.sendable
    expected = [("alice@example.test", SendRight.OWN), ("bob@example.test", SendRight.ON_BEHALF)]
    assert world.run(sendable(alice)) == expected
    expected.insert(1, ("sales@example.test", SendRight.ALIAS))
    assert world.run(sendable(alice, Via.WEB)) == expected


# -- Message-ID ------------------------------------------------------------------------------------------------------


def test_a_message_keeps_its_message_id(world, alice, bob):
    send(world, alice, MAIL, "bob@example.test")
    assert parsed(world.inbox(bob)[0])["Message-ID"] == "<m1@client>"


def test_message_ids_can_be_rewritten_on_the_way_and_stay_in_the_senders_copy(world, alice, bob):
    world.limit(message_ids="rewrite")
    answer = MAIL.replace(b"Subject", b"In-Reply-To: <m0@x>\r\nReferences: <m0@x>\r\nSubject")
    send(world, alice, answer, "bob@example.test", "out@elsewhere.test")
    world.run(world.services.outbound.drain())
    (inside,), (outside,) = world.inbox(bob), world.sink.sent
    new = parsed(inside).get_all("Message-ID")
    assert len(new) == 1
    assert new != ["<m1@client>"]
    assert parsed(outside.data).get_all("Message-ID") == new
    assert b"<m1@client>" not in inside + outside.data
    assert parsed(inside)["References"] == "<m0@x>"
    assert contents(world, alice) == [answer]
    # The client's own copy still replaces the server's: both are called what the client has called it.
    world.append(alice, world.role(alice, FolderRole.SENT), answer)
    assert contents(world, alice) == [answer]


# -- in the name of a group (DELE-03) ----------------------------------------------------------------------------------


def test_send_as_and_on_behalf_of_a_group(world, alice, bob):
    staff = world.group("staff", bob)
    delegation, mail = world.services.delegation, MAIL.replace(b"Alice <alice@", b"Staff <staff@")
    with pytest.raises(SendAsDenied):
        send(world, alice, mail, "bob@example.test")
    world.run(delegation.grant_on(staff.id, alice.id, AccountPermission.SEND_ON_BEHALF))
    send(world, alice, mail, "bob@example.test")
    assert parsed(world.inbox(bob)[-1])["Sender"] == "Alice Archer <alice@example.test>"
    world.run(delegation.grant_on(staff.id, alice.id, AccountPermission.SEND_AS))
    send(world, alice, mail.replace(b"<m1@", b"<m2@"), "bob@example.test", sender="staff@example.test")
    last = parsed(world.inbox(bob)[-1])
    assert (last["Sender"], last["From"]) == (None, "Staff <staff@example.test>")
    assert len(contents(world, alice)) == 2
    for permission in (AccountPermission.SEND_AS, AccountPermission.SEND_ON_BEHALF):
        world.run(delegation.revoke_on(staff.id, alice.id, permission))
    with pytest.raises(SendAsDenied):
        send(world, alice, mail, "bob@example.test")


def test_full_access_is_for_accounts(world, alice):
    staff = world.group("staff")
    with pytest.raises(Invalid):
        world.run(world.services.delegation.grant_on(staff.id, alice.id, AccountPermission.FULL_ACCESS))
    grants = world.services.delegation.grants_on
    assert world.run(grants(staff.id)) == []
    world.run(world.services.delegation.grant_on(alice.id, staff.id, AccountPermission.SEND_AS))
    assert [(entry.id, each) for entry, each in world.run(grants(alice.id))] == [(staff.id, AccountPermission.SEND_AS)]

"""What rules do with arriving mail: folders, flags, what is sent on, when they stop (RULE-03 to RULE-09)."""

from itertools import pairwise

import pytest

from mailproof_server.model.item import Flag
from mailproof_server.services.categories import category_of, keyword_of
from tests.services.ruling import (
    deliver,
    error_of,
    fields_of,
    held,
    items,
    mail,
    places,
    put,
    sent_outside,
)

TRASH = "Deleted Items"


@pytest.fixture
def people(world):
    return {name: world.user(name, display_name=name.title()) for name in ("alice", "bob", "carol")}


@pytest.fixture
def bob(world, people):
    bob = people["bob"]
    for path in ("Work", "News"):
        world.run(world.services.folders.create(bob, bob.account_id, path))
    return bob


# -- where it goes ---------------------------------------------------------------------------------------------------


def test_without_rules_mail_lies_unread_in_the_inbox(world, bob):
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}
    assert items(world, bob)[0].system == 0


def test_a_moved_message_never_reaches_the_inbox(world, bob):
    put(world, bob, {"MoveToFolder": "Work"}, conditions={"ContainsSubjectStrings": ["news"]})
    uid_next = world.folder(bob).uid_next
    deliver(world, mail())
    assert places(world, bob) == {"Work": 1}
    assert world.folder(bob).uid_next == uid_next


def test_a_copy_leaves_the_original_in_the_inbox(world, bob):
    put(world, bob, {"CopyToFolder": "Work"})
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1, "Work": 1}
    assert held(world, bob) == held(world, bob, "Work")


def test_delete_means_deleted_items_and_permanent_delete_nowhere(world, bob):
    put(world, bob, {"Delete": True}, "soft", conditions={"ContainsSubjectStrings": ["soft"]})
    put(world, bob, {"PermanentDelete": True}, "hard", conditions={"ContainsSubjectStrings": ["hard"]})
    deliver(world, mail(subject=b"soft"))
    assert places(world, bob) == {TRASH: 1}
    deliver(world, mail(subject=b"hard"))
    assert places(world, bob) == {TRASH: 1}


def test_two_rules_that_move_give_two_copies(world, bob):
    put(world, bob, {"MoveToFolder": "Work"}, "a")
    put(world, bob, {"MoveToFolder": "News"}, "b")
    put(world, bob, {"MoveToFolder": "Work"}, "c")
    deliver(world, mail())
    assert places(world, bob) == {"Work": 1, "News": 1}


def test_a_rule_may_copy_into_the_inbox_once(world, bob):
    put(world, bob, {"CopyToFolder": "INBOX"})
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}


def test_rules_stop_where_a_rule_says_so(world, bob):
    put(world, bob, {"MarkAsRead": True, "StopProcessingRules": True}, "a")
    put(world, bob, {"MoveToFolder": "Work"}, "b")
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}
    world.run(world.services.rules.reorder(bob, bob.account_id, ["b", "a"]))
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1, "Work": 1}


def test_a_rule_that_is_off_or_excepted_does_nothing(world, bob):
    put(world, bob, {"MoveToFolder": "Work"}, "off", enabled=False)
    put(world, bob, {"MoveToFolder": "News"}, "excepted", exceptions={"FromAddresses": ["alice@example.test"]})
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}


# -- what it looks like ----------------------------------------------------------------------------------------------


def test_flags_categories_and_importance_are_those_of_every_copy(world, bob):
    put(world, bob, {"CopyToFolder": "Work"}, "a")
    actions = {"MarkAsRead": True, "AssignCategories": ["Red category", "Grün"], "MarkImportance": "High"}
    put(world, bob, actions, "b")
    deliver(world, mail())
    for path in ("INBOX", "Work"):
        (item,) = items(world, bob, path)
        assert item.system == Flag.SEEN
        assert {category_of(each) for each in item.keywords.split()} == {"Red category", "Grün"}
        assert world.run(world.store.read(lambda view, item=item: view.properties(item.id))) == {"importance": "high"}


@pytest.mark.parametrize("name", ["Red category", "a=b", "=20", "plain", "Grün & Söhne (alt)", "\\Seen", "100%", "x*"])
def test_a_category_comes_back_from_its_keyword(name):
    keyword = keyword_of(name)
    assert category_of(keyword) == name
    assert keyword.isascii()
    assert not set(keyword) & set('(){%*"\\] ')


def test_categories_beyond_what_a_folder_knows_are_told_and_the_message_arrives(world, bob):
    world.limit(keywords_per_folder=1)
    put(world, bob, {"AssignCategories": ["one", "two"]})
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}
    assert "keywords" in error_of(world, bob)


# -- sending on ------------------------------------------------------------------------------------------------------


def test_forward_sends_a_message_of_ones_own_and_keeps_the_original(world, people, bob):
    put(world, bob, {"ForwardToRecipients": ["carol@example.test"]})
    body = b"Content-Type: text/html\r\n\r\n<p>Gr\xc3\xbc\xc3\x9fe</p>\r\n"
    data = mail(
        b"MIME-Version: 1.0", b"References: <zero@x>", b'Content-Type: multipart/mixed;\r\n boundary="inner"',
        body=b"--inner\r\n" + body + b"--inner\r\nContent-Type: application/pdf\r\n\r\nPDF\r\n--inner--\r\n",
    )  # fmt: skip
    deliver(world, data)
    assert len(held(world, bob)) == 1
    (got,) = held(world, people["carol"])
    assert got.startswith(b"Return-Path: <bob@example.test>\r\n")
    assert fields_of(got, b"From") == [b"Bob <bob@example.test>"]
    assert fields_of(got, b"To") == [b"<carol@example.test>"]
    assert fields_of(got, b"Subject") == [b"FW: News"]
    assert fields_of(got, b"Auto-Submitted") == [b"auto-generated"]
    assert fields_of(got, b"In-Reply-To") == [b"<one@example.test>"]
    assert fields_of(got, b"References") == [b"<zero@x> <one@example.test>"]
    assert fields_of(got, b"Message-ID")[0] not in (b"<one@example.test>", b"")
    assert b"From: Alice <alice@example.test>" in got
    assert body in got
    row = world.run(
        world.services.messages.stored(people["carol"], world.folder(people["carol"]).id, [(1, 1)], ["body_structure"])
    )
    structure = row[0][2][0]
    assert structure.count(b'"PLAIN"') == 1
    assert structure.count(b'"HTML"') == structure.count(b'"PDF"') == 1


def test_forward_as_attachment_holds_the_original_octet_by_octet(world, people, bob):
    put(world, bob, {"ForwardAsAttachmentToRecipients": ["carol@example.test"]})
    deliver(world, mail(b"X-Odd:   spaces  ", body=b"\xff\xfe\r\n--part\r\n"))
    (got,) = held(world, people["carol"])
    assert fields_of(got, b"From") == [b"Bob <bob@example.test>"]
    assert mail(b"X-Odd:   spaces  ", body=b"\xff\xfe\r\n--part\r\n") in got
    assert b"Content-Type: message/rfc822" in got


def test_redirect_keeps_the_message_and_its_sender(world, people, bob):
    put(world, bob, {"RedirectToRecipients": ["carol@example.test"]})
    deliver(world, mail())
    (got,) = held(world, people["carol"])
    assert got.startswith(b"Return-Path: <alice@example.test>\r\n")
    assert got.endswith(mail())
    assert fields_of(got, b"Resent-From") == [b"<bob@example.test>"]
    assert fields_of(got, b"Resent-To") == [b"<carol@example.test>"]
    assert fields_of(got, b"From") == [b"Alice <alice@example.test>"]
    assert fields_of(got, b"Message-ID") == [b"<one@example.test>"]
    assert len(held(world, bob)) == 1


@pytest.mark.parametrize("action", ["ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients"])
def test_groups_resources_and_outside_addresses_are_reached(world, people, bob, action):
    world.group("staff", people["carol"], people["alice"])
    room = world.principal(world.run(world.services.directory.create_resource("room@example.test", kind="room")))
    put(world, bob, {action: ["staff@example.test", "room@example.test", "out@elsewhere.test"]})
    deliver(world, mail())
    assert [len(held(world, each)) for each in (people["carol"], people["alice"], room)] == [1, 1, 1]
    world.run(world.services.outbound.drain())
    ((sender, recipients, _),) = sent_outside(world)
    assert recipients == ["out@elsewhere.test"]
    assert sender == ("alice@example.test" if action == "RedirectToRecipients" else "bob@example.test")


def test_a_redirect_of_an_outsiders_mail_to_the_outside_goes_under_the_owners_name(world, bob):
    """No domain lets another one send in its name (SPF)."""
    put(world, bob, {"RedirectToRecipients": ["out@elsewhere.test"]})
    deliver(world, mail(), sender="someone@third.test")
    world.run(world.services.outbound.drain())
    ((sender, _, data),) = sent_outside(world)
    assert sender == "bob@example.test"
    assert b"From: Alice" in data


BOUNCE = mail(
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    body=b"--b\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--b--\r\n",
)


@pytest.mark.parametrize("action", ["ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients"])
@pytest.mark.parametrize("data", [BOUNCE, mail(head=b"From: MAILER-DAEMON@example.test\r\nTo: bob@example.test\r\n")])
def test_bounces_are_never_sent_on(world, people, bob, action, data):
    put(world, bob, {action: ["carol@example.test"], "MoveToFolder": "Work"})
    deliver(world, data, sender="")
    assert held(world, people["carol"]) == []
    assert places(world, bob) == {"Work": 1}


def test_the_bounce_of_a_forward_comes_to_the_forwarder_and_stays(world, people, bob):
    put(world, bob, {"ForwardToRecipients": ["out@elsewhere.test", "carol@example.test"]})
    world.sink.replies["out@elsewhere.test"] = "550 5.1.1 No such user"
    deliver(world, mail())
    world.run(world.services.outbound.drain())
    inbox = held(world, bob)
    assert len(inbox) == 2
    assert b"Final-Recipient: rfc822; out@elsewhere.test" in inbox[1]
    assert len(held(world, people["carol"])) == 1
    assert len(world.sink.sent) == 1


# -- loops -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["ForwardToRecipients", "ForwardAsAttachmentToRecipients", "RedirectToRecipients"])
def test_a_loop_of_two_ends_where_it_began(world, people, bob, action):
    put(world, bob, {action: ["carol@example.test"]})
    put(world, people["carol"], {action: ["bob@example.test"]})
    deliver(world, mail())
    assert len(held(world, bob)) == 2
    assert len(held(world, people["carol"])) == 1
    assert world.run(world.services.outbound.drain()) == 0


def test_a_message_to_a_group_that_its_receiver_sends_to_the_group_comes_once_more(world, people, bob):
    world.group("staff", *people.values())
    put(world, bob, {"RedirectToRecipients": ["staff@example.test"]})
    deliver(world, mail(), "staff@example.test")
    assert [len(held(world, each)) for each in people.values()] == [2, 2, 2]


def test_a_chain_ends_after_so_many_rules(world):
    world.limit(rule_hops=3)
    users = [world.user(f"user{number}") for number in range(6)]
    for one, other in pairwise(users):
        put(world, one, {"RedirectToRecipients": [other.address], "PermanentDelete": True})
    deliver(world, mail(), users[0].address)
    # The fourth does not send it on any more, and therefore does not delete it either.
    assert [sum(places(world, each).values()) for each in users] == [0, 0, 0, 1, 0, 0]
    assert "loop" in error_of(world, users[3])


def test_mail_with_too_many_trace_fields_is_not_sent_on(world, people, bob):
    world.limit(received_hops=5)
    put(world, bob, {"RedirectToRecipients": ["carol@example.test"]})
    deliver(world, b"Received: by x; y\r\n" * 6 + mail())
    assert held(world, people["carol"]) == []
    assert "loop" in error_of(world, bob)
    assert places(world, bob) == {"INBOX": 1}


# -- limits and errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remove", ["Delete", "PermanentDelete"])
@pytest.mark.parametrize("case", ["gone", "bounce", "limit"])
def test_what_is_to_be_sent_on_and_deleted_is_kept_when_it_is_not_sent_on(world, people, bob, remove, case):
    world.limit(outside_recipients_per_day=1)
    put(world, bob, {"RedirectToRecipients": ["carol@example.test", "a@elsewhere.test", "b@x.test"], remove: True})
    if case == "gone":
        world.limit(outside_recipients_per_day=9)
        world.run(world.services.directory.remove(people["carol"].id))
    deliver(world, BOUNCE if case == "bounce" else mail(), sender="" if case == "bounce" else "alice@example.test")
    assert places(world, bob)["INBOX"] == 1
    assert bool(error_of(world, bob)) is (case != "bounce")


def test_outside_recipients_are_counted_by_the_day(world, people, bob):
    world.limit(outside_recipients_per_day=3)
    put(world, bob, {"ForwardToRecipients": ["a@elsewhere.test", "b@elsewhere.test", "carol@example.test"]})
    deliver(world, mail())
    deliver(world, mail())
    assert len(held(world, people["carol"])) == 1
    assert len(held(world, bob)) == 2
    assert "outside recipients" in error_of(world, bob)
    world.clock.advance(24 * 3600)
    deliver(world, mail())
    assert len(held(world, people["carol"])) == 2


def test_ones_own_sending_counts_as_well(world, bob):
    world.limit(outside_recipients_per_day=2)
    own = mail(head=b"From: bob@example.test\r\n")
    world.submit(bob, own, "a@elsewhere.test", "b@elsewhere.test")
    with pytest.raises(Exception, match="outside recipients"):
        world.submit(bob, own, "c@elsewhere.test")
    world.submit(bob, own, "alice@example.test")


def test_a_vanished_folder_is_told_and_the_message_stays_in_the_inbox(world, bob):
    put(world, bob, {"MoveToFolder": "Work", "MarkAsRead": True})
    world.run(world.services.folders.remove(bob, bob.account_id, "Work"))
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}
    assert items(world, bob)[0].system == Flag.SEEN
    assert "Work" in error_of(world, bob)


def test_a_renamed_folder_is_still_the_rules_folder(world, bob):
    put(world, bob, {"MoveToFolder": "Work"})
    world.run(world.services.folders.rename(bob, bob.account_id, "Work", bob.account_id, "Labour"))
    deliver(world, mail())
    assert places(world, bob) == {"Labour": 1}
    (rule,) = world.run(world.services.rules.list(bob, bob.account_id))
    assert rule.actions["MoveToFolder"]["Path"] == "Labour"


def test_a_vanished_user_is_told_and_the_others_get_it(world, people, bob):
    put(world, bob, {"ForwardToRecipients": ["alice@example.test", "carol@example.test"]})
    world.run(world.services.directory.remove(people["alice"].id))
    deliver(world, mail())
    assert len(held(world, people["carol"])) == len(held(world, bob)) == 1
    assert "alice@example.test" in error_of(world, bob)


def test_an_error_goes_when_the_rule_is_put_again_and_not_when_it_only_moves(world, bob):
    put(world, bob, {"MoveToFolder": "Work"})
    put(world, bob, {"MarkAsRead": True}, "two")
    world.run(world.services.folders.remove(bob, bob.account_id, "Work"))
    deliver(world, mail())
    world.run(world.services.rules.reorder(bob, bob.account_id, ["two", "one"]))
    assert error_of(world, bob)
    put(world, bob, {"MoveToFolder": "News"})
    assert error_of(world, bob) == ""


def test_a_fault_in_a_condition_is_told_and_stops_no_mail(world, bob, monkeypatch):
    put(world, bob, {"PermanentDelete": True}, conditions={"ContainsSubjectStrings": ["x"]})
    put(world, bob, {"MarkAsRead": True}, "two")
    monkeypatch.setattr("mailproof_server.services.rules.message.Message.subject", property(lambda self: 1 / 0))
    deliver(world, mail())
    monkeypatch.undo()
    assert places(world, bob) == {"INBOX": 1}
    assert items(world, bob)[0].system == Flag.SEEN
    assert "fault" in error_of(world, bob)


def test_a_fault_in_an_action_leaves_the_message_in_the_inbox(world, bob, monkeypatch):
    put(world, bob, {"PermanentDelete": True, "ForwardToRecipients": ["carol@example.test"]})

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("mailproof_server.services.rules.actions._recipients.reachable", fail)
    deliver(world, mail())
    monkeypatch.undo()
    assert places(world, bob) == {"INBOX": 1}
    assert "fault" in error_of(world, bob)


def test_a_rule_of_a_newer_version_is_told_and_left_alone(world, bob):
    value = {"name": "new", "enabled": True, "priority": 1, "conditions": {"IsInteresting": True}, "exceptions": {}}
    value["actions"] = {"MoveToFolder": {"FolderId": 1}}
    world.run(world.store.write(lambda tx: tx.put_document(bob.account_id, "rule", "x", value)))
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1}
    assert "IsInteresting" in error_of(world, bob, "new")


def test_copies_beyond_the_quota_are_left_out(world, bob):
    put(world, bob, {"CopyToFolder": "Work"})
    data = mail(body=b"x" * 1000)
    world.run(world.services.quota.set_limit(None, bob.account_id, 1500))
    deliver(world, data)
    assert places(world, bob)["INBOX"] >= 1
    assert "Work" not in places(world, bob)
    assert "room" in error_of(world, bob)


def test_a_reply_with_a_text_goes_to_people_and_not_to_programs(world, people, bob):
    put(world, bob, {"ServerReplyWithMessage": {"Text": "Thank you.", "Subject": "We have it"}})
    deliver(world, mail())
    deliver(world, mail(b"Auto-Submitted: auto-generated"))
    deliver(world, mail(), sender="")
    (got,) = held(world, people["alice"])
    assert fields_of(got, b"Subject") == [b"We have it"]
    assert fields_of(got, b"Auto-Submitted") == [b"auto-replied"]
    assert got.startswith(b"Return-Path: <>")
    assert b"Thank you.\r\n" in got


def test_reports_arrive_past_their_receivers_rules(world, people, bob):
    put(world, people["alice"], {"Delete": True}, conditions={"IsNDR": True})
    world.submit(people["alice"], mail(), "bob@example.test", "nobody@example.test")
    assert len(held(world, people["alice"], TRASH)) == 1
    assert held(world, people["alice"]) == []


def test_rules_are_those_of_another_worker_at_once(world, bob):
    """Other services over the same store have other caches."""
    deliver(world, mail())
    before = world.services
    world.configure(world.limits)
    put(world, bob, {"Delete": True})
    world.services, after = before, world.services
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1, TRASH: 1}
    world.services = after
    world.run(world.services.rules.remove(bob, bob.account_id, "one"))
    world.services = before
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 2, TRASH: 1}


def test_bcc_recipients_have_rules_or_not_as_configured(world, people, bob):
    put(world, people["carol"], {"MarkAsRead": True})
    deliver(world, mail(), "bob@example.test", "carol@example.test")
    assert items(world, people["carol"])[0].system == Flag.SEEN
    world.limit(rules_for_bcc_recipients=False)
    put(world, bob, {"MarkAsRead": True})
    deliver(world, mail(), "bob@example.test", "carol@example.test")
    assert items(world, people["carol"])[1].system == 0
    assert items(world, bob)[1].system == Flag.SEEN


def test_a_member_whose_group_is_named_is_no_bcc_recipient(world, people):
    world.limit(rules_for_bcc_recipients=False)
    world.group("staff", people["carol"])
    put(world, people["carol"], {"MarkAsRead": True})
    deliver(world, mail(head=b"From: alice@example.test\r\nTo: staff@example.test\r\n"), "staff@example.test")
    assert items(world, people["carol"])[0].system == Flag.SEEN

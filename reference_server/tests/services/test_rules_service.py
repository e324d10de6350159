"""Putting, listing, ordering and removing rules: forms, refusals by name, limits, rights (RULE-01, RULE-04)."""

import json

import pytest

from mailproof_server.model.errors import (
    AlreadyExists,
    FolderNotFound,
    Invalid,
    NotFound,
    PermissionDenied,
    Refusal,
    TooLarge,
    TooMany,
)
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.content import content_of
from mailproof_server.services.rules.message import Message
from mailproof_server.services.rules.service import Put, Remove
from tests.services.ruling import deliver, mail, places, put, rule


@pytest.fixture
def bob(world):
    world.user("alice")
    bob = world.user("bob")
    world.run(world.services.folders.create(bob, bob.account_id, "Work"))
    return bob


def names(world, owner):
    return [each.name for each in world.run(world.services.rules.list(owner, owner.account_id))]


def test_a_rule_comes_back_as_it_was_put(world, bob):
    value = {
        "name": " Invoices ",
        "enabled": False,
        "conditions": {"ContainsSubjectStrings": ["invoice"], "WithinSizeRange": {"MinimumSize": 3}},
        "exceptions": {"IsAutomaticReply": True},
        "actions": {"MoveToFolder": "Work", "ForwardToRecipients": ["Alice@Example.test", "alice@example.test"]},
    }
    made = world.run(world.services.rules.put(bob, bob.account_id, value))
    (listed,) = world.run(world.services.rules.list(bob, bob.account_id))
    assert listed == made
    folder = world.folder(bob, "Work")
    assert listed.as_json() == value | {
        "name": "Invoices",
        "priority": 1,
        "actions": {
            "MoveToFolder": {"FolderId": folder.id, "Path": "Work"},
            "ForwardToRecipients": ["alice@example.test"],
        },
    }
    # What is listed can be put again, by id and by name.
    assert world.run(world.services.rules.put(bob, bob.account_id, listed.as_json(), listed.id)) == listed
    assert world.run(world.services.rules.put(bob, bob.account_id, listed.as_json())) == listed


def test_folders_are_found_by_path_id_and_distinguished_name(world, bob):
    work = world.folder(bob, "Work")
    for place, value in enumerate(
        ["Work", {"FolderId": work.id}, {"Path": "Work", "FolderId": 1}, {"Path": "gone", "FolderId": work.id}]
    ):
        made = put(world, bob, {"CopyToFolder": value}, f"rule {place}")
        assert made.actions["CopyToFolder"] == {"FolderId": work.id, "Path": "Work"}
    made = put(world, bob, {"CopyToFolder": {"DistinguishedFolderId": "deleteditems"}})
    assert made.actions["CopyToFolder"]["Path"] == "Deleted Items"
    assert put(world, bob, {"CopyToFolder": "inbox"}).actions["CopyToFolder"]["Path"] == "INBOX"


def test_rules_stand_where_they_are_put(world, bob):
    for name in ("a", "b", "c"):
        put(world, bob, {"MarkAsRead": True}, name)
    put(world, bob, {"MarkAsRead": True}, "d", priority=2)
    assert names(world, bob) == ["a", "d", "b", "c"]
    put(world, bob, {"MarkAsRead": True}, "c", priority=1)
    assert names(world, bob) == ["c", "a", "d", "b"]
    put(world, bob, {"MarkAsRead": True}, "a")
    put(world, bob, {"MarkAsRead": True}, "e", priority=99)
    assert names(world, bob) == ["c", "a", "d", "b", "e"]
    world.run(world.services.rules.remove(bob, bob.account_id, "a"))
    world.run(world.services.rules.reorder(bob, bob.account_id, ["e", "b"]))
    rules = world.run(world.services.rules.list(bob, bob.account_id))
    assert [(each.name, each.priority) for each in rules] == [("e", 1), ("b", 2), ("c", 3), ("d", 4)]


def test_a_rule_is_renamed_by_its_id_and_keeps_it(world, bob):
    first = put(world, bob, {"MarkAsRead": True}, "a")
    put(world, bob, {"MarkAsRead": True}, "b")
    renamed = world.run(world.services.rules.put(bob, bob.account_id, rule({"Delete": True}, "c"), first.id))
    assert (renamed.id, renamed.name, renamed.priority) == (first.id, "c", 1)
    with pytest.raises(AlreadyExists):
        world.run(world.services.rules.put(bob, bob.account_id, rule({"Delete": True}, "b"), first.id))
    with pytest.raises(NotFound):
        world.run(world.services.rules.put(bob, bob.account_id, rule({"Delete": True}, "x"), "no such id"))


def test_rules_are_switched_on_and_off(world, bob):
    put(world, bob, {"Delete": True})
    world.run(world.services.rules.enable(bob, bob.account_id, "one", False))
    deliver(world, mail())
    world.run(world.services.rules.enable(bob, bob.account_id, "one", True))
    deliver(world, mail())
    assert places(world, bob) == {"INBOX": 1, "Deleted Items": 1}


def test_operations_are_done_all_or_none(world, bob):
    put(world, bob, {"MarkAsRead": True}, "a")
    operations = [
        Put(rule({"Delete": True}, "b")),
        Put(rule({"Explode": True}, "c")),
        Remove("a"),
        Remove("nobody"),
        Put(rule({"Delete": True}, "b"), is_new=True),
    ]
    changed = world.run(world.services.rules.change(bob, bob.account_id, operations))
    assert [(place, type(refusal)) for place, refusal in changed.flaws] == [
        (1, Invalid),
        (3, NotFound),
        (4, AlreadyExists),
    ]
    assert names(world, bob) == [each.name for each in changed.rules] == ["a"]
    changed = world.run(world.services.rules.change(bob, bob.account_id, [operations[0], operations[2]]))
    assert changed.flaws == ()
    assert names(world, bob) == [each.name for each in changed.rules] == ["b"]


REFUSED = [
    ({"name": ""}, Invalid, "name"),
    ({"name": "x" * 257}, Invalid, "name"),
    ({"color": "red"}, Invalid, "color"),
    ({"enabled": 1}, Invalid, "enabled"),
    ({"priority": -1}, Invalid, "priority"),
    ({"priority": True}, Invalid, "priority"),
    ({"conditions": []}, None, ""),
    ({"conditions": ["x"]}, Invalid, "conditions"),
    ({"actions": {}}, Invalid, "no action"),
    ({"actions": {"Explode": True}}, Invalid, "Explode"),
    ({"conditions": {"IsNice": True}}, Invalid, "IsNice"),
    ({"exceptions": {"IsNice": True}}, Invalid, "IsNice"),
    ({"conditions": {"FromConnectedAccounts": ["x"]}}, Invalid, "FromConnectedAccounts"),
    ({"actions": {"MoveToFolder": "Nowhere"}}, FolderNotFound, "Nowhere"),
    ({"actions": {"MoveToFolder": "Calendar"}}, FolderNotFound, "Calendar"),
    ({"actions": {"MoveToFolder": ""}}, FolderNotFound, "MoveToFolder"),
    ({"actions": {"MoveToFolder": {"FolderId": 1}}}, FolderNotFound, "MoveToFolder"),
    ({"actions": {"MoveToFolder": {"FolderId": 99999}}}, FolderNotFound, "99999"),
    ({"actions": {"MoveToFolder": 12.5}}, Invalid, "MoveToFolder"),
    ({"actions": {"MoveToFolder": "Work", "Delete": True}}, Invalid, "MoveToFolder and Delete"),
    ({"actions": {"PermanentDelete": True, "Delete": True}}, Invalid, "Delete and PermanentDelete"),
    ({"actions": {"MarkAsRead": False}}, Invalid, "MarkAsRead"),
    ({"actions": {"MarkImportance": "Huge"}}, Invalid, "MarkImportance"),
    ({"actions": {"AssignCategories": []}}, Invalid, "AssignCategories"),
    ({"actions": {"AssignCategories": [" "]}}, Invalid, "AssignCategories"),
    ({"actions": {"AssignCategories": ["ü" * 100]}}, Invalid, "AssignCategories"),
    ({"actions": {"ForwardToRecipients": []}}, Invalid, "ForwardToRecipients"),
    ({"actions": {"ForwardToRecipients": ["nobody@example.test"]}}, NotFound, "nobody@example.test"),
    ({"actions": {"RedirectToRecipients": ["bob@example.test"]}}, Invalid, "own address"),
    ({"actions": {"RedirectToRecipients": ["bob+x@example.test"]}}, Invalid, "own address"),
    ({"actions": {"RedirectToRecipients": ["My friends"]}}, Invalid, "personal distribution list"),
    ({"actions": {"ForwardToRecipients": [{"MailboxType": "PrivateDL", "ItemId": "x"}]}}, Invalid, "personal"),
    ({"actions": {"ForwardToRecipients": [{"MailboxType": "Contact"}]}}, Invalid, "personal distribution list"),
    ({"actions": {"ForwardToRecipients": [7]}}, Invalid, "ForwardToRecipients"),
    ({"actions": {"SendSMSAlertToRecipients": ["+1"]}}, Invalid, "text messages are not offered"),
    ({"actions": {"ServerReplyWithMessage": {"Subject": "x"}}}, Invalid, "ServerReplyWithMessage"),
    ({"conditions": {"IsNDR": True}, "exceptions": {"IsNDR": True}}, Invalid, "never applies"),
    ({"conditions": {"SentToMe": True, "NotSentToMe": True}}, Invalid, "never applies"),
]


@pytest.mark.parametrize(("part", "kind", "named"), REFUSED)
def test_what_cannot_be_meant_is_refused_by_name(world, bob, part, kind, named):
    value = rule({"MarkAsRead": True}) | part
    if kind is None:
        world.run(world.services.rules.put(bob, bob.account_id, value))
        return
    with pytest.raises(Refusal) as caught:
        world.run(world.services.rules.put(bob, bob.account_id, value))
    assert type(caught.value) is kind
    assert named in caught.value.text
    assert names(world, bob) == []


def test_limits_are_told(world, bob):
    world.limit(rules_per_account=2, rule_bytes=2000, rule_recipients=3)
    put(world, bob, {"MarkAsRead": True}, "a")
    with pytest.raises(TooLarge):
        put(world, bob, {"MarkAsRead": True}, "b", conditions={"ContainsSubjectStrings": ["x" * 2000]})
    with pytest.raises(TooMany):
        put(world, bob, {"RedirectToRecipients": [f"u{each}@elsewhere.test" for each in range(4)]}, "b")
    put(world, bob, {"MarkAsRead": True}, "b")
    with pytest.raises(TooMany):
        put(world, bob, {"MarkAsRead": True}, "c")
    put(world, bob, {"Delete": True}, "b")
    assert names(world, bob) == ["a", "b"]


def test_a_thousand_rules_work(world, bob):
    operations = [
        Put(rule({"MoveToFolder": "Work"}, f"rule {each}", conditions={"ContainsSubjectStrings": [f"word{each:04}"]}))
        for each in range(1000)
    ]
    world.run(world.services.rules.change(bob, bob.account_id, operations))
    assert names(world, bob) == [f"rule {each}" for each in range(1000)]
    deliver(world, mail(subject=b"word0999 comes"))
    deliver(world, mail(subject=b"word1000 comes"))
    assert places(world, bob) == {"Work": 1, "INBOX": 1}


def test_rules_are_the_owners_and_of_who_has_full_access(world, bob):
    alice, dan = (
        world.principal(world.run(world.services.directory.entry_by_address("alice@example.test"))),
        world.user("dan"),
    )
    rules = world.services.rules
    world.run(world.services.delegation.grant(bob.account_id, dan.id, AccountPermission.FULL_ACCESS))
    world.run(rules.put(dan, bob.account_id, rule({"MarkAsRead": True})))
    world.run(rules.put(None, bob.account_id, rule({"MarkAsRead": True}, "operator's")))
    assert names(world, bob) == ["one", "operator's"]
    for act in (
        rules.list(alice, bob.account_id),
        rules.put(alice, bob.account_id, rule({"Delete": True})),
        rules.remove(alice, bob.account_id, "one"),
        rules.enable(alice, bob.account_id, "one", False),
        rules.reorder(alice, bob.account_id, ["one"]),
        rules.run(alice, bob.account_id, Message(content_of(mail()), "")),
    ):
        with pytest.raises(PermissionDenied):
            world.run(act)
    world.run(world.services.directory.remove(bob.id))
    with pytest.raises(NotFound):
        world.run(rules.list(None, bob.account_id))


def test_a_trial_run_tells_and_does_nothing(world, bob):
    put(world, bob, {"MoveToFolder": "Work", "ForwardToRecipients": ["alice@example.test"]})
    message = Message(content_of(mail()), "alice@example.test")
    outcome = world.run(world.services.rules.run(bob, bob.account_id, message))
    assert outcome.applied == ("one",)
    assert outcome.folders == (world.folder(bob, "Work").id,)
    assert [letter.recipients for _, letter in outcome.letters] == [("alice@example.test",)]
    assert places(world, bob) == {}
    assert world.run(world.services.outbound.drain()) == 0


def test_what_cannot_be_read_as_a_rule_is_left_out_and_stops_nothing(world, bob):
    world.run(world.store.write(lambda tx: tx.put_document(bob.account_id, "rule", "x", {"actions": 7})))
    put(world, bob, {"Delete": True})
    deliver(world, mail())
    assert places(world, bob) == {"Deleted Items": 1}
    assert names(world, bob) == ["one"]


def test_a_rules_json_is_json(world, bob):
    made = put(world, bob, {"AssignCategories": ["Grün"]})
    assert json.loads(json.dumps(made.as_json())) == made.as_json()

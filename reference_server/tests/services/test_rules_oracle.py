"""The engine against a second, tiny evaluation of the same rules, over random rules and messages.

The oracle knows a message by the words it was made of, not by its bytes, and knows a rule by its JSON form: it shares
no line with the engine. Beside what the message says it decides which folders hold it afterwards, whether it is read,
and to whom it is sent on.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import Refusal
from tests.services.ruling import deliver, held, rule

WORDS = ["alpha", "beta", "gamma", "delta"]
PEOPLE = ["alice@example.test", "bob@example.test", "carol@example.test", "rob@example.test", "x@elsewhere.test"]
MINE = {"bob@example.test", "rob@example.test"}
FOLDERS = ["Work", "News"]


@dataclass(frozen=True)
class Letter:
    """What a message says."""

    author: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: tuple[str, ...]
    body: tuple[str, ...]
    importance: str
    is_html: bool
    is_reply: bool

    def data(self) -> bytes:
        lines = [f"From: A <{self.author}>"]
        lines += [f"To: {', '.join(self.to)}"] if self.to else []
        lines += [f"Cc: {', '.join(self.cc)}"] if self.cc else []
        lines += [f"Subject: {' '.join(self.subject)}", "Bcc: hidden@example.test"]
        lines += [f"Importance: {self.importance}"] if self.importance != "Normal" else []
        lines += ["Auto-Submitted: auto-replied"] if self.is_reply else []
        lines += [f"Content-Type: text/{'html' if self.is_html else 'plain'}", ""]
        lines.append(" <br>\r\n".join(self.body) if self.is_html else "\r\n ".join(self.body))
        return ("\r\n".join(lines) + "\r\n").encode()


@dataclass
class Expected:
    places: set[str] = field(default_factory=set)
    is_read: bool = False
    sent_to: list[str] = field(default_factory=list)
    is_erased: bool = False


LETTERS = st.builds(
    Letter,
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple),
    st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple),
    st.lists(st.sampled_from([each.title() for each in WORDS]), max_size=3).map(tuple),
    st.lists(st.sampled_from(WORDS), max_size=4).map(tuple),
    st.sampled_from(["Low", "Normal", "High"]),
    st.booleans(),
    st.booleans(),
)
TEXTS = st.lists(st.sampled_from([*WORDS, "alpha beta", "gamma delta", "ALPHA", "omega"]), min_size=1, max_size=2)
ADDRESSES = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2)
FLAG = st.just(True)
CONDITION = st.one_of(
    st.tuples(st.just(name), value)
    for name, value in {
        "FromAddresses": ADDRESSES,
        "SentToAddresses": ADDRESSES,
        "SentToMe": FLAG,
        "SentCcMe": FLAG,
        "SentToOrCcMe": FLAG,
        "SentOnlyToMe": FLAG,
        "ContainsSubjectStrings": TEXTS,
        "ContainsBodyStrings": TEXTS,
        "ContainsSubjectOrBodyStrings": TEXTS,
        "ContainsSenderStrings": st.sampled_from([["alice"], ["elsewhere"], ["@"]]),
        "ContainsRecipientStrings": st.sampled_from([["bob"], ["hidden"], ["carol", "rob@"]]),
        "Importance": st.sampled_from(["Low", "Normal", "High"]),
        "IsAutomaticReply": FLAG,
        "WithinSizeRange": st.sampled_from([{"MaximumSize": 1}, {"MinimumSize": 1}]),
    }.items()
)
CONDITIONS = st.lists(CONDITION, max_size=2, unique_by=lambda pair: pair[0]).map(dict)
PLACES = st.sampled_from(
    [{"MoveToFolder": "Work"}, {"MoveToFolder": "News"}, {"Delete": True}, {"PermanentDelete": True}]
)
ACTIONS = st.builds(
    lambda place, other: place | other,
    st.one_of(st.just({}), PLACES),
    st.fixed_dictionaries(
        {},
        optional={
            "CopyToFolder": st.sampled_from(FOLDERS),
            "MarkAsRead": FLAG,
            "StopProcessingRules": FLAG,
            "RedirectToRecipients": st.sampled_from([["dan@example.test"], ["eve@example.test", "dan@example.test"]]),
        },
    ),
).filter(bool)
RULES = st.lists(
    st.builds(
        lambda conditions, exceptions, actions, enabled: {
            "conditions": conditions,
            "exceptions": {name: value for name, value in exceptions.items() if conditions.get(name) != value},
            "actions": actions,
            "enabled": enabled,
        },
        CONDITIONS,
        CONDITIONS,
        ACTIONS,
        st.sampled_from([True, True, True, False]),
    ),
    min_size=1,
    max_size=6,
)


def holds(name: str, value: Any, letter: Letter) -> bool:
    named = [*letter.to, *letter.cc]
    subject, body = " ".join(letter.subject).lower(), " ".join(letter.body)
    match name:
        case "FromAddresses":
            return letter.author in value
        case "SentToAddresses":
            return any(each in value for each in named)
        case "SentToMe":
            return bool(MINE & set(letter.to))
        case "SentCcMe":
            return bool(MINE & set(letter.cc))
        case "SentToOrCcMe":
            return bool(MINE & set(named))
        case "SentOnlyToMe":
            return bool(named) and set(named) <= MINE
        case "ContainsSubjectStrings":
            return any(each.lower() in subject for each in value)
        case "ContainsBodyStrings":
            return any(each.lower() in body for each in value)
        case "ContainsSubjectOrBodyStrings":
            return any(each.lower() in subject or each.lower() in body for each in value)
        case "ContainsSenderStrings":
            return any(each in letter.author for each in value)
        case "ContainsRecipientStrings":
            return any(each in one for each in value for one in named)
        case "Importance":
            return letter.importance == value
        case "IsAutomaticReply":
            return letter.is_reply
        case "WithinSizeRange":
            return "MaximumSize" in value
    raise AssertionError(name)


def expected(rules: list[dict[str, Any]], letter: Letter) -> Expected:
    result, in_inbox = Expected(), True
    for each in rules:
        if not each["enabled"] or not all(holds(name, value, letter) for name, value in each["conditions"].items()):
            continue
        if any(holds(name, value, letter) for name, value in each["exceptions"].items()):
            continue
        actions = each["actions"]
        result.is_read |= "MarkAsRead" in actions
        result.sent_to += actions.get("RedirectToRecipients", [])
        result.places |= {actions[name] for name in ("CopyToFolder", "MoveToFolder") if name in actions}
        result.places |= {"Deleted Items"} if "Delete" in actions else set()
        in_inbox &= not {"MoveToFolder", "Delete", "PermanentDelete"} & set(actions)
        if "StopProcessingRules" in actions:
            break
    result.places |= {"INBOX"} if in_inbox else set()
    return result


@pytest.fixture
def bob(world):
    for name in ("alice", "carol", "dan", "eve"):
        world.user(name)
    bob = world.user("bob")
    world.run(world.services.directory.add_alias(bob.id, "rob@example.test"))
    for path in FOLDERS:
        world.run(world.services.folders.create(bob, bob.account_id, path))
    return bob


@given(rules=RULES, letter=LETTERS)
@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
def test_engine_and_oracle_agree(world, bob, rules, letter):
    service = world.services.rules
    for kept in world.run(service.list(bob, bob.account_id)):
        world.run(service.remove(bob, bob.account_id, kept.id))
    for place, each in enumerate(rules):
        world.run(service.put(bob, bob.account_id, rule(name=f"rule {place}", **each)))
    paths = ["INBOX", *FOLDERS, "Deleted Items"]
    before = {path: world.folder(bob, path).total for path in paths}
    dan = {name: len(held(world, world.principal(entry_of(world, name)))) for name in ("dan", "eve")}
    deliver(world, letter.data(), sender="alice@example.test")
    wanted = expected(rules, letter)
    arrived = {path for path in paths if world.folder(bob, path).total > before[path]}
    assert arrived == wanted.places
    for path in arrived:
        folder = world.folder(bob, path)
        assert folder.total == before[path] + 1
        rows = world.run(world.services.messages.rows(bob, folder.id))
        assert rows[-1].system == int(wanted.is_read)
    for name, count in dan.items():
        got = len(held(world, world.principal(entry_of(world, name)))) - count
        assert got == wanted.sent_to.count(f"{name}@example.test")
    assert not any(each.error for each in world.run(service.list(bob, bob.account_id)))


def entry_of(world, name):
    return world.run(world.services.directory.entry_by_address(f"{name}@example.test"))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KNOWN = ["FromAddresses", "WithinSizeRange", "SentToMe", "MoveToFolder", "ForwardToRecipients", "AssignCategories", "x"]
BROKEN = st.dictionaries(
    st.sampled_from(["name", "enabled", "priority", "conditions", "exceptions", "actions", "id"]),
    JUNK | st.dictionaries(st.sampled_from(KNOWN), JUNK, max_size=3),
    max_size=6,
)


@given(documents=st.lists(BROKEN, max_size=4), data=st.binary(max_size=200) | LETTERS.map(Letter.data))
@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
def test_no_document_and_no_message_stops_delivery(world, bob, documents, data):
    """Whatever lies where rules are kept: the message is somewhere, or a rule that can be read has deleted it."""

    def keep(transaction):
        for key in transaction.documents(bob.account_id, "rule"):
            transaction.put_document(bob.account_id, "rule", key, None)
        for place, each in enumerate(documents):
            transaction.put_document(bob.account_id, "rule", f"{place}", each)

    world.run(world.store.write(keep))
    before = world.run(world.store.read(lambda view: view.account(bob.account_id).item_count))
    deliver(world, data)
    after = world.run(world.store.read(lambda view: view.account(bob.account_id).item_count))
    assert after > before
    world.run(world.services.rules.list(bob, bob.account_id))


@given(value=BROKEN)
@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
def test_putting_anything_refuses_or_keeps(world, bob, value):
    try:
        made = world.run(world.services.rules.put(bob, bob.account_id, value))
    except Refusal:
        return
    assert made.name == value["name"].strip()

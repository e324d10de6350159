"""Organisations from files: everything at once, twice without effect, with changes, and with mistakes."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailproof_server.app.admin.__main__ import main
from mailproof_server.app.admin.operator import Operator, Refused
from mailproof_server.app.config import Config, ConfigError
from mailproof_server.app.organisation import applying, spec
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.permission import AccountPermission, Profile
from mailproof_server.services.access_rules import Effect
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.resources import BookingOptions

COMPANY = """
domains = ["example.test", "second.test"]
second_factor = false

[[users]]
role = "alice"
address = "alice@example.test"
display_name = "Alice Archer"
password = "Correct-Horse-1"
aliases = ["a.archer@example.test", "alice@second.test"]
attributes = { JobTitle = "Boss", Office = "4.01" }
tokens = [{ name = "phone", days = 30 }]
auto_reply = { state = "enabled", internal_reply = "away" }
second_factor = true

[[users.rules]]
name = "Invoices"
conditions = { ContainsSubjectStrings = ["invoice"] }
actions = { MarkAsRead = true, MoveToFolder = "Archive", ForwardToRecipients = ["bob@example.test"] }

[[users]]
address = "bob@example.test"
hidden = true
quota_bytes = 1000000

[[users]]
address = "carol@example.test"
enabled = false

[[groups]]
address = "all@example.test"
members = ["staff@example.test", "bob@example.test"]
aliases = ["everybody@example.test"]

[[groups]]
address = "staff@example.test"
members = ["alice@example.test"]
hidden = true

[[resources]]
kind = "room"
address = "room@example.test"
display_name = "Big Room"
auto_accept = false
delegates = ["bob@example.test"]

[[grants]]
owner = "alice@example.test"
grantee = "staff@example.test"
permission = "send_as"

[[grants]]
owner = "all@example.test"
grantee = "bob@example.test"
permission = "send_on_behalf"

[[shares]]
owner = "alice@example.test"
folder = "Calendar"
grantee = "bob@example.test"
profile = "Reviewer"

[[shares]]
owner = "alice@example.test"
folder = ""
grantee = "default"
profile = "Contributor"

[[access_rules]]
name = "inside"
effect = "DENY"
actions = ["IMAP", "SMTP"]
not_ip_ranges = ["10.0.0.0/8"]
users = ["bob@example.test"]
"""


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    limits = ServiceLimits(login_hash_memory_kib=64, login_hash_time_cost=1)
    running = Operator(Config(data=tmp_path / "kept", limits=limits), main, as_json=True)
    yield running
    running.close()


@pytest.fixture
def apply(operator: Operator):
    def run(text: str, **options: Any) -> list[str]:
        wanted = spec.read(tomllib.loads(text), "company.toml")
        outcome = operator_run(operator, wanted, **options)
        return [each.text for each in outcome.changes]

    return run


def operator_run(operator: Operator, wanted: spec.OrganisationSpec, **options: Any) -> applying.Outcome:
    return operator.run(lambda services: applying.apply(wanted, services, source="company.toml", **options))


def entry(operator: Operator, address: str):
    return operator.run(lambda services: services.directory.entry_by_address(address))


def test_everything_that_the_file_says_is_there(operator: Operator, apply) -> None:
    apply(COMPANY)
    alice, bob, carol = (entry(operator, f"{name}@example.test") for name in ("alice", "bob", "carol"))
    group, staff, room = (entry(operator, f"{name}@example.test") for name in ("all", "staff", "room"))
    assert (alice.display_name, alice.attributes) == ("Alice Archer", {"JobTitle": "Boss", "Office": "4.01"})
    assert set(alice.aliases) == {"a.archer@example.test", "alice@second.test"}
    assert (bob.hidden, carol.enabled, staff.hidden) == (True, False, True)
    run = operator.run
    assert run(lambda services: services.directory.members(group.id)) == sorted([staff.id, bob.id])
    assert run(lambda services: services.resources.options(room.id)) == BookingOptions(
        auto_accept=False, delegates=(bob.id,)
    )
    assert run(lambda services: services.delegation.grants_on(alice.id)) == [(staff, AccountPermission.SEND_AS)]
    assert run(lambda services: services.delegation.grants_on(group.id)) == [(bob, AccountPermission.SEND_ON_BEHALF)]
    assert run(lambda services: services.credentials.has_second_factor(alice.id)) is True
    assert run(lambda services: services.credentials.has_second_factor(bob.id)) is False
    (token,) = run(lambda services: services.credentials.tokens(alice.id))
    assert (token.name, (token.expires_at - token.created_at).days) == ("phone", 30)
    (rule,) = run(lambda services: services.rules.list(None, alice.account_id))
    assert (rule.name, rule.conditions) == ("Invoices", {"ContainsSubjectStrings": ["invoice"]})
    reply = run(lambda services: services.auto_reply.settings(None, alice.account_id))
    assert (reply.state, reply.internal_reply) == ("enabled", "away")
    account = run(lambda services: services.store.read(lambda view: view.account(bob.account_id)))
    assert account.quota_bytes == 1_000_000

    def levels(role: FolderRole) -> dict[str, Profile]:
        folder = run(lambda services: services.store.read(lambda view: view.folder_by_role(alice.account_id, role)))
        found = run(lambda services: services.permissions.entries(None, folder.id))
        return {each.address or str(each.grantee): each.profile for each in found}

    rules = run(lambda services: services.access_rules.all())
    assert (rules["inside"].effect, rules["inside"].users) == (Effect.DENY, (bob.id,))
    assert levels(FolderRole.CALENDAR)["bob@example.test"] is Profile.REVIEWER
    assert levels(FolderRole.ROOT)["default"] is Profile.CONTRIBUTOR


def test_twice_is_as_good_as_once_and_a_dry_run_tells_the_same(operator: Operator, apply) -> None:
    told = apply(COMPANY, dry_run=True)
    assert operator.run(lambda services: services.directory.entries()) == []
    assert operator.run(lambda services: services.directory.domains()) == ()
    assert apply(COMPANY) == told
    assert len(told) > 15
    assert apply(COMPANY) == []
    assert apply(COMPANY, dry_run=True) == []


def test_what_differs_is_changed_and_nothing_else(operator: Operator, apply) -> None:
    apply(COMPANY)
    changed = (
        COMPANY.replace("Boss", "Chief")
        .replace("quota_bytes = 1000000", "quota_bytes = 2000000")
        .replace("enabled = false", "enabled = true")
        .replace('["alice@example.test"]', '["alice@example.test", "carol@example.test"]')
        .replace('"Reviewer"', '"Editor"')
        .replace('["invoice"]', '["bill"]')
        .replace("auto_accept = false", "auto_accept = true")
        .replace('"SMTP"]', '"EWS"]')
        .replace('"away"', '"far away"')
        .replace('aliases = ["everybody@example.test"]', 'aliases = ["everyone@example.test"]')
    )
    expected = [
        "user alice@example.test: JobTitle changed",
        "user bob@example.test: quota 2000000 bytes",
        "user carol@example.test: enabled changed",
        "group all@example.test: alias everyone@example.test",
        "group staff@example.test: member carol@example.test",
        "resource room@example.test: auto_accept changed",
        "user alice@example.test: rule Invoices",
        "user alice@example.test: automatic reply enabled",
        "alice@example.test: Calendar shared with bob@example.test: Editor",
        "access rule inside: DENY",
    ]
    assert apply(changed, dry_run=True) == expected
    assert apply(changed) == expected
    assert apply(changed) == []
    assert set(entry(operator, "all@example.test").aliases) == {"everybody@example.test", "everyone@example.test"}


def test_a_server_that_starts_leaves_what_is_there_to_the_operator(operator: Operator, apply) -> None:
    apply(COMPANY)
    alice = entry(operator, "alice@example.test")
    operator.run(lambda services: services.directory.update(alice.id, display_name="Anna", address="anna@example.test"))
    operator.run(lambda services: services.rules.remove(None, alice.account_id, "Invoices"))
    assert apply(COMPANY, update=False) == []
    more = COMPANY + '\n[[users]]\naddress = "dan@example.test"\nsecond_factor = true\n'
    more = more.replace('["alice@example.test"]', '["alice@example.test", "dan@example.test"]')
    assert apply(more, update=False) == [
        "user dan@example.test: made",
        "dan@example.test: second factor on",
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('members = ["alice@example.test"]', 'members = ["nobody@example.test"]', "groups[2].members: nobody has"),
        ('delegates = ["bob@example.test"]', 'delegates = ["x@example.test"]', "resources[1].delegates: nobody has"),
        ('owner = "all@example.test"', 'owner = "x@example.test"', "grants[2].owner: nobody has"),
        ('grantee = "default"', 'grantee = "x@example.test"', "shares[2].grantee: nobody has"),
        ('folder = "Calendar"', 'folder = "Nowhere"', "shares[1]"),
        ('"bob@example.test"\nhidden', '"bob@third.test"\nhidden', "users[2]: bob@third.test: its domain"),
        ('"bob@example.test"\nhidden', '"alice@second.test"\nhidden', "users[2]: alice@second.test stands in users[1]"),
        ("Correct-Horse-1", "short", "users[1].password: The password needs"),
        ("ContainsSubjectStrings", "Frobnicates", "Frobnicates"),
        ('MoveToFolder = "Archive"', 'MoveToFolder = "Nowhere"', "users[1].rules[1]: MoveToFolder: no such"),
        ('state = "enabled"', 'state = "perhaps"', "users[1].auto_reply: state is one of"),
        ("days = 30", "days = 0", "users[1].tokens"),
        ("JobTitle", "Shoe", "users[1]"),
        ('permission = "send_as"', 'permission = "fly"', "$.grants[0].permission"),
        ("quota_bytes = 1000000", "quota_mb = 1", "quota_mb"),
        ('users = ["bob@example.test"]', 'users = ["x@example.test"]', "access_rules[1]: nobody has"),
        ('["IMAP", "SMTP"]', '["Pigeon"]', "access_rules[1]: Invalid enum value"),
        ("10.0.0.0/8", "ten", "access_rules[1]: ten is no range"),
        ('kind = "room"', 'kind = "car"', "$.resources[0].kind"),
        ('domains = ["example.test", "second.test"]', "domains = []", "domains: there is none"),
        ('delegates = ["bob@example.test"]', "", "auto-respond"),
        ('members = ["alice@example.test"]', 'members = ["all@example.test"]', "circle"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_key(operator: Operator, apply, old: str, new: str, complaint: str) -> None:
    assert old in COMPANY
    with pytest.raises((ConfigError, Refused)) as caught:
        apply(COMPANY.replace(old, new))
    assert str(caught.value).startswith("company.toml: ")
    assert complaint in str(caught.value)
    # And once it is put right, the rest follows.
    apply(COMPANY)
    assert apply(COMPANY) == []


def test_what_stands_in_two_kinds_is_refused(operator: Operator, apply) -> None:
    apply('domains = ["example.test"]\n[[users]]\naddress = "a@example.test"')
    with pytest.raises(Refused, match=r"groups\[1\]: a@example.test is a user, not a group"):
        apply('domains = ["example.test"]\n[[groups]]\naddress = "a@example.test"')


def test_json_says_the_same_as_toml(tmp_path: Path) -> None:
    (tmp_path / "company.toml").write_text(COMPANY, encoding="utf-8")
    (tmp_path / "company.json").write_text(json.dumps(tomllib.loads(COMPANY)), encoding="utf-8")
    assert spec.load(tmp_path / "company.json") == spec.load(tmp_path / "company.toml")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken\.json: not JSON"):
        spec.load(tmp_path / "broken.json")

"""`python -m mailproof_server.app.admin`: the operator's work on a kept store, beside a running server."""

import json
from pathlib import Path

import pytest

ADMIN = "mailproof_server.app.admin"


@pytest.fixture
def admin(run, tmp_path: Path):
    def call(*arguments: str, given: str = "", status: int = 0):
        done = run("--data", str(tmp_path / "kept"), *arguments, module=ADMIN, given=given)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return call


def test_an_organisation_is_built_and_listed(admin) -> None:
    admin("domain", "add", "example.org")
    admin("user", "add", "ann@example.org", "--name", "Ann Able", "--password-stdin", given="Correct-Horse-1\n")
    admin("user", "add", "ben@example.org", "--quota-mb", "5")
    admin("alias", "add", "ann@example.org", "a.able@example.org")
    admin("group", "add", "team@example.org", "--member", "ann@example.org")
    admin("group", "add-member", "team@example.org", "ben@example.org")
    users = json.loads(admin("--json", "user", "list").stdout)
    assert [(each["address"], each["aliases"], each["state"]) for each in users] == [
        ("ann@example.org", ["a.able@example.org"], "enabled"),
        ("ben@example.org", [], "enabled"),
    ]
    assert admin("group", "list").stdout.split() == ["team@example.org", "enabled"]
    assert admin("domain", "list").stdout == "example.org\n"


def test_it_works_beside_a_running_server(admin, serve, tmp_path: Path) -> None:
    served = serve("--data", str(tmp_path / "kept"), "--imaps-port", "0", "--smtps-port", "0", "--https-port", "0")
    served.imap("bob")
    admin("user", "password", "bob@example.test", "--password-stdin", given="Another-Horse-2\n")
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        served.imap("bob")
    served.imap("bob", password="Another-Horse-2")


@pytest.mark.parametrize(
    ("arguments", "given", "complaint"),
    [
        (("user", "add", "ann@nowhere.test"), "", "nowhere.test"),
        (("user", "add", "ann@example.org", "--password-stdin"), "short\n", "8"),
        (("user", "add", "not an address"), "", "not an address"),
        (("user", "password", "nobody@example.org"), "", "nobody@example.org"),
        (("quota", "set", "nobody@example.org", "--mb", "5"), "", "nobody@example.org"),
        (("quota", "set", "nobody@example.org"), "", "--mb"),
        (("domain", "add", "example.org"), "", "example.org"),
        (("group", "add", "team@example.org", "--member", "nobody@example.org"), "", "nobody@example.org"),
        (("frobnicate",), "", "frobnicate"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(admin, arguments: tuple[str, ...], given: str, complaint: str) -> None:
    admin("domain", "add", "example.org")
    done = admin(*arguments, given=given, status=2)
    assert complaint in done.stderr
    assert json.loads(admin("--json", "user", "list").stdout) == [], "a refused command leaves nothing behind"


def test_a_user_that_is_removed_is_gone_with_all_aliases(admin) -> None:
    admin("domain", "add", "example.org")
    admin("user", "add", "ann@example.org")
    admin("alias", "add", "ann@example.org", "a@example.org")
    admin("user", "remove", "ann@example.org", "--yes")
    assert admin("user", "list").stdout == ""
    admin("user", "add", "a@example.org")


def test_apply_twice_changes_nothing(admin, organisation: Path) -> None:
    told = admin("apply", str(organisation), "--dry-run").stdout
    assert "user alice@example.test: made" in told
    assert "password" not in told
    assert admin("user", "list").stdout == ""
    first = admin("apply", str(organisation)).stdout
    assert "user alice@example.test: made  password Mp1-" in first
    before = admin("--json", "user", "list").stdout
    assert admin("apply", str(organisation)).stdout == ""
    assert admin("apply", str(organisation), "--dry-run").stdout == ""
    assert admin("--json", "user", "list").stdout == before


def test_without_a_store_it_says_which_option_is_missing(run) -> None:
    done = run("user", "list", module=ADMIN)
    assert done.returncode == 2
    assert "--data" in done.stderr


def test_people_are_shown_changed_renamed_and_removed(admin) -> None:
    admin("domain", "add", "example.org")
    admin("user", "add", "ann@example.org", "--title", "Boss", "--phone", "+1 555", "--department", "Sales")
    admin("user", "update", "ann@example.org", "--name", "Ann Able", "--office", "4.01", "--title", "", "--hidden")
    admin("user", "rename", "ann@example.org", "anna@example.org")
    admin("group", "add", "team@example.org", "--member", "ann@example.org", "--hidden")
    shown = json.loads(admin("user", "show", "ann@example.org", "--json").stdout)
    assert shown["address"] == "anna@example.org"
    assert shown["aliases"] == ["ann@example.org"]
    assert shown["display_name"] == "Ann Able"
    assert shown["attributes"] == {"Telephone": "+1 555", "Department": "Sales", "Office": "4.01"}
    assert (shown["hidden"], shown["groups"], shown["quota_mb"]) == (True, ["team@example.org"], 51_200)
    admin("user", "update", "ann@example.org", "--visible")
    assert "hidden        no" in admin("user", "show", "anna@example.org").stdout
    group = json.loads(admin("group", "show", "team@example.org", "--json").stdout)
    assert (group["members"], group["hidden"]) == (["anna@example.org"], True)
    assert "is a user, not a group" in admin("group", "show", "anna@example.org", status=2).stderr
    admin("group", "remove", "anna@example.org", "--yes", status=2)
    admin("user", "remove", "anna@example.org", "--yes")
    assert json.loads(admin("group", "show", "team@example.org", "--json").stdout)["members"] == []


def test_resources_are_booked_by_their_options(admin) -> None:
    admin("domain", "add", "example.org")
    admin("user", "add", "ann@example.org")
    admin("resource", "add", "room@example.org", "room", "--name", "Big Room", "--city", "Bern")
    assert "delegate" in admin("resource", "booking", "room@example.org", "--no-auto-accept", status=2).stderr
    admin("resource", "booking", "room@example.org", "--no-auto-accept", "--delegate", "ann@example.org")
    admin("resource", "booking", "room@example.org", "--decline-recurring")
    shown = json.loads(admin("resource", "show", "room@example.org", "--json").stdout)
    assert {name: shown[name] for name in ("auto_accept", "decline_conflicts", "decline_recurring", "delegates")} == {
        "auto_accept": False,
        "decline_conflicts": True,
        "decline_recurring": True,
        "delegates": ["ann@example.org"],
    }
    assert shown["attributes"] == {"ResourceType": "room", "City": "Bern"}


def test_grants_and_quotas_are_set_shown_and_taken_back(admin) -> None:
    admin("domain", "add", "example.org")
    for name in ("ann", "ben"):
        admin("user", "add", f"{name}@example.org")
    admin("group", "add", "team@example.org", "--member", "ben@example.org")
    admin("grant", "add", "ann@example.org", "ben@example.org", "full-access")
    admin("grant", "add", "ann@example.org", "team@example.org", "send-as")
    assert json.loads(admin("grant", "list", "ann@example.org", "--json").stdout) == [
        {"grantee": "ben@example.org", "permission": "full-access"},
        {"grantee": "team@example.org", "permission": "send-as"},
    ]
    assert "groups" in admin("grant", "add", "ann@example.org", "team@example.org", "full-access", status=2).stderr
    admin("grant", "remove", "ann@example.org", "ben@example.org", "full-access")
    admin("grant", "remove", "ann@example.org", "ben@example.org", "full-access", status=2)
    admin("quota", "set", "ann@example.org", "--bytes", "1000")
    assert json.loads(admin("quota", "show", "ann@example.org", "--json").stdout)["quota_bytes"] == 1000
    admin("quota", "set", "team@example.org", "--mb", "5", status=2)


def test_the_default_domain_can_be_chosen(admin) -> None:
    admin("domain", "add", "example.org")
    admin("domain", "add", "second.org")
    assert admin("domain", "list").stdout.split() == ["example.org", "second.org"]
    admin("domain", "default", "second.org")
    assert admin("domain", "list").stdout.split() == ["second.org", "example.org"]
    admin("domain", "default", "third.org", status=2)

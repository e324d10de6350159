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
    assert admin("group", "list").stdout.split() == ["team@example.org"]
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
        (("user", "quota", "nobody@example.org", "5"), "", "nobody@example.org"),
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
    admin("remove", "ann@example.org", "--yes")
    assert admin("user", "list").stdout == ""
    admin("user", "add", "a@example.org")


def test_apply_twice_changes_nothing(admin, organisation: Path) -> None:
    first = admin("apply", str(organisation)).stdout
    assert "alice@example.test  password " in first
    before = admin("--json", "user", "list").stdout
    assert admin("apply", str(organisation)).stdout == ""
    assert admin("--json", "user", "list").stdout == before


def test_without_a_store_it_says_which_option_is_missing(run) -> None:
    done = run("user", "list", module=ADMIN)
    assert done.returncode == 2
    assert "--data" in done.stderr

"""What the operator's tool changes, a running server knows at once, on the connections that are open already."""

import smtplib
from collections.abc import Callable, Iterator
from imaplib import IMAP4, IMAP4_SSL
from pathlib import Path
from typing import Any

import pytest

from .conftest import Serve, Served
from .test_admin_batch import Batch

PASSWORD = "Correct-Horse-1"
CONFIGURATION = """
data = "kept"
workers = {workers}
[listen]
imaps_port = 0
smtps_port = 0
https_port = 0
[limits]
login_hash_memory_kib = 64
login_hash_time_cost = 1
failed_login_delay_s = 0.0
# Nothing is found by looking now and then: what is noticed has been told.
revocation_check_s = 3600.0
"""


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
def served(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> Served:
    configuration = tmp_path / "mailproof.toml"
    configuration.write_text(CONFIGURATION.format(workers=request.param), encoding="utf-8")
    return serve("--config", str(configuration))


@pytest.fixture
def batch(served: Served, tmp_path: Path) -> Iterator[Batch]:
    running = Batch(tmp_path / "kept")
    yield running
    running.process.kill()
    running.process.wait(timeout=20)


def has_ended(client: IMAP4_SSL) -> bool:
    """Whether the server ends the connection by itself; waits for it as long as the socket does."""
    try:
        while client.readline():
            pass
    except (IMAP4.abort, ConnectionError):
        pass
    except TimeoutError:
        return False
    return True


ENDINGS: dict[str, Callable[[Batch], Any]] = {
    "token revoked": lambda batch: batch("token", "revoke", "bob@example.test", "phone"),
    "token expired": lambda batch: batch("token", "expire", "bob@example.test", "phone"),
    "password reset": lambda batch: batch("user", "password", "bob@example.test"),
    "second factor": lambda batch: batch("mfa", "set", "on", "--user", "bob@example.test"),
    "everybody's second factor": lambda batch: batch("mfa", "set", "on"),
    "disabled": lambda batch: batch("user", "disable", "bob@example.test"),
    "renamed": lambda batch: batch("user", "rename", "bob@example.test", "robert@example.test"),
    "removed": lambda batch: batch("user", "remove", "bob@example.test", "--yes"),
}


@pytest.mark.parametrize("served", [1], indirect=True, ids=["one worker"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_open_connections_end(served: Served, batch: Batch, ending: str) -> None:
    token = batch("token", "add", "bob@example.test", "phone")["token"]
    client, other = served.imap("bob", password=token), served.imap("alice")
    client.select()
    ENDINGS[ending](batch)
    assert has_ended(client)
    if ending != "everybody's second factor":
        assert other.noop()[0] == "OK"
    is_about_passwords = "second" in ending or "password" in ending
    with pytest.raises(IMAP4.error, match="AUTHENTICATIONFAILED"):
        served.imap("bob", password="" if is_about_passwords else token)
    if is_about_passwords:
        served.imap("bob", password=token)


def test_tokens_sign_in_and_show_their_last_use(served: Served, batch: Batch) -> None:
    token = batch("token", "add", "bob@example.test", "phone")["token"]
    assert token not in str(batch("token", "list", "bob@example.test"))
    client = served.imap("bob", password=token)
    (shown,) = batch("token", "list", "bob@example.test")
    assert (shown["name"], shown["state"]) == ("phone", "active")
    assert shown["last_used"] is not None
    batch("mfa", "set", "on", "--user", "bob@example.test")
    assert batch("mfa", "show", "--user", "bob@example.test")["second_factor"] == "on"
    assert has_ended(client)
    served.imap("bob", password=token)


def test_rights_quotas_and_rules_hold_for_the_next_command(served: Served, batch: Batch) -> None:
    bob = served.imap("bob")
    shared = '"Other Users/alice@example.test/INBOX"'
    assert bob.select(shared)[0] == "NO"
    batch("grant", "add", "alice@example.test", "bob@example.test", "full-access")
    assert bob.select(shared)[0] == "OK"
    batch("grant", "remove", "alice@example.test", "bob@example.test", "full-access")
    assert bob.select(shared)[0] == "NO"
    assert bob.append("INBOX", None, None, b"Subject: x\r\n\r\nx\r\n")[0] == "OK"
    batch("quota", "set", "bob@example.test", "--bytes", "10")
    status, (text,) = bob.append("INBOX", None, None, b"Subject: x\r\n\r\nx\r\n")
    assert (status, b"OVERQUOTA" in text) == ("NO", True)
    batch("quota", "set", "bob@example.test", "--mb", "10")

    rule = {
        "name": "Invoices",
        "conditions": {"ContainsSubjectStrings": ["invoice"]},
        "actions": {"MoveToFolder": "Archive"},
    }
    user = {"address": "bob@example.test", "rules": [rule]}
    assert batch("apply", "-", given={"domains": ["example.test"], "users": [user]}) == [
        {"change": "user bob@example.test: rule Invoices"}
    ]
    alice = served.account("alice")
    with smtplib.SMTP_SSL("localhost", served.profile["smtps"]["port"], context=served.context(), timeout=20) as smtp:
        smtp.login(alice["address"], alice["password"])
        for subject in ("your invoice", "hello"):
            smtp.sendmail(
                alice["address"], ["bob@example.test"], f"From: {alice['address']}\r\nSubject: {subject}\r\n\r\nx\r\n"
            )
    assert counted(bob, "INBOX", "SUBJECT", "hello") == 1
    assert counted(bob, "INBOX", "SUBJECT", "invoice") == 0
    assert counted(bob, "Archive", "SUBJECT", "invoice") == 1


def counted(client: IMAP4_SSL, folder: str, *criteria: str) -> int:
    client.select(folder)
    return len(client.search(None, *criteria)[1][0].split())


def test_new_people_groups_and_aliases_get_mail_at_once(served: Served, batch: Batch) -> None:
    alice = served.account("alice")
    given = PASSWORD
    with smtplib.SMTP_SSL("localhost", served.profile["smtps"]["port"], context=served.context(), timeout=20) as smtp:
        smtp.login(alice["address"], alice["password"])
        message = f"From: {alice['address']}\r\nSubject: x\r\n\r\nx\r\n"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail(alice["address"], ["zoe@example.test"], message)
        batch("user", "add", "zoe@example.test", "--password-stdin", given=given)
        batch("alias", "add", "zoe@example.test", "z@example.test")
        batch("group", "add", "new@example.test", "--member", "zoe@example.test")
        for recipient in ("zoe@example.test", "z@example.test", "new@example.test"):
            smtp.sendmail(alice["address"], [recipient], message)
        batch("group", "remove", "new@example.test", "--yes")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail(alice["address"], ["new@example.test"], message)
    client = IMAP4_SSL("localhost", served.profile["imaps"]["port"], ssl_context=served.context(), timeout=20)
    served.clients.append(client)
    client.login("zoe@example.test", given)
    assert counted(client, "INBOX", "ALL") == 3

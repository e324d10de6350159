"""Leftovers are removed, foreign mail never is: against the reference server, as any target."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailproof_suites.capabilities import open_imap, sign_in
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.control.reference import ReferenceServer, ReferenceServerError
from mailproof_suites.janitor import (
    FOLDER,
    HEADER,
    STALE_MINUTES,
    Janitor,
    inspect_accounts,
    is_leftover,
    new_token,
    token_minute,
)
from mailproof_suites.targets import ConfigError, Target, load_profile

NOW_S = time.time()
OLD = new_token(NOW_S - (STALE_MINUTES + 1) * 60)
FOREIGN = b"Subject: mine\r\n\r\nmine\r\n"


def ours(token: str) -> bytes:
    return f"{HEADER}: {token}.1\r\n\r\nours\r\n".encode()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with ReferenceServer(tmp_path_factory.mktemp("server")) as profile:
        yield load_profile(profile)


@pytest.fixture
def imap(target: Target) -> Iterator[ImapClient]:
    with open_imap(target) as client:
        sign_in(client, target.primaries()[0])
        yield client


def names(imap: ImapClient) -> set[str]:
    return {each.mailbox.decode() for each in imap.list_mailboxes("", f"{FOLDER}*")}


def inspect(target: Target, *, force: bool = False) -> None:
    inspect_accounts(target, workers=1, force=force, clock=lambda: NOW_S)


def test_a_token_knows_its_minute_and_nothing_else_is_a_token() -> None:
    token = new_token(NOW_S)
    assert token_minute(token) == NOW_S // 60
    assert token_minute(f"{token}-destination") == NOW_S // 60
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for name in (wrong, "reports", "0000000000000"[:12], ""):
        assert token_minute(name) is None, name
    assert len({new_token(NOW_S) for _ in range(500)}) == 500


def test_only_old_tokens_are_leftovers() -> None:
    assert is_leftover(f"{FOLDER}{OLD}-x", NOW_S)
    assert not is_leftover(f"{FOLDER}{new_token(NOW_S)}", NOW_S)
    assert not is_leftover(f"{FOLDER}reports", NOW_S)


def test_an_old_folder_of_ours_is_removed_and_others_stay(target: Target, imap: ImapClient) -> None:
    fresh = new_token(NOW_S)
    kept = {f"{FOLDER}reports", f"{FOLDER}{fresh}"}
    for name in (*kept, f"{FOLDER}{OLD}", f"{FOLDER}{OLD}/child"):
        imap.create(name)
    imap.append(f"{FOLDER}{OLD}/child", ours(OLD))
    imap.append(f"{FOLDER}reports", FOREIGN)
    inspect(target)
    assert names(imap) == kept
    for name in kept:
        imap.delete(name)


def test_an_old_folder_with_foreign_mail_stops_the_run_unless_forced(target: Target, imap: ImapClient) -> None:
    imap.create(f"{FOLDER}{OLD}")
    imap.append(f"{FOLDER}{OLD}", FOREIGN)
    imap.append(f"{FOLDER}{OLD}", ours(OLD))
    with pytest.raises(ConfigError) as caught:
        inspect(target)
    assert OLD in str(caught.value)
    assert "1 messages that we did not put there" in str(caught.value)
    assert "--force" in str(caught.value)
    assert imap.status(f"{FOLDER}{OLD}").items["MESSAGES"] == 2
    inspect(target, force=True)
    assert names(imap) == set()


def test_old_messages_of_ours_leave_the_inbox_and_others_stay(target: Target, imap: ImapClient) -> None:
    fresh = new_token(NOW_S)
    for message in (FOREIGN, ours(OLD), ours(fresh)):
        imap.append("INBOX", message)
    imap.append("INBOX", FOREIGN, [r"\Deleted"])
    inspect(target)
    imap.select("INBOX")
    assert len(imap.search("ALL")) == 3
    assert len(imap.search("DELETED")) == 1, "what its owner marked is not expunged along the way"
    assert imap.search(f'HEADER {HEADER} "{OLD}"') == []
    imap.store("1:*", "+FLAGS", [r"\Deleted"])
    imap.expunge()


def test_what_a_case_made_is_removed(target: Target, imap: ImapClient) -> None:
    token, other = new_token(), new_token()
    janitor = Janitor(target, keep_open=True)
    account = target.primaries()[0]
    for name in (f"{FOLDER}{token}", f"{FOLDER}{token}-two", f"{FOLDER}{other}"):
        imap.create(name)
    for message in (ours(token), ours(other), f"Subject: bounce\r\n\r\nabout {token}.1\r\n".encode(), FOREIGN):
        imap.append("INBOX", message)
    assert janitor.clean(account, token, [f"{FOLDER}{token}"], inbox=True, sent_mail=True) == []
    assert names(imap) == {f"{FOLDER}{other}"}
    imap.select("INBOX")
    assert len(imap.search("ALL")) == 2
    assert janitor.clean(account, other, [f"{FOLDER}{other}"], inbox=True, sent_mail=False) == []
    assert len(imap.noop().named("EXPUNGE")) >= 1
    janitor.close()
    imap.store("1:*", "+FLAGS", [r"\Deleted"])
    imap.expunge()


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    server = ReferenceServer(tmp_path, ("--no-such-option",))
    with pytest.raises(ReferenceServerError) as caught:
        server.start()
    assert "no-such-option" in str(caught.value)

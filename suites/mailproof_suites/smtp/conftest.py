"""Fixtures of the SMTP cases: addresses, and what became of a message."""

from __future__ import annotations

import email
import time
from email.message import Message

import pytest

from mailproof_suites.case import Account, ConnectImap, Deliver, ImapClient, MakeMessage, WaitFor, World, expect
from mailproof_suites.smtp.dialogue import Copies, ReportOf, Reports, Stored

_POLL_S = 0.1


@pytest.fixture
def own(world: World) -> str:
    """The address of the case's own account; what the case sends there is removed afterwards."""
    world.uses_inbox(sends=True)
    return world.lease().address


@pytest.fixture
def domain(world: World) -> str:
    """The domain of the case's own account."""
    return world.lease().address.rpartition("@")[2]


@pytest.fixture
def unknown(token: str, domain: str) -> str:
    """An address in the own domain that nobody has."""
    return f"nobody-{token}@{domain}"


@pytest.fixture
def stored(world: World, connect_imap: ConnectImap, wait_for: WaitFor) -> Stored:
    """`stored(mark, account=None) -> bytes`: the delivered message, octet for octet."""

    def fetch(mark: str, account: Account | None = None) -> bytes:
        reader = connect_imap(account)
        uid = wait_for(mark, account=account, client=reader)
        message = reader.fetch(uid, "(BODY.PEEK[])", uid=True).only().body
        world.disconnect(reader)
        return bytes(message or b"")

    return fetch


@pytest.fixture
def copies(world: World, connect_imap: ConnectImap, deliver: Deliver, wait_for: WaitFor) -> Copies:
    """`copies(mark, account=None) -> int`: how many arrived, counted behind a later message to the same account."""

    def count(mark: str, account: Account | None = None) -> int:
        reader = connect_imap(account)
        wait_for(deliver(to=account), account=account, client=reader)
        found = len(_marked(reader, mark))
        world.disconnect(reader)
        return found

    return count


@pytest.fixture
def reports(world: World, connect_imap: ConnectImap) -> Reports:
    """`reports(text) -> list[bytes]`: delivery reports in the own inbox that mention a text."""

    def look(text: str) -> list[bytes]:
        reader = connect_imap()
        reader.select("INBOX")
        # Not by TEXT: whether that looks into message/delivery-status is the server's choice.
        uids = reader.search('HEADER Content-Type "multipart/report"', uid=True)
        found = [bytes(reader.fetch(uid, "(BODY.PEEK[])", uid=True).only().body or b"") for uid in uids]
        world.disconnect(reader)
        return [each for each in found if text.encode() in each]

    return look


@pytest.fixture
def report_of(world: World, reports: Reports) -> ReportOf:
    """`report_of(text)`: the report that mentions a text, when it has come."""

    def wait(text: str) -> tuple[bytes, Message]:
        limit_s = world.target.delivery_timeout_s
        deadline = time.monotonic() + limit_s
        while not (found := reports(text)):
            if time.monotonic() > deadline:
                raise expect.fail("the report", expected=f"one within {limit_s:g} s", actual="none")
            time.sleep(_POLL_S)
        return found[0], email.message_from_bytes(found[0])

    return wait


@pytest.fixture
def account_login(world: World) -> tuple[str, str]:
    """User name and password of the case's own account."""
    account = world.lease()
    return account.address, account.password


@pytest.fixture
def own_message(own: str, make_message: MakeMessage) -> bytes:
    """A small message to oneself, which is cleaned up."""
    return make_message(to=own)


def _marked(reader: ImapClient, mark: str) -> list[int]:
    return list(reader.search(f'HEADER X-Mailproof "{mark}"', uid=True))

"""Fixtures of the NOTIFY cases: a watching connection, and what it is told without asking."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.case import ConnectImap, ImapClient
from mailproof_suites.clients.imap import Untagged

Watch = Callable[..., ImapClient]
MESSAGES = "MessageNew MessageExpunge"
"""The two events of messages, which go together."""
PUSH_S = 10.0
"""How long news may take. No RFC has a number; a client that asked for them expects seconds."""


@pytest.fixture
def watch(connect_imap: ConnectImap) -> Watch:
    """`watch(groups, select=None)`: a further connection after NOTIFY SET with these event groups."""

    def start(groups: str, select: str | None = None) -> ImapClient:
        client = connect_imap()
        if select is not None:
            client.select(select)
        client.command(f"NOTIFY SET {groups}").require_ok()
        return client

    return start


def told(client: ImapClient, name: str, mailbox: str | None = None) -> Untagged:
    """The next response of this name (about this mailbox), which comes while no command runs. Raises TimedOut."""

    def fits(each: Untagged) -> bool:
        return each.name == name and (mailbox is None or each.data.mailbox == mailbox.encode())

    return client.wait_untagged(fits, PUSH_S)

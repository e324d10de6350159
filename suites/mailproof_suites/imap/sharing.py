"""What the cases about shared folders have in common: granting rights, and the name under which a guest sees a folder.

A guest connects anew after each change of rights: RFC 4314 section 5.1.1 lets a server remember them for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mailproof_suites import expect
from mailproof_suites.clients.imap import AclData, ImapClient, ListRightsData, MyRightsData
from mailproof_suites.targets import Account

EVERYTHING = "lrswipkxtea"
VIRTUAL = frozenset("cd")
"""Rights of RFC 2086 that only stand for others (RFC 4314 section 2.1.1)."""


def letters(rights: bytes) -> set[str]:
    """The rights as letters, without the virtual ones."""
    return set(rights.decode("ascii")) - VIRTUAL


@dataclass
class Shared:
    """A folder of one account on which another gets rights.

    Attributes:
        owner: client of the account that has the folder.
        folder: its name there.
        account: the other account; its address is the identifier in the list.
        name: the folder's name there.
        delimiter: hierarchy delimiter there.
        connect: opens a connection of the other account.
    """

    owner: ImapClient
    folder: str
    account: Account
    name: bytes
    delimiter: bytes
    connect: Callable[[], ImapClient]

    def grant(self, rights: str, folder: str | None = None) -> None:
        """Give the other account exactly these rights; none at all for "".

        Skips where LISTRIGHTS ties some of them to others.
        """
        folder = folder or self.folder
        self._skip_if_tied(rights)
        if rights:
            self.owner.command("SETACL", folder, self.account.address, rights).require_ok()
        else:
            self.owner.command("DELETEACL", folder, self.account.address).require_ok()

    def enter(self, rights: str) -> ImapClient:
        """Grant, and a new connection of the other account."""
        self.grant(rights)
        return self.connect()

    def entries(self, folder: str | None = None) -> dict[bytes, set[str]]:
        """The list as GETACL tells the owner, without virtual rights."""
        answer = self.owner.command("GETACL", folder or self.folder).require_ok()
        return {identifier: letters(rights) for identifier, rights in answer.only(AclData).entries}

    def below(self, name: str) -> bytes:
        """Name of a mailbox below the folder, as the other account sees it."""
        return self.name + self.delimiter + name.encode()

    def names(self, guest: ImapClient) -> set[bytes]:
        """Names that LIST tells the other account, from the folder on downwards."""
        return {each.mailbox for each in guest.list_mailboxes("", self.name + b"*")}

    def state(self) -> object:
        """All that a refused command must not have changed, as the owner sees it."""
        names = sorted(each.mailbox for each in self.owner.list_mailboxes("", f"{self.folder}*"))
        if self.folder.encode() not in names:
            return names
        self.owner.examine(self.folder)
        flags = {uid: data.flags for uid, data in self.owner.fetch("1:*", "(UID FLAGS)", uid=True).items()}
        self.owner.command("CLOSE").require_ok()
        seen = {uid: {flag.lower() for flag in each or ()} - {rb"\recent"} for uid, each in flags.items()}
        return names, seen, self.entries()

    def _skip_if_tied(self, rights: str) -> None:
        answer = self.owner.command("LISTRIGHTS", self.folder, self.account.address).require_ok()
        wanted = set(rights)
        for group in answer.only(ListRightsData).optional:
            tied = letters(group)
            if tied & wanted and tied - wanted:
                pytest.skip(f"the server ties the rights {group.decode()} together")


def my_rights(client: ImapClient, name: bytes | str) -> set[str]:
    """MYRIGHTS, without virtual rights."""
    return letters(client.command("MYRIGHTS", client.mailbox(name)).require_ok().only(MyRightsData).rights)


def find_shared(owner: ImapClient, folder: str, account: Account, connect: Callable[[], ImapClient]) -> Shared:
    """Let another account look for the folder in the namespaces of others, then take its right away again.

    Raises Violation when it is not listed.
    """
    shared = Shared(owner, folder, account, folder.encode(), b"/", connect)
    guest = shared.enter("lr")
    spaces = guest.namespace()
    # The prefix of the owner's own namespace ("INBOX.") is no part of the name that others see.
    personal = owner.namespace().personal or ()
    prefix = max((entry.prefix for entry in personal if folder.encode().startswith(entry.prefix)), key=len, default=b"")
    own_name = folder.encode().removeprefix(prefix)
    for entry in (*(spaces.other_users or ()), *(spaces.shared or ())):
        for found in guest.list_mailboxes("", entry.prefix + b"*"):
            if found.mailbox.endswith(own_name):
                shared.name, shared.delimiter = found.mailbox, found.delimiter or b"/"
                shared.grant("")
                return shared
    raise expect.fail(
        "LIST in the namespaces of others",
        expected=f"{folder}, on which l and r were granted",
        actual="no such name",
        requirement="RFC4314:4-1",
    )

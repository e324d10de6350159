"""A folder that its owner shares with a guest, as both of them see it over IMAP (FEATURES section 7)."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailproof_suites.case import Account, Completion, Control, ImapClient, Post, World, expect
from mailproof_suites.imap.sharing import my_rights
from mailproof_suites.workmail.grantees import KINDS, grantee

FOLDER = "Projects"
ROOT = "/"
EVERYBODY = "everybody"
GRANTEES = (*KINDS, EVERYBODY)
LETTERS: dict[str, str] = {
    "None": "",
    "Contributor": "li",
    "Reviewer": "lr",
    "NoneditingAuthor": "lri",
    "Author": "lri",
    "PublishingAuthor": "lrik",
    "Editor": "lriswte",
    "PublishingEditor": "lriswtek",
    "Owner": "lriswtekxa",
}
"""Profile -> the rights of RFC 4314 that it amounts to on a folder, its bits being those of MS-OXCPERM."""


@dataclass
class Loan:
    """Two users of the case's own, and the owner's folder FOLDER.

    Attributes:
        owner: who shares.
        guest: with whom.
    """

    control: Control
    world: World
    post: Post
    owner: Account
    guest: Account
    _clients: dict[str, ImapClient] = field(default_factory=dict)

    # -- connections ---------------------------------------------------------------------------------------------------

    @property
    def owning(self) -> ImapClient:
        """The owner's connection."""
        return self.client(self.owner)

    @property
    def visiting(self) -> ImapClient:
        """The guest's connection, which stays open for the whole case."""
        return self.client(self.guest)

    def client(self, account: Account) -> ImapClient:
        """The one connection of an account."""
        if account.address not in self._clients:
            self._clients[account.address] = self.world.connect_imap(account)
        return self._clients[account.address]

    def name(self, folder: str = FOLDER, owner: Account | None = None) -> bytes:
        """What a folder is called where others see it."""
        spaces = self.visiting.namespace().other_users or ()
        if not spaces:
            raise expect.fail("the namespace of other users", expected="one", actual="none")
        delimiter = spaces[0].delimiter or b"/"
        parts = [(owner or self.owner).address, *folder.split("/")]
        return spaces[0].prefix + delimiter.join(part.encode() for part in parts)

    # -- rights --------------------------------------------------------------------------------------------------------

    def grant(self, rights: str, kind: str = "user", folder: str = FOLDER) -> str:
        """Give a profile or rights; the grantee's address. A second grant to the same kind replaces the first."""
        to = "default" if kind == EVERYBODY else grantee(self.control, kind, self.guest)
        self.put(rights, to, folder)
        return to

    def put(self, rights: str, to: str | None = None, folder: str = FOLDER) -> None:
        """Give a profile or rights to an address, the guest's unless told; `/` is the root of the owner's account."""
        self.control.call("permissions", "set", self.owner.address, folder, to or self.guest.address, rights)

    def share(self, rights: str, kind: str = "user", folder: str = FOLDER) -> str:
        """Give rights on the folder, and let the way to it be visible; the grantee's address."""
        to = self.grant(rights, kind, folder)
        if rights != "None":
            self.put("folder-visible", to, ROOT)
        return to

    def stop(self, to: str | None = None, folder: str = FOLDER) -> None:
        """Stop sharing."""
        self.control.call("permissions", "remove", self.owner.address, folder, to or self.guest.address)

    def rights(self, folder: str = FOLDER) -> set[str]:
        """What MYRIGHTS tells the guest; nothing where the folder seems not to be there."""
        answer = self.visiting.command("MYRIGHTS", self.visiting.mailbox(self.name(folder)))
        return my_rights(self.visiting, self.name(folder)) if answer.ok else set()

    # -- what is where -------------------------------------------------------------------------------------------------

    def listed(self, pattern: bytes | None = None) -> set[bytes]:
        """Names of the owner's folders that LIST tells the guest."""
        prefix = self.name("")
        found = self.visiting.list_mailboxes("", pattern or prefix + b"*")
        return {each.mailbox.removeprefix(prefix) for each in found if each.mailbox.startswith(prefix)}

    def open(self, folder: str = FOLDER) -> Completion:
        """The guest's SELECT."""
        return self.visiting.command("SELECT", self.visiting.mailbox(self.name(folder)))

    def flags(self, uid: int) -> set[bytes]:
        r"""The flags that the owner finds on a message, without \Recent."""
        self.owning.examine(FOLDER)
        found = self.owning.fetch(uid, "(FLAGS)", uid=True).only().flags or ()
        return {flag.lower() for flag in found} - {rb"\recent"}

    def uids(self, folder: str = FOLDER) -> list[int]:
        """What the owner finds in a folder."""
        self.owning.examine(folder)
        return list(self.owning.search("ALL", uid=True))

    def folders(self) -> set[bytes]:
        """The owner's folders."""
        return {each.mailbox for each in self.owning.list_mailboxes("", "*")}

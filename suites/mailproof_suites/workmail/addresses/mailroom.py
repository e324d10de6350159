"""Sending to addresses of the case's own making, and seeing where it arrives (FEATURES section 5)."""

from __future__ import annotations

import email
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message

from mailproof_suites.case import Account, Control, ImapClient, Post, Reply, SmtpClient, World, expect
from mailproof_suites.janitor import HEADER
from mailproof_suites.messages import mark_of

_POLL_S = 0.05
_LINE = b"0123456789" * 7 + b"\r\n"


@dataclass
class Mailroom:
    """One who sends, and a look into everybody's inbox.

    Attributes:
        sender: a user of the case's own.
    """

    control: Control
    world: World
    post: Post
    sender: Account
    _smtp: SmtpClient | None = None
    _readers: dict[str, ImapClient] = field(default_factory=dict)

    # -- the directory -------------------------------------------------------------------------------------------------

    def beside(self, user: Account, suffix: str, domain: str | None = None) -> str:
        """An address that is free: the user's with more behind its local part."""
        local, _, own = user.address.partition("@")
        return f"{local}{suffix}@{domain or own}"

    def alias(self, user: Account | str, suffix: str = "-alias") -> str:
        """A new alias of a user, group or resource."""
        address = user if isinstance(user, str) else user.address
        alias = self.beside(Account(address, ""), suffix)
        self.control.call("alias", "add", address, alias)
        return alias

    def group(self, suffix: str, *members: str, options: Sequence[str] = ()) -> str:
        """A new group, called after the sender."""
        address = self.beside(self.sender, f"-{suffix}")
        named = [part for each in members for part in ("--member", each)]
        self.control.call("group", "add", address, *named, *options)
        self.control.undo("group", "remove", address, "--yes")
        return address

    # -- sending -------------------------------------------------------------------------------------------------------

    @property
    def smtp(self) -> SmtpClient:
        """The sender's one connection."""
        if self._smtp is None:
            self._smtp = self.world.connect_smtp(self.sender)
        return self._smtp

    def rcpt(self, address: str, *options: str) -> Reply:
        """What the server says to a recipient; nothing is sent."""
        self.smtp.mail(self.sender.address, *options).require(250)
        reply = self.smtp.rcpt(address)
        self.smtp.rset().require(250)
        return reply

    def send(self, *recipients: str, octets: int = 0) -> str:
        """Send a message that has to be taken; its mark.

        Args:
            recipients: addresses of the envelope, and of To.
            octets: least size of the body.
        """
        message = self.message(*recipients, octets=octets)
        self.smtp.send_message(self.sender.address, recipients, message)
        return mark_of(message)

    def offer(self, *recipients: str, octets: int = 0) -> Reply:
        """Send a message that may be refused; the last reply, or the first refusal."""
        reply = self.smtp.mail(self.sender.address)
        for each in recipients:
            reply = self.smtp.rcpt(each) if reply.positive else reply
        if reply.positive:
            reply = self.smtp.data(self.message(*recipients, octets=octets))
        if not reply.positive:
            self.smtp.rset().require(250)
        return reply

    def message(self, *recipients: str, octets: int = 0) -> bytes:
        """A message of at least this size."""
        body = _LINE * (octets // len(_LINE) + 1)
        return self.post.make_message(sender=self.sender.address, to=list(recipients), body=body)

    # -- reading -------------------------------------------------------------------------------------------------------

    def imap(self, user: Account) -> ImapClient:
        """The one connection that looks into somebody's folders."""
        if user.address not in self._readers:
            self._readers[user.address] = self.world.connect_imap(user)
        return self._readers[user.address]

    def arrives(self, mark: str, *users: Account) -> None:
        """Expect one copy in each inbox."""
        for user in users:
            self.post.wait_for(mark, account=user, client=self.imap(user))
            expect.equal(len(self._marked(user, mark)), 1, f"copies for {user.address}")

    def stays_away(self, mark: str, *users: Account) -> None:
        """Expect no copy in any of the inboxes, when a message sent later has arrived there."""
        later = self.send(*(user.address for user in users))
        for user in users:
            self.post.wait_for(later, account=user, client=self.imap(user))
            expect.equal(len(self._marked(user, mark)), 0, f"copies for {user.address}")

    def fill(self, user: Account, *sizes: int) -> None:
        """Send messages of these sizes, all of which arrive."""
        for size in sizes:
            self.arrives(self.send(user.address, octets=size), user)

    def empty(self, user: Account) -> None:
        """Remove everything from an inbox."""
        client = self.imap(user)
        client.select("INBOX")
        client.store("1:*", "+FLAGS.SILENT", [r"\Deleted"])
        client.expunge()

    def has_notices(self, user: Account, count: int) -> None:
        """Expect so many warnings and reports in an inbox."""
        deadline = time.monotonic() + self.world.target.delivery_timeout_s
        while len(found := self.notices(user)) < count and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        expect.equal(len(found), count, f"warnings and reports for {user.address}")

    def notices(self, user: Account) -> list[Message]:
        """What is in an inbox and was not sent by the case: warnings and reports."""
        client = self.imap(user)
        client.select("INBOX")
        found = client.search(f'NOT HEADER {HEADER} ""', uid=True)
        return [
            email.message_from_bytes(bytes(client.fetch(uid, "(BODY.PEEK[])", uid=True).only().body or b""))
            for uid in found
        ]

    def _marked(self, user: Account, mark: str) -> list[int]:
        return list(self.imap(user).search(f'HEADER {HEADER} "{mark}"', uid=True))

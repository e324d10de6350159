"""The people of a case about sending in another's name, and what becomes of what they send (FEATURES section 8)."""

from __future__ import annotations

import email
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr
from typing import Any

from mailproof_suites.case import Account, Control, ImapClient, Post, Reply, SmtpClient, World, expect
from mailproof_suites.janitor import HEADER
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import refused
from mailproof_suites.workmail.grantees import grantee

SEND_AS, ON_BEHALF, FULL_ACCESS = "send-as", "send-on-behalf", "full-access"


@dataclass(frozen=True)
class Sent:
    """One attempt to send.

    Attributes:
        reply: the last one, or the first refusal.
        message: as it was submitted.
    """

    reply: Reply
    message: bytes

    @property
    def mark(self) -> str:
        """By which it is found."""
        return mark_of(self.message)


@dataclass
class Office:
    """An owner, in whose name another one sends, and a reader who gets it: users of the case's own.

    Attributes:
        owner: whose address is written from.
        actor: who signs in and sends.
        reader: to whom.
    """

    control: Control
    world: World
    post: Post
    owner: Account
    actor: Account
    reader: Account
    _smtp: SmtpClient | None = None
    _readers: dict[str, ImapClient] = field(default_factory=dict)

    # -- rights --------------------------------------------------------------------------------------------------------

    def grant(self, permission: str, kind: str = "user", *, on: str | None = None) -> str:
        """Let the actor have the permission on the owner (or `on`) by a grant to this kind; the grantee's address."""
        to = grantee(self.control, kind, self.actor)
        self.control.call("grant", "add", on or self.owner.address, to, permission)
        return to

    def revoke(self, permission: str, to: str | None = None) -> None:
        """Take it back."""
        self.control.call("grant", "remove", self.owner.address, to or self.actor.address, permission)

    def alias(self, user: Account) -> str:
        """A new alias of a user."""
        local, _, domain = user.address.partition("@")
        self.control.call("alias", "add", user.address, f"{local}-alias@{domain}")
        return f"{local}-alias@{domain}"

    # -- sending -------------------------------------------------------------------------------------------------------

    @property
    def smtp(self) -> SmtpClient:
        """The actor's one connection, which stays open for the whole case."""
        if self._smtp is None:
            self._smtp = self.world.connect_smtp(self.actor)
        return self._smtp

    def send(
        self,
        author: str | None = None,
        *,
        sender: str | None = None,
        envelope: str | None = None,
        to: list[str] | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> Sent:
        """Send a message, or meet a refusal, after which the connection is ready for the next one.

        Args:
            author: From, as written; the owner's address, unless given.
            sender: Sender, as written; none, unless given.
            envelope: MAIL FROM; the actor's address, unless given.
            to: recipients of the envelope; the reader, unless given.
            headers: further ones.
        """
        given = {"From": author or self.owner.address, "To": self.reader.address, **(headers or {})}
        message = self.post.make_message(headers=given | ({"Sender": sender} if sender else {}))
        reply = self.smtp.mail(envelope or self.actor.address)
        for recipient in to or [self.reader.address]:
            reply = self.smtp.rcpt(recipient) if reply.positive else reply
        reply = self.smtp.data(message) if reply.positive else reply
        if not reply.positive:
            self.smtp.rset().require(250)
        return Sent(reply, message)

    def accepted(self, author: str | None = None, **options: Any) -> Message:
        """Send a message that has to be taken; its header as the reader gets it."""
        sent = self.send(author, **options)
        expect.reply(sent.reply, 250)
        return self.received(sent)

    def refused(self, author: str | None = None, **options: Any) -> Sent:
        """Send a message that has to be refused for good, with nobody getting it."""
        sent = self.send(author, **options)
        refused(sent.reply, "the reply to a message in another's name", enhanced="5.7.")
        return sent

    # -- reading -------------------------------------------------------------------------------------------------------

    def imap(self, account: Account) -> ImapClient:
        """The one connection of somebody's that looks into folders."""
        if account.address not in self._readers:
            self._readers[account.address] = self.world.connect_imap(account)
        return self._readers[account.address]

    def received(self, sent: Sent, account: Account | None = None) -> Message:
        """The message, once it is in an inbox: the reader's, unless told."""
        account = account or self.reader
        uid = self.post.wait_for(sent.mark, account=account, client=self.imap(account))
        return self._header(account, uid)

    def copies(self, sent: Sent, account: Account, folder: str = "INBOX") -> int:
        """How many there are in a folder, after a later message of the account's own has come to its inbox."""
        later = self.post.deliver(to=account, sender=account)
        client = self.imap(account)
        self.post.wait_for(later, account=account, client=client)
        client.select(folder)
        return len(client.search(f'HEADER {HEADER} "{sent.mark}"', uid=True))

    def kept(self, sent: Sent, account: Account) -> Message:
        """The copy in somebody's Sent Items."""
        client = self.imap(account)
        client.select(sent_items(client))
        found = client.search(f'HEADER {HEADER} "{sent.mark}"', uid=True)
        expect.equal(len(found), 1, "copies in Sent Items")
        return self._header(account, found[0])

    def notices(self, account: Account) -> list[Message]:
        """What is in an inbox without having been sent by the case."""
        client = self.imap(account)
        client.select("INBOX")
        found = client.search(f'NOT HEADER {HEADER} ""', uid=True)
        return [self._header(account, uid) for uid in found]

    def _header(self, account: Account, uid: int) -> Message:
        data = self.imap(account).fetch(uid, "(BODY.PEEK[])", uid=True).only().body
        return email.message_from_bytes(bytes(data or b""))


def sent_items(client: ImapClient) -> bytes:
    r"""The name of the folder with the special use \Sent."""
    for each in client.list_mailboxes("", "%"):
        if rb"\sent" in {attribute.lower() for attribute in each.attributes}:
            return each.mailbox
    raise expect.fail(r"a folder with the special use \Sent", expected="one", actual="none")


def addresses(message: Message, name: str) -> list[str]:
    """The addresses of every field with this name, one each, in small letters."""
    return [parseaddr(str(value))[1].lower() for value in message.get_all(name, [])]

"""The people of one case about rules or automatic replies, the mail between them, and where it went.

The `owner` has the rules or the reply, the `sender` writes. Where an operator can make users, the owner is a new one,
and cases run side by side; else the owner is the case's own account and the sender another one of the profile.

In everything that a case says of a message and of a rule, `{owner}`, `{owner+tag}`, `{OWNER}`, `{alias}`, `{sender}`,
`{other}` and `{folder}` stand for the addresses of the day, and for a folder of the owner's.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from functools import cached_property
from typing import Any

import pytest

from mailproof_suites.case import Account, Control, ImapClient, MakeMessage, SmtpClient, World, expect
from mailproof_suites.janitor import HEADER
from mailproof_suites.messages import mark_of
from mailproof_suites.workmail.settings import Reply, Rule, Settings

_POLL_S = (0.0, 0.02, 0.05, 0.1, 0.25)


@dataclass(frozen=True)
class Mail:
    """A message as a case describes it, with placeholders."""

    subject: str | None = None
    to: tuple[str, ...] = ("{owner}",)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: str | bytes = "Hello.\n"
    sender: str = "{sender}"


@dataclass(frozen=True)
class Received:
    """A message as it lies in a folder."""

    raw: bytes
    message: EmailMessage
    flags: frozenset[str]

    def field(self, name: str) -> str:
        """The one value of a header field, unfolded and decoded. Raises Violation for none, and for two."""
        values = self.message.get_all(name, [])
        expect.equal(len(values), 1, f"number of {name} fields")
        return " ".join(str(values[0]).split())


class Stage:
    """One case's people."""

    def __init__(self, world: World, make_message: MakeMessage, control: Control, settings: Settings) -> None:
        self.world = world
        self.control = control
        self.settings = settings
        self._make = make_message
        self._imap: dict[str, ImapClient] = {}
        self._smtp: dict[str, SmtpClient] = {}
        self._aliases = 0

    # -- people --------------------------------------------------------------------------------------------------------

    @cached_property
    def owner(self) -> Account:
        """Whose rules and replies they are."""
        return self.person() if self.settings.makes_people else self._used(self.world.lease())

    @cached_property
    def sender(self) -> Account:
        """Who writes to the owner."""
        return self._used(self.world.lease() if self.settings.makes_people else self.world.lease("other"))

    @cached_property
    def other(self) -> Account:
        """Somebody else: whom rules send to."""
        return self.person() if self.settings.makes_people else self._third()

    @cached_property
    def folder(self) -> str:
        """A new folder of the owner's."""
        name = self.world.folder_name("" if self.owner == self.world.lease() else "-x")
        self.imap(self.owner).create(name)
        return name

    def person(self, local: str = "") -> Account:
        """A new user; with this local part, if it matters. Skips where nobody can make one."""
        if not self.settings.makes_people:
            pytest.skip("needs one more user, whom only the target's operator could make")
        if not local:
            return self.control.user()
        account = Account(f"{local}@{self.domain}", f"Case-{self.world.token}-Aa1")
        self.world.transcript.secret(account.password)
        self.control.call("user", "add", account.address, "--password-stdin", input=account.password)
        self.control.undo("user", "remove", account.address, "--yes")
        return account

    def alias(self, account: Account | None = None) -> str:
        """A further address of the owner, or of somebody else. Skips where nobody can give one."""
        if not self.settings.makes_people:
            pytest.skip("needs an alias, which only the target's operator could give")
        self._aliases += 1
        address = f"mp{self.world.token}-alias{self._aliases}@{self.domain}".lower()
        whose = (account or self.owner).address
        self.control.call("alias", "add", whose, address)
        return address

    def group(self, *members: str) -> str:
        """A new group's address. Skips where nobody can make one."""
        if not self.settings.makes_people:
            pytest.skip("needs a group, which only the target's operator could make")
        address = f"mp{self.world.token}-group@{self.domain}".lower()
        options = [word for member in members for word in ("--member", member)]
        self.control.call("group", "add", address, *options)
        self.control.undo("group", "remove", address, "--yes")
        return address

    @property
    def domain(self) -> str:
        """Of the organisation."""
        return self.world.target.accounts[0].address.rpartition("@")[2]

    def _third(self) -> Account:
        carol = self.world.lease("carol")
        if carol in (self.owner, self.sender):
            pytest.skip("needs a third account beside carol's")
        return self._used(carol)

    def _used(self, account: Account) -> Account:
        self.world.uses_inbox(account, sends=True)
        return account

    # -- placeholders --------------------------------------------------------------------------------------------------

    def said(self, value: Any) -> Any:
        """The value with its placeholders replaced, however deep they stand."""
        if isinstance(value, str):
            for name in ("owner+tag", "OWNER", "SENDER", "owner", "sender", "other", "alias", "folder", "token"):
                if f"{{{name}}}" in value:
                    value = value.replace(f"{{{name}}}", self._named(name))
            return value
        if isinstance(value, Mapping):
            return {key: self.said(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.said(each) for each in value]
        return value

    def _named(self, name: str) -> str:
        if name == "owner+tag":
            local, _, domain = self.owner.address.partition("@")
            return f"{local}+tag@{domain}"
        if name in ("OWNER", "SENDER"):
            return (self.owner if name == "OWNER" else self.sender).address.upper()
        if name == "alias":
            return self.cached_alias
        if name == "token":
            return self.world.token
        found = getattr(self, name)
        return found.address if isinstance(found, Account) else str(found)

    @cached_property
    def cached_alias(self) -> str:
        """The owner's one alias."""
        return self.alias()

    # -- settings ------------------------------------------------------------------------------------------------------

    def rules(self, *rules: Rule, owner: Account | None = None) -> None:
        """Put rules, the owner's unless somebody else's."""
        named = [{"name": f"rule {number}", **rule} for number, rule in enumerate(rules, start=1)]
        self.settings.put_rules(owner or self.owner, self.said(named))

    def rules_refused(self, *rules: Rule) -> str:
        """Why these rules of the owner's are refused."""
        named = [{"name": f"rule {number}", **rule} for number, rule in enumerate(rules, start=1)]
        return self.settings.rules_refused(self.owner, self.said(named))

    def error_of(self, name: str = "rule 1") -> str:
        """What the owner's rule shows to have gone wrong."""
        return next(str(each.get("error", "")) for each in self.settings.rules_of(self.owner) if each["name"] == name)

    def reply(self, owner: Account | None = None, **reply: str) -> None:
        """Set the automatic reply, on and with a text unless that is said."""
        whole: Reply = {"state": "enabled", "internal_reply": "I am away.", **reply}
        self.settings.set_reply(owner or self.owner, whole)

    # -- mail ----------------------------------------------------------------------------------------------------------

    def imap(self, account: Account) -> ImapClient:
        """The case's one connection to somebody's folders."""
        if account.address not in self._imap:
            self._imap[account.address] = self.world.connect_imap(account)
        return self._imap[account.address]

    def smtp(self, account: Account) -> SmtpClient:
        """The case's one connection for somebody's mail."""
        if account.address not in self._smtp:
            self._smtp[account.address] = self.world.connect_smtp(account)
        return self._smtp[account.address]

    def message(self, mail: Mail = Mail()) -> bytes:
        """The octets of a message to send."""
        said = self.said(mail.headers)
        return self._make(
            self.said(mail.subject), sender=self.said(mail.sender), to=self.said(mail.to), headers=said, body=mail.body
        )

    def send(
        self,
        mail: Mail | bytes = Mail(),
        *,
        sender: Account | None = None,
        to: Sequence[str] = (),
        return_path: str | None = None,
    ) -> str:
        """Send to the owner, or to these recipients of the envelope; the mark by which the message is found.

        `return_path`: of the envelope, such as "" for the null one. Raises UnexpectedReply.
        """
        data = mail if isinstance(mail, bytes) else self.message(mail)
        who = sender or self.sender
        recipients = self.said(list(to)) or [self.owner.address]
        path = who.address if return_path is None else return_path
        self.smtp(who).send_message(path, recipients, data)
        return mark_of(data)

    def send_from_outside(self, mail: Mail, sender: str = "friend@outside.mailproof.test") -> str:
        """Have the operator bring in mail from outside; the mark. Skips where nobody can."""
        data = self.message(mail)
        self.control.call("outside", "send", sender or "<>", self.owner.address, "-", input=data.decode())
        return mark_of(data)

    def gone_outside(self, address: str) -> Received:
        """The newest message that went to this address outside. Skips where nobody can see it."""
        for _ in self.turns():
            if found := self.control.call("outside", "list", "--to", address):
                raw = base64.b64decode(found[-1]["message"])
                head = f"Return-Path: <{found[-1]['sender']}>\r\n".encode()
                return Received(raw, BytesParser(policy=SMTP).parsebytes(head + raw), frozenset())
        raise expect.fail(f"mail to {address} outside", expected="has gone there", actual="has not")

    # -- where it went -------------------------------------------------------------------------------------------------

    def place(self, mark: str, *folders: str, account: Account | None = None) -> str:
        """The first folder that the message comes to, of the inbox, the case's folder, and those given."""
        client = self.imap(account or self.owner)
        watched = [*folders, *([self.folder] if account is None and "folder" in self.__dict__ else []), "INBOX"]
        for _ in self.turns():
            for each in watched:
                if self.found(client, each, f'HEADER {HEADER} "{mark}"'):
                    return each
        return "nowhere"

    def has(self, mark: str, folder: str = "INBOX", account: Account | None = None) -> bool:
        """Whether the message lies in a folder now."""
        return bool(self.found(self.imap(account or self.owner), folder, f'HEADER {HEADER} "{mark}"'))

    def wait(self, criteria: str, account: Account, folder: str = "INBOX", what: str = "") -> Received:
        """Wait for the newest message of a folder that these criteria find. Raises Violation when there is none."""
        client = self.imap(account)
        for _ in self.turns():
            if uids := self.found(client, folder, criteria):
                return self.read(client, uids[-1])
        raise expect.fail(
            what or f"a message in {folder} of {account} with {criteria}", expected="there", actual="not there"
        )

    def count(self, criteria: str, account: Account, folder: str = "INBOX") -> int:
        """How many messages the criteria find now."""
        return len(self.found(self.imap(account), folder, criteria))

    def found(self, client: ImapClient, folder: str, criteria: str) -> list[int]:
        """UIDs."""
        client.select(folder)
        return list(client.search(criteria, uid=True))

    def read(self, client: ImapClient, uid: int) -> Received:
        """The message with this UID."""
        got = client.fetch(uid, "(FLAGS BODY.PEEK[])", uid=True).only()
        raw = got.get("BODY[]") or b""
        message: EmailMessage = BytesParser(policy=SMTP).parsebytes(raw)
        return Received(raw, message, frozenset(each.decode().lower() for each in got.flags or ()))

    def special(self, attribute: bytes) -> str:
        """The owner's folder with this attribute of RFC 6154. Skips where no folder has it."""
        for each in self.imap(self.owner).list_mailboxes("", "*"):
            if each.has(attribute):
                return each.mailbox.decode()
        pytest.skip(f"no folder has the attribute {attribute.decode()}")

    def turns(self) -> Iterator[int]:
        """Looks at what is to come, with pauses between them, until the profile's deadline for deliveries."""
        deadline = time.monotonic() + self.world.target.delivery_timeout_s
        turn = 0
        while True:
            yield turn
            if time.monotonic() > deadline:
                return
            time.sleep(_POLL_S[min(turn, len(_POLL_S) - 1)])
            turn += 1

"""Messages that cases make, and their way into a mailbox: by APPEND, or by SMTP with a wait for the delivery."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from mailproof_suites.clients.errors import TimedOut
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.expect import fail
from mailproof_suites.janitor import HEADER
from mailproof_suites.targets import Account
from mailproof_suites.world import World

_POLL_S = (0.02, 0.05, 0.1, 0.25, 0.5)
_IDLE_S = 5.0


class Post:
    """Makes, stores, sends and awaits messages for one case.

    Args:
        world: the case's accounts and connections.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._made = 0

    def make_message(
        self,
        subject: str | None = None,
        *,
        sender: str | None = None,
        to: str | Sequence[str] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: str | bytes = "Hello.\n",
    ) -> bytes:
        """A message with CRLF line ends and the case's token in `X-Mailproof`.

        Args:
            subject: of this text; one that holds the token, unless given.
            sender, to: addresses; the case's own, unless given.
            headers: added, or put in place of the usual ones of the same name; None takes one away.
            body: text, whose line ends become CRLF, or octets, which stay as they are.
        """
        self._made += 1
        mark = f"{self._world.token}.{self._made}"
        own = self._world.lease().address
        recipients = [to] if isinstance(to, str) else list(to or [own])
        fields: dict[str, str | None] = {
            "From": sender or own,
            "To": ", ".join(recipients),
            "Subject": f"mailproof {mark}" if subject is None else subject,
            "Date": format_datetime(datetime.now().astimezone()),
            "Message-ID": f"<{mark}@mailproof.test>",
            HEADER: mark,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
        }
        names = {name.lower(): name for name in fields}
        for name, value in (headers or {}).items():
            fields[names.get(name.lower(), name)] = value
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
        if isinstance(body, str):
            body = body.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        return head.encode() + b"\r\n" + body

    def append(
        self,
        client: ImapClient,
        folder: str | bytes,
        message: bytes | None = None,
        flags: Sequence[str] = (),
        date: str | None = None,
    ) -> int:
        """APPEND one message (a small one of ours, unless given) and return its UID.

        Without APPENDUID (RFC 4315) the UID is the one that STATUS promised just before: fine in a folder of our own.
        """
        if folder in ("INBOX", b"INBOX"):
            self._world.uses_inbox()
        expected = 0
        if not {"UIDPLUS", "IMAP4REV2"} & client.capabilities:
            expected = int(client.status(folder, "UIDNEXT").items["UIDNEXT"])
        appended = client.append(folder, self.make_message() if message is None else message, flags, date)
        return appended.uid or expected

    def deliver(
        self,
        message: bytes | None = None,
        *,
        to: Account | Sequence[Account] | None = None,
        sender: Account | None = None,
        client: SmtpClient | None = None,
    ) -> str:
        """Send one message by SMTP and return the mark by which `wait_for` finds it.

        Args:
            message: octets with the header `X-Mailproof` (as from `make_message`); a small one, unless given.
            to: recipients; the sender itself, unless given.
            sender: who sends; the case's own account, unless given.
            client: a connection that is signed in; a new one, unless given.

        Raises UnexpectedReply when the target refuses it.
        """
        sender = sender or self._world.lease()
        recipients = [to] if isinstance(to, Account) else list(to or [sender])
        if message is None:
            message = self.make_message(sender=sender.address, to=[account.address for account in recipients])
        for account in recipients:
            self._world.uses_inbox(account)
        self._world.uses_inbox(sender, sends=True)
        smtp = client or self._world.connect_smtp(sender)
        smtp.send_message(sender.address, [account.address for account in recipients], message)
        if client is None:
            self._world.disconnect(smtp)
        return mark_of(message)

    def wait_for(
        self,
        mark: str,
        *,
        account: Account | None = None,
        folder: str = "INBOX",
        client: ImapClient | None = None,
        requirement: str | None = None,
    ) -> int:
        """Wait until a message with this mark is in a folder, and return its UID there; the folder stays selected.

        Args:
            mark: what `deliver` returned, or any text that its `X-Mailproof` holds.
            account: whose folder; the case's own, unless given.
            folder: its name.
            client: a connection that is signed in; a new one, unless given.
            requirement: the id that is violated when it does not come in time.

        Raises Violation when it is not there after the profile's `delivery_timeout_s`.
        """
        imap = client or self._world.connect_imap(account)
        limit_s = self._world.target.delivery_timeout_s
        deadline = time.monotonic() + limit_s
        imap.select(folder)
        turn = 0
        while not (found := imap.search(f'HEADER {HEADER} "{mark}"', uid=True)):
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                what = f"delivery of message {mark} to {folder}"
                raise fail(what, expected=f"there within {limit_s:g} s", actual="not there", requirement=requirement)
            if "IDLE" in imap.capabilities:
                self._idle(imap, min(left_s, _IDLE_S))
            else:
                time.sleep(min(left_s, _POLL_S[min(turn, len(_POLL_S) - 1)]))
                imap.noop()
            turn += 1
        if client is None:
            self._world.disconnect(imap)
        return found[-1]

    def _idle(self, imap: ImapClient, limit_s: float) -> None:
        """Wait for a new message; not seeing one is no finding here, the search decides."""
        with imap.idle() as idle:
            try:
                idle.wait_for("EXISTS", limit_s)
            except TimedOut:
                return


def mark_of(message: bytes) -> str:
    """The value of our header in a message; raises ValueError without one, since nobody could clean it up."""
    head = message.partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == HEADER.lower().encode():
            return value.strip().decode("ascii")
    raise ValueError(f"a message that a case sends needs the header {HEADER}")

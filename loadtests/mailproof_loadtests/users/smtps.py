"""Users of submission over TLS: they send, and look whether what was accepted arrived once, with its body whole."""

from __future__ import annotations

import time

import gevent

from mailproof_loadtests.ledger import digest
from mailproof_loadtests.letters import Letters, body_of, mark_of
from mailproof_loadtests.rules import WrongAnswerError
from mailproof_loadtests.users.base import CheckedUser
from mailproof_suites.clients.errors import UnexpectedReply
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.janitor import HEADER
from mailproof_suites.targets import Account

_POLL_S = 0.05
_BATCH = 50


class DeliveryUser(CheckedUser):
    """Sends to itself and two others."""

    abstract = True
    needs = ("smtps", "imaps")
    connections = 2
    messages_per_connection = 20

    def __init__(self, environment: object) -> None:
        super().__init__(environment)
        self.letters = Letters(self.prefix, self.random.randrange(1 << 30))
        accounts = self.target.primaries()
        others = [account for account in accounts if account is not self.account]
        self.recipients = [self.account, *self.random.sample(others, min(2, len(others)))]
        self.accepted: dict[str, dict[str, str]] = {account.address: {} for account in self.recipients}
        """Recipient → mark → digest of the body, of mail answered by 250."""
        self._doubted: set[str] = set()
        self._smtp: SmtpClient | None = None
        self._watch: ImapClient | None = None
        self._sent = 0
        self._delivery_s = self.settings.delivery_s or self.target.delivery_timeout_s

    def prepare(self) -> None:
        """The submission connection, a new one after some messages."""
        if self._smtp is not None and self._sent % self.messages_per_connection == 0:
            smtp, self._smtp = self._smtp, None
            with self.request("SMTPS", "QUIT"):
                smtp.quit()
        if self._smtp is None:
            self._smtp = self.smtp("S")

    def disconnect(self) -> None:
        """Both connections."""
        for client in (self._smtp, self._watch):
            if client is not None:
                client.close()
        self._smtp = self._watch = None

    # -- steps -------------------------------------------------------------------------------------------------------
    def send_one(self) -> tuple[str, list[Account]]:
        """One message to one or more recipients; its mark, and to whom it went."""
        if self._smtp is None:
            raise UnexpectedReply("a connection", "none")
        chosen = self.random.sample(self.recipients, self.random.randint(1, len(self.recipients)))
        addresses = [account.address for account in chosen]
        mark, message = self.letters.write(self.account.address, addresses)
        self._sent += 1
        self._doubted.add(mark)
        with self.request("SMTPS", "submit", len(message)):
            self._smtp.send_message(self.account.address, addresses, message)
        self._doubted.discard(mark)
        for address in addresses:
            self.accepted[address][mark] = digest(body_of(message))
        return mark, chosen

    def send_and_await(self) -> None:
        """One message, and the time until its own sender can see it."""
        began_s = time.monotonic()
        mark, chosen = self.send_one()
        if self.account not in chosen:
            return
        if self._watch is None:
            self._watch = self.imap("W")
            self._watch.select("INBOX")
        while True:
            is_late = time.monotonic() - began_s > self._delivery_s
            self._watch.noop()
            found = self._watch.search("HEADER", HEADER, mark, uid=True)
            if found or is_late:
                break
            gevent.sleep(_POLL_S)
        self.check(
            "accepted mail is delivered",
            bool(found),
            f"{mark} in INBOX",
            f"not within {time.monotonic() - began_s:.0f} s",
        )
        self._fire("SMTPS", "delivery", time.monotonic() - began_s, 0, None)

    # -- the end -----------------------------------------------------------------------------------------------------
    def checkpoint(self) -> None:
        """Every recipient's inbox against what was accepted for it."""
        deadline = time.monotonic() + self._delivery_s
        for account in self.recipients:
            promised = dict(self.accepted[account.address])
            client = self.imap("C", account)
            try:
                client.examine("INBOX")
                self._await_all(client, promised, deadline)
                wrongs = list(self._compare(client, account, promised))
            finally:
                client.close()
            for wrong in wrongs:
                self.report(wrong)
        self.record.tally.checkpoints += 1

    def _await_all(self, client: ImapClient, promised: dict[str, str], deadline: float) -> None:
        while len(self._ours(client)) < len(promised) and time.monotonic() < deadline:
            gevent.sleep(_POLL_S)
            client.noop()

    def _ours(self, client: ImapClient) -> list[int]:
        return client.search("HEADER", HEADER, f"{self.prefix}.", uid=True)

    def _compare(self, client: ImapClient, account: Account, promised: dict[str, str]) -> list[WrongAnswerError]:
        found: dict[str, list[str]] = {}
        uids = self._ours(client)
        for start in range(0, len(uids), _BATCH):
            with self.request("checkpoint", "FETCH BODY[] of many"):
                fetched = client.fetch(uids[start : start + _BATCH], "(UID BODY.PEEK[])", uid=True)
            for data in fetched.values():
                body = data.body or b""
                found.setdefault(mark_of(body), []).append(digest(body_of(body)))
        self.record.tally.compared += len(uids)
        for rule in ("accepted mail is delivered", "accepted mail is delivered once", "delivered mail keeps its body"):
            self.record.checked(rule, len(promised))
        wrongs = []
        lost = [mark for mark in promised if mark not in found]
        if lost:
            where = f"{len(promised)} messages in the inbox of {account.address}"
            wrongs.append(WrongAnswerError("accepted mail is delivered", where, f"none of {', '.join(lost[:5])}"))
            for mark in lost:
                del self.accepted[account.address][mark]  # told once
        for mark, digests in found.items():
            if len(digests) > 1:
                once = f"{mark} once in the inbox of {account.address}"
                wrongs.append(WrongAnswerError("accepted mail is delivered once", once, f"{len(digests)} copies"))
            if mark in promised and promised[mark] not in digests:
                whole = f"{mark} with a body of SHA-256 {promised[mark]}"
                wrongs.append(WrongAnswerError("delivered mail keeps its body", whole, digests[0]))
            elif mark not in promised and mark not in self._doubted:
                nobody = f"no {mark} for {account.address}"
                wrongs.append(WrongAnswerError("a folder holds no other message", nobody, "it is there"))
        return wrongs

    def remove(self) -> None:
        """From every recipient's inbox, and the copies that the server keeps of what was sent."""
        for account in self.recipients:
            client = self.imap("D", account)
            try:
                folders: list[str | bytes] = ["INBOX"]
                if account is self.account:
                    listed = client.list_mailboxes()
                    folders += [each.mailbox for each in listed if each.has(b"\\Sent")]
                for folder in folders:
                    self._sweep(client, folder)
            finally:
                client.close()

    def _sweep(self, client: ImapClient, folder: str | bytes) -> None:
        client.select(folder)
        uids = self._ours(client)
        if not uids:
            return
        client.store(uids, "+FLAGS.SILENT", ("\\Deleted",), uid=True)
        if "UIDPLUS" in client.capabilities:
            client.expunge(uids)
        elif set(client.search("DELETED", uid=True)) == set(uids):
            client.expunge()
        else:
            # Without UID EXPUNGE the user's own deleted messages would go along: they are not ours to remove.
            self.record.tally.left_behind.append(f"{len(uids)} deleted messages of ours in {folder!r}")

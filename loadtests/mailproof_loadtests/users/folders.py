"""The base of IMAP users: folders of its own, a ledger of each, the checkpoint and the broom."""

from __future__ import annotations

from collections.abc import Iterable

from mailproof_loadtests.ledger import Kept, Ledger, Seen, digest, flag_set
from mailproof_loadtests.letters import Letters, mark_of
from mailproof_loadtests.users.base import CheckedUser
from mailproof_suites.capabilities import personal_namespace
from mailproof_suites.clients.imap import FetchData, ImapClient
from mailproof_suites.janitor import FOLDER

_BATCH = 50
_LOOK_AGAIN_S = 0.05
_SMALL_LITERAL = 4096


class FolderUser(CheckedUser):
    """A user with folders of its own, which nobody else changes."""

    abstract = True
    folder_names: tuple[str, ...] = ("box",)

    def __init__(self, environment: object) -> None:
        super().__init__(environment)
        self.letters = Letters(self.prefix, self.random.randrange(1 << 30))
        self.ledgers: dict[str, Ledger] = {}
        self._unmade = set(self.folder_names)
        self.clients: dict[str, ImapClient] = {}

    def client(self, name: str) -> ImapClient:
        """The connection of this name, opened when it is first needed."""
        if name not in self.clients:
            self.clients[name] = self.imap(name)
        return self.clients[name]

    def make_folders(self) -> None:
        """Those that are not there yet."""
        if self._unmade:
            prefix, _ = personal_namespace(self.client("A"))
            for name in sorted(self._unmade):
                self.ledgers[name] = Ledger(f"{prefix}{FOLDER}{self.prefix.replace('.', '-')}-{name}")
                with self.request("IMAPS", "CREATE"):
                    self.client("A").create(self.ledgers[name].name)
                self._unmade.discard(name)

    def disconnect(self) -> None:
        """Without a word: what is on the way is of no interest any more."""
        for client in self.clients.values():
            client.close()
        self.clients.clear()

    def append(
        self, client: ImapClient, ledger: Ledger, flags: Iterable[str] = (), size_bytes: int | None = None
    ) -> Kept:
        """APPEND one message and enter it."""
        flags = tuple(flags)
        mark, message = self.letters.write(self.account.address, [self.account.address], size_bytes)
        kept = Kept(mark, digest(message), flag_set(flag.encode() for flag in flags), in_doubt=True, given_flags=True)
        ledger.enter(kept)
        with self.request("IMAPS", "APPEND", len(message)):
            done = client.append(ledger.name, message, flags)
        self.record.checked("a UID is given once")
        ledger.acknowledge(kept, done.uid, done.uid_validity)
        return kept

    def checkpoint(self) -> None:
        """With a fresh connection, which can know nothing but what is stored."""
        if not self.ledgers:
            return
        client = self.imap("C")
        try:
            for ledger in self.ledgers.values():
                self._compare(client, ledger)
        finally:
            client.close()
        self.record.tally.checkpoints += 1

    def _compare(self, client: ImapClient, ledger: Ledger) -> None:
        opened = client.examine(ledger.name)
        found = [seen for seen, _ in self.read_all(client, opened.exists or 0, "checkpoint")]
        self.record.tally.compared += len(found)
        for rule in ("an acknowledged message is there", "an acknowledged message is there once"):
            self.record.checked(rule, len(ledger))
        for rule in ("a message keeps every octet", "flags are as last set", "a message keeps its UID"):
            self.record.checked(rule, len(found))
        wrongs = list(ledger.compare(found))
        for wrong in wrongs:
            self.report(wrong)
        if wrongs:  # told once; what follows is compared with what is really there
            self._accept(ledger, found)

    def _accept(self, ledger: Ledger, found: list[Seen]) -> None:
        ledger.kept = {seen.mark: Kept(seen.mark, seen.digest, seen.flags, seen.uid) for seen in found}

    def read_all(self, client: ImapClient, exists: int, protocol: str = "IMAPS") -> Iterable[tuple[Seen, FetchData]]:
        """Every message of the open folder."""
        for first in range(1, exists + 1, _BATCH):
            last = min(first + _BATCH - 1, exists)
            with self.request(protocol, "FETCH BODY[] of many") as size:
                fetched = client.fetch(f"{first}:{last}", "(UID FLAGS BODY.PEEK[])")
                size += [len(data.body or b"") for data in fetched.values()]
            for data in fetched.values():
                if data.body is not None and data.uid is not None:
                    yield Seen(mark_of(data.body), data.uid, digest(data.body), flag_set(data.flags or ())), data

    def remove(self) -> None:
        """Delete the folders with all that is in them."""
        if not self.ledgers:
            return
        self.disconnect()
        client = self.imap("D")
        try:
            for ledger in self.ledgers.values():
                client.delete(ledger.name)
            self.ledgers.clear()
        finally:
            client.close()

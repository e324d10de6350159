"""Users who mostly read: the one who opens everything at nine, and the fleet that idles."""

from __future__ import annotations

import time

from mailproof_loadtests.ledger import Seen, differences, digest, flag_set
from mailproof_loadtests.users.folders import FolderUser
from mailproof_suites.clients.errors import TimedOut, UnexpectedReply

_BATCH = 50
_LOOK_AGAIN_S = 0.05
_SMALL_LITERAL = 4096


class MorningUser(FolderUser):
    """Opens everything at nine: signs in, lists, syncs flags and envelopes, reads a few messages, leaves."""

    abstract = True
    connections = 1
    messages = 40

    def prepare(self) -> None:
        """The folder, filled once."""
        if self._unmade or len(self.ledgers["box"]) < self.messages:
            self.make_folders()
            while len(self.ledgers["box"]) < self.messages:
                self.append(self.client("A"), self.ledgers["box"])
            self.disconnect()

    def open_everything(self) -> None:
        """The whole morning."""
        box = self.ledgers["box"]
        client = self.client("A")
        with self.request("IMAPS", "LIST"):
            names = {each.mailbox for each in client.list_mailboxes()}
        self.check(
            "an acknowledged message is there", box.name.encode() in names, box.name, f"{len(names)} other names"
        )
        with self.request("IMAPS", "SELECT"):
            opened = client.select(box.name)
        expected = len([kept for kept in box.kept.values() if not kept.in_doubt])
        rule = "an acknowledged message is there"
        self.check(rule, (opened.exists or 0) >= expected, f"{expected} messages", opened.exists)
        if opened.exists:
            with self.request("IMAPS", "FETCH ENVELOPE of all") as size:
                fetched = client.fetch("1:*", "(UID FLAGS RFC822.SIZE ENVELOPE)")
                size += [len(each.raw) for each in fetched.completion.untagged]
            self.check(rule, len(fetched) == opened.exists, f"{opened.exists} envelopes", len(fetched))
        for kept in self.random.sample(box.known(), min(5, len(box.known()))):
            with self.request("IMAPS", "FETCH BODY[]") as size:
                data = client.fetch(kept.uid or 0, "(UID FLAGS BODY.PEEK[])", uid=True).only()
                size.append(len(data.body or b""))
            self.record.checked("a message keeps every octet")
            seen = Seen(kept.mark, data.uid or 0, digest(data.body or b""), flag_set(data.flags or ()))
            for wrong in differences(kept, seen):
                raise wrong
        with self.request("IMAPS", "LOGOUT"):
            client.logout()
        del self.clients["A"]


class FleetUser(FolderUser):
    """Many connections that idle in one folder, and one that stores: each of them must be told, every time."""

    abstract = True
    idlers = 8
    rounds_per_idle = 20

    def __init__(self, environment: object) -> None:
        super().__init__(environment)
        self._tags: dict[str, bytes] = {}
        self._rounds = 0
        self._exists = 0

    def prepare(self) -> None:
        """The poster, and the idlers in IDLE."""
        if len(self._tags) == self.idlers:
            return
        self.disconnect()
        self.make_folders()
        for number in range(self.idlers):
            name = f"I{number}"
            client = self.client(name)
            with self.request("IMAPS", "SELECT"):
                self._exists = client.select(self.ledgers["box"].name).exists or 0
            self._idle(name)

    def _idle(self, name: str) -> None:
        client = self.client(name)
        with self.request("IMAPS", "IDLE"):
            tag = client.start("IDLE")
            if client.await_continuation(tag) is None:
                raise UnexpectedReply("a continuation to IDLE", client.finish(tag).line)
        self._tags[name] = tag

    def disconnect(self) -> None:
        """Idlers are gone, too."""
        self._tags.clear()
        super().disconnect()

    def tell_everybody(self) -> None:
        """One APPEND, and the time until each idler heard of it."""
        box = self.ledgers["box"]
        self.append(self.client("A"), box, size_bytes=400)
        began_s = time.monotonic()
        self._exists += 1
        silent = [name for name in self._tags if not self._hears(name, self._exists, began_s)]
        heard = f"nothing within {self.settings.wake_s:g} s by {len(silent)} of {len(self._tags)} connections"
        self.check("an idling connection is woken", not silent, f"EXISTS {self._exists}", heard)
        self._rounds += 1
        if self._rounds % self.rounds_per_idle == 0:
            for name in list(self._tags):
                self.client(name).send_line(b"DONE")
                self.client(name).finish(self._tags.pop(name)).require_ok()
                self._idle(name)

    def _hears(self, name: str, count: int, began_s: float) -> bool:
        left_s = max(0.01, self.settings.wake_s - (time.monotonic() - began_s))
        try:
            self.client(name).wait_untagged(lambda news: news.name == "EXISTS" and (news.number or 0) >= count, left_s)
        except TimedOut:
            return False
        self._fire("IMAPS", "IDLE wake-up", time.monotonic() - began_s, 0, None)
        return True

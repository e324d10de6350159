"""One connection of a history: what it has been told, as a client that believes every response."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailproof_suites.case import Completion, ImapClient, expect
from mailproof_suites.clients.imap import FetchData, VanishedData


@dataclass
class Known:
    """What a client that left a mailbox remembers of it."""

    uid_validity: int
    modseq: int
    flags: dict[int, frozenset[str]]


@dataclass
class Actor:
    """A connection that has the common mailbox selected, unless it has left.

    `uids`: the UID of each message number, as the responses built it; `known`: set while it has left.
    """

    client: ImapClient
    resync: bool
    uids: list[int] = field(default_factory=list)
    known: Known | None = None
    idle_tag: bytes | None = None

    def enter(self, name: str) -> None:
        """SELECT and learn all UIDs."""
        opened = self.client.select(name)
        self.uids = []
        self._learn(opened.exists or 0)

    def take_in(self, answer: Completion) -> None:
        """Follow the responses in their order, then ask for the UIDs of what has come."""
        exists = len(self.uids)
        for each in answer.untagged:
            if each.name == "EXPUNGE":
                number = each.number or 0
                expect.that(
                    0 < number <= exists,
                    "the number of an EXPUNGE response",
                    expected=f"1 to {exists}",
                    actual=number,
                    requirement="RFC9051:7.5.1-2",
                )
                del self.uids[number - 1 : number]
                exists -= 1
            elif isinstance(each.data, VanishedData) and not each.data.earlier:
                before = len(self.uids)
                self.uids = [uid for uid in self.uids if uid not in each.data.uids]
                exists -= before - len(self.uids)
            elif each.name == "EXISTS":
                exists = each.number or 0
        self._learn(exists)

    def _learn(self, exists: int) -> None:
        if exists > len(self.uids):
            first = len(self.uids) + 1
            answer = self.client.command("FETCH", f"{first}:{exists}", "(UID)").require_ok()
            told = {data.seq: data.uid for data in answer.of(FetchData) if data.uid is not None}
            self.uids += [told[number] for number in range(first, exists + 1) if number in told]
            expect.equal(len(self.uids), exists, "messages whose UID FETCH tells", requirement="RFC9051:2.3.1.1-3")

    # -- IDLE --------------------------------------------------------------------------------------------------------

    def begin_idle(self) -> None:
        self.idle_tag = self.client.start("IDLE")
        expect.given(self.client.await_continuation(self.idle_tag), "a continuation request for IDLE")

    def end_idle(self) -> None:
        """DONE; what was pushed meanwhile stands in the completion."""
        if self.idle_tag is not None:
            tag, self.idle_tag = self.idle_tag, None
            self.client.send_line(b"DONE")
            self.take_in(self.client.finish(tag).require_ok())

"""Playing a script against a server and the model side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mailproof_suites.case import Completion, ImapClient, expect
from mailproof_suites.clients.imap import FetchData, VanishedData
from mailproof_suites.imap.machine.actor import Actor, Known
from mailproof_suites.imap.machine.model import Mailbox
from mailproof_suites.imap.machine.script import Step

UIDS = "RFC9051:2.3.1.1-2"
SAME = "RFC9051:2.3.1.1-3"
COPIED = "RFC9051:6.4.7-1"
MOVED = "RFC9051:6.4.8-1"
NUMBERS = "RFC9051:7.5.1-2"
RESYNC = "RFC7162:3.2.5.1-1"
REQUIREMENTS = (UIDS, SAME, COPIED, MOVED, NUMBERS, RESYNC)


class Player:
    """One history on two mailboxes: all connections have `here` selected, or have left it; `away` is the other one.

    Raises Violation at the first thing that is not as the model has it.
    """

    def __init__(self, clients: Sequence[ImapClient], here: str, away: str, message: Callable[[str], bytes]) -> None:
        """`message(mark)`: the octets of a message with this subject. The mailboxes exist and are empty."""
        self.here, self.away = Mailbox(here), Mailbox(away)
        self._message = message
        self._marks = 0
        self._actors = [Actor(client, "QRESYNC" in client.enabled) for client in clients]
        for actor in self._actors:
            self._enter(actor)

    def play(self, script: Sequence[Step]) -> None:
        """Every step, then a look by a connection that has seen nothing of it."""
        for step in script:
            actor = self._actors[step.by % len(self._actors)]
            actor.end_idle()
            _PLAYS[step.act](self, actor, step)
            if actor.known is None and actor.idle_tag is None:
                self._look(actor)
        for actor in self._actors:
            actor.end_idle()
            if actor.known is not None:
                self._enter(actor)
        self._compare(self._actors[0])

    # -- choosing ----------------------------------------------------------------------------------------------------

    def _chosen(self, actor: Actor, step: Step) -> list[int]:
        """UIDs of messages that the connection knows and that are there."""
        there = [uid for uid in actor.uids if uid in self.here.messages]
        if not there or actor.known is not None:
            return []
        first = step.at % len(there)
        return there[first : first + step.count]

    def _run(self, actor: Actor, *parts: str) -> Completion:
        answer = actor.client.command(*parts)
        expect.ok(answer)
        if actor.known is None:
            actor.take_in(answer)
        return answer

    # -- acts --------------------------------------------------------------------------------------------------------

    def _append(self, actor: Actor, step: Step) -> None:
        self._marks += 1
        mark = f"machine {self._marks}"
        target = self.away if step.away else self.here
        added = actor.client.append(target.name, self._message(mark), step.flags)
        uid = expect.given(added.uid, "APPENDUID")
        self._arrived(target, uid, mark, step.flags)
        if actor.known is None:
            actor.take_in(added.completion)

    def _arrived(self, target: Mailbox, uid: int, mark: str, flags: Sequence[str] | set[str]) -> None:
        wrong = target.add(uid, mark, flags)
        expect.that(wrong is None, "the UID of a new message", expected="a higher one", actual=wrong, requirement=UIDS)

    def _store(self, actor: Actor, step: Step) -> None:
        if uids := self._chosen(actor, step):
            self._run(actor, "UID", "STORE", _set(uids), step.action, f"({' '.join(step.flags)})")
            self.here.store(uids, step.action, step.flags)

    def _store_number(self, actor: Actor, step: Step) -> None:
        """By message number: it means the message that this connection was told of, whatever others have done."""
        if uids := self._chosen(actor, step):
            number = actor.uids.index(uids[0]) + 1
            self._run(actor, "STORE", str(number), step.action, f"({' '.join(step.flags)})")
            self.here.store(uids[:1], step.action, step.flags)

    def _copy(self, actor: Actor, step: Step) -> None:
        if uids := self._chosen(actor, step):
            self._transfer(actor, "COPY", uids, self.away if step.away else self.here)

    def _move(self, actor: Actor, step: Step) -> None:
        if uids := self._chosen(actor, step):
            self._transfer(actor, "MOVE", uids, self.away)
            for uid in uids:
                del self.here.messages[uid]

    def _transfer(self, actor: Actor, verb: str, uids: list[int], target: Mailbox) -> None:
        answer = self._run(actor, "UID", verb, _set(uids), target.name)
        code = expect.given(answer.find_code("COPYUID"), "COPYUID")
        rule = COPIED if verb == "COPY" else MOVED
        sources, targets = list(code.args[1]), list(code.args[2])
        expect.equal(sorted(sources), uids, "the source UIDs of COPYUID", requirement=rule)
        expect.equal(len(targets), len(sources), "the number of target UIDs", requirement=rule)
        for source, uid in sorted(zip(sources, targets, strict=True), key=lambda pair: pair[1]):
            original = self.here.messages[source]
            self._arrived(target, uid, original.mark, set(original.flags))

    def _expunge(self, actor: Actor, _step: Step) -> None:
        if actor.known is None:
            self._run(actor, "EXPUNGE")
            self.here.expunge()

    def _uid_expunge(self, actor: Actor, step: Step) -> None:
        if uids := self._chosen(actor, step):
            self._run(actor, "UID", "EXPUNGE", _set(uids))
            self.here.expunge(uids)

    def _noop(self, actor: Actor, _step: Step) -> None:
        self._run(actor, "NOOP")

    def _idle(self, actor: Actor, _step: Step) -> None:
        if actor.known is None and "IDLE" in actor.client.capabilities:
            actor.begin_idle()

    def _leave(self, actor: Actor, _step: Step) -> None:
        """UNSELECT with an exact memory of what is there now."""
        if actor.known is not None:
            return
        self._run(actor, "NOOP")
        remembered = self._flags(actor)
        self._run(actor, "UNSELECT")
        modseq = 0
        if actor.resync:
            modseq = actor.client.status(self.here.name, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"]
        actor.known = Known(self.here.uid_validity, modseq, remembered)

    def _reenter(self, actor: Actor, _step: Step) -> None:
        if actor.known is not None:
            self._enter(actor)

    def _close(self, actor: Actor, _step: Step) -> None:
        """CLOSE expunges without a word; then SELECT again."""
        if actor.known is None:
            self._run(actor, "CLOSE")
            self.here.expunge()
            self._enter(actor)

    def _rename(self, actor: Actor, _step: Step) -> None:
        """The other mailbox gets another name and keeps all else."""
        old = self.away.name
        new = old.removesuffix("-renamed") if old.endswith("-renamed") else f"{old}-renamed"
        self._run(actor, "RENAME", old, new)
        self.away.name = new

    # -- looking -----------------------------------------------------------------------------------------------------

    def _enter(self, actor: Actor) -> None:
        known, actor.known = actor.known, None
        if known is None or not actor.resync:
            actor.enter(self.here.name)
            self._same_validity(actor)
            expect.equal(actor.uids, self.here.uids(), "UIDs after SELECT", requirement=SAME)
            return
        params = f"QRESYNC ({known.uid_validity} {max(known.modseq, 1)})"
        opened = actor.client.select(self.here.name, params)
        told = known.flags
        for vanished in opened.completion.of(VanishedData):
            told = {uid: flags for uid, flags in told.items() if uid not in vanished.uids}
        for data in opened.completion.of(FetchData):
            told[data.uid or 0] = _lower(data.flags)
        must = {uid: frozenset(message.flags) for uid, message in sorted(self.here.messages.items())}
        expect.equal(
            {uid: sorted(flags) for uid, flags in sorted(told.items())},
            {uid: sorted(flags) for uid, flags in must.items()},
            "what a client knows after QRESYNC",
            requirement=RESYNC,
        )
        actor.uids = sorted(told)
        expect.equal(opened.exists, len(told), "EXISTS after QRESYNC", requirement=RESYNC)

    def _same_validity(self, actor: Actor) -> None:
        validity = actor.client.status(self.here.name, "UIDVALIDITY").items["UIDVALIDITY"]
        self.here.uid_validity = self.here.uid_validity or validity
        expect.equal(validity, self.here.uid_validity, "UIDVALIDITY", requirement=SAME)

    def _flags(self, actor: Actor) -> dict[int, frozenset[str]]:
        if not actor.uids:
            return {}
        answer = actor.client.command("UID", "FETCH", "1:*", "(FLAGS)").require_ok()
        seen = {data.uid or 0: _lower(data.flags) for data in answer.of(FetchData) if "FLAGS" in data.items}
        actor.take_in(answer)
        return seen

    def _look(self, actor: Actor) -> None:
        """The connection that acted sees its own act, and what it sees of others is true."""
        for uid, flags in self._flags(actor).items():
            if uid in self.here.messages:
                expect.equal(
                    sorted(flags), sorted(self.here.messages[uid].flags), f"flags of UID {uid}", requirement=SAME
                )

    def _compare(self, actor: Actor) -> None:
        """Both mailboxes are as the model has them: UIDs, flags, marks, counters."""
        for mailbox in (self.here, self.away):
            counters = actor.client.status(mailbox.name, "MESSAGES UNSEEN UIDNEXT").items
            actor.client.examine(mailbox.name)
            answer = actor.client.command("UID", "FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            seen = {data.uid or 0: (_mark(data), tuple(sorted(_lower(data.flags)))) for data in answer.of(FetchData)}
            expect.equal(dict(sorted(seen.items())), mailbox.picture(), "the messages at the end", requirement=SAME)
            expect.equal(counters["MESSAGES"], len(mailbox.messages), "STATUS MESSAGES at the end", requirement=SAME)
            unseen = sum("\\seen" not in message.flags for message in mailbox.messages.values())
            expect.equal(counters["UNSEEN"], unseen, "STATUS UNSEEN at the end", requirement=SAME)
            higher = counters["UIDNEXT"] > mailbox.highest_uid
            expect.that(higher, "UIDNEXT", expected=f"above {mailbox.highest_uid}", actual=counters, requirement=UIDS)


_PLAYS: dict[str, Callable[[Player, Actor, Step], None]] = {
    "append": Player._append,
    "store": Player._store,
    "store_number": Player._store_number,
    "copy": Player._copy,
    "move": Player._move,
    "expunge": Player._expunge,
    "uid_expunge": Player._uid_expunge,
    "noop": Player._noop,
    "idle": Player._idle,
    "leave": Player._leave,
    "enter": Player._reenter,
    "close": Player._close,
    "rename": Player._rename,
}


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _lower(flags: Sequence[bytes] | None) -> frozenset[str]:
    """Without `\\Recent`, which belongs to a session."""
    return frozenset(flag.decode("ascii").lower() for flag in flags or ()) - {"\\recent"}


def _mark(data: FetchData) -> str:
    header: bytes = next(value for name, value in data.items.items() if name.startswith("BODY["))
    return header.partition(b":")[2].strip().decode("ascii", "replace")

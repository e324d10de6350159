"""The store's worker: stores, flags, moves and removes over one connection, and looks over another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import gevent

from mailproof_loadtests.ledger import Kept, Ledger, Seen, differences, digest, flag_set, spelled
from mailproof_loadtests.rules import WrongAnswerError
from mailproof_loadtests.users.folders import FolderUser
from mailproof_suites.clients.errors import TimedOut
from mailproof_suites.clients.imap import FetchData, ImapClient, Literal

_BATCH = 50
_LOOK_AGAIN_S = 0.05
_SMALL_LITERAL = 4096


class StoreUser(FolderUser):
    """Works on the store over one connection and looks at it over another.

    Both connections belong to one greenlet: what is asked on both before either is answered runs at the same time on
    the server, and still the user knows what must come of it.
    """

    abstract = True
    connections = 2
    folder_names = ("box", "aside")
    most_messages = 150

    def __init__(self, environment: object) -> None:
        super().__init__(environment)
        self.replica: dict[int, frozenset[bytes]] = {}
        self.cursor = 1
        self._shown: set[tuple[str, str]] = set()
        """(connection, mark): RFC 9051 6.4.9, a UID that a connection was not told of yet is passed over silently, so a
        message is looked at over a connection before it is changed there."""

    def prepare(self) -> None:
        """Both connections, in the same folder."""
        if len(self.clients) == self.connections:
            return
        self.disconnect()
        self._shown.clear()
        self.make_folders()
        for name in ("A", "B"):
            with self.request("IMAPS", "SELECT"):
                opened = self.client(name).select(self.box.name, self._select_parameter(self.client(name)))
            if self.box.uid_validity is not None and opened.uid_validity is not None:
                right = opened.uid_validity == self.box.uid_validity
                self.check("UIDVALIDITY stays", right, self.box.uid_validity, opened.uid_validity)

    def _select_parameter(self, client: ImapClient) -> str | None:
        return "CONDSTORE" if "CONDSTORE" in client.capabilities else None

    @property
    def box(self) -> Ledger:
        """The folder in which the user works."""
        return self.ledgers["box"]

    @property
    def either(self) -> str:
        """One of the two connections."""
        return self.random.choice("AB")

    def show(self, name: str, *some: Kept) -> None:
        """Have a connection know these messages."""
        for kept in some:
            if (name, kept.mark) not in self._shown:
                self.look(name, kept, body=False)

    def some(self, most: int = 1) -> list[Kept]:
        """Up to so many messages that are certain."""
        known = self.box.known()
        return self.random.sample(known, min(most, len(known)))

    def look(self, name: str, kept: Kept, *, body: bool) -> None:
        """Fetch one message on a connection that may not know of it yet, and judge what comes."""
        client = self.client(name)
        deadline = time.monotonic() + self.settings.staleness_s
        items = "(UID FLAGS BODY.PEEK[])" if body else "(UID FLAGS)"
        while True:
            is_late = time.monotonic() > deadline
            with self.request("IMAPS", "FETCH BODY[]" if body else "FETCH FLAGS") as size:
                data = client.fetch(kept.uid or 0, items, uid=True).get(kept.uid or 0)
                size.append(len(data.body or b"") if data else 0)
            wrongs = list(self._wrongs(kept, data, body=body))
            if not wrongs or is_late:
                break
            with self.request("IMAPS", "NOOP"):
                client.noop()
            gevent.sleep(_LOOK_AGAIN_S)
        for rule in ("a message keeps every octet", "flags are as last set", "a message keeps its UID"):
            self.record.checked(rule)
        for wrong in wrongs:
            self._accept_one(kept, data)
            raise wrong
        self._shown.add((name, kept.mark))
        if data is not None and data.modseq is not None:
            self.check("a mod-sequence does not fall", data.modseq >= kept.modseq, f">= {kept.modseq}", data.modseq)
            kept.modseq = data.modseq

    def _accept_one(self, kept: Kept, data: FetchData | None) -> None:
        """Told once; what follows is compared with what is really there."""
        if data is None or data.flags is None:
            kept.in_doubt = True
        else:
            kept.flags = flag_set(data.flags)

    def _wrongs(self, kept: Kept, data: FetchData | None, *, body: bool) -> Iterable[WrongAnswerError]:
        rule = "another connection sees what was acknowledged"
        self.record.checked(rule)
        if data is None or data.uid is None or (body and data.body is None):
            return [WrongAnswerError(rule, f"UID {kept.uid} within {self.settings.staleness_s:g} s", "no such message")]
        sha = digest(data.body) if body and data.body is not None else kept.digest
        flags = kept.flags if data.flags is None else flag_set(data.flags)
        return list(differences(kept, Seen(kept.mark, data.uid, sha, flags)))

    # -- steps, given weights by the scenarios -----------------------------------------------------------------------
    def store_one(self) -> None:
        """APPEND, and at once a look over the other connection."""
        if len(self.box) >= self.most_messages:
            self.throw_away(10)
        flags = self.random.choice(((), ("\\Seen",), ("\\Flagged",), ("\\Seen", "\\Answered", "$Forwarded")))
        kept = self.append(self.client("A"), self.box, flags)
        if kept.uid is not None and self.random.random() < 0.3:
            self.look("B", kept, body=True)

    def store_two_at_once(self) -> None:
        """Two APPENDs under way at the same time, one on each connection."""
        asked = []
        for name in ("A", "B"):
            client = self.client(name)
            if not {"LITERAL+", "LITERAL-"} & client.capabilities:
                return
            size_bytes = self.random.choice((1_000, 3_000))
            mark, message = self.letters.write(self.account.address, [self.account.address], size_bytes)
            kept = Kept(mark, digest(message), frozenset({b"\\flagged", b"$work"}), in_doubt=True, given_flags=True)
            self.box.enter(kept)
            literal = Literal(message, sync=len(message) > _SMALL_LITERAL)
            asked.append(
                (client, client.start("APPEND", client.mailbox(self.box.name), "(\\Flagged $Work)", literal), kept)
            )
        for client, tag, kept in asked:
            with self.request("IMAPS", "APPEND (two at once)"):
                code = client.finish(tag).require_ok().find_code("APPENDUID")
            self.record.checked("a UID is given once")
            if code is None:
                self.box.acknowledge(kept, None, None)
            else:
                self.box.acknowledge(kept, next(iter(code.args[1])), code.args[0])
        for (client, _, _), (_, _, other) in zip(asked, reversed(asked), strict=True):
            if other.uid is not None:
                client.noop()
                self.look(client.name, other, body=True)

    def read_one(self) -> None:
        """A message over either connection."""
        for kept in self.some():
            self.look(self.either, kept, body=True)

    def flag_some(self) -> None:
        """Set or take away flags, and look over the other connection."""
        chosen = self.some(3)
        if not chosen:
            return
        flag = self.random.choice(("\\Seen", "\\Flagged", "\\Answered", "$Work", "$Later"))
        sign = self.random.choice("+-")
        by, other = self.random.sample("AB", 2)
        self.show(by, *chosen)
        with self.box.doubt_flags(*chosen), self.request("IMAPS", "STORE"):
            self.client(by).store([kept.uid or 0 for kept in chosen], f"{sign}FLAGS.SILENT", (flag,), uid=True)
        for kept in chosen:
            change = flag_set([flag.encode()])
            kept.flags = kept.flags | change if sign == "+" else kept.flags - change
        self.look(other, self.random.choice(chosen), body=False)

    def flag_at_once(self) -> None:
        """Two STOREs of different flags on one message at the same time: both must hold afterwards."""
        for kept in self.some():
            self.show("A", kept)
            self.show("B", kept)
            pair = self.random.sample(("\\Seen", "\\Flagged", "\\Answered", "$Work", "$Later"), 2)
            with self.box.doubt_flags(kept), self.request("IMAPS", "STORE (two at once)"):
                tags = [
                    (
                        self.client(name),
                        self.client(name).start("UID", "STORE", kept.uid or 0, "+FLAGS.SILENT", f"({flag})"),
                    )
                    for name, flag in zip("AB", pair, strict=True)
                ]
                for client, tag in tags:
                    client.finish(tag).require_ok()
            kept.flags |= flag_set(flag.encode() for flag in pair)
            self.look(self.either, kept, body=False)

    def search_flagged(self) -> None:
        """SEARCH by a flag finds exactly what has it."""
        client = self.client(self.either)
        if not self.box.is_certain():
            return
        flag, key = self.random.choice(((b"\\seen", "SEEN"), (b"\\flagged", "FLAGGED"), (b"$work", "KEYWORD $Work")))
        expected = {kept.uid for kept in self.box.known() if flag in kept.flags}

        def find() -> set[int]:
            client.noop()
            with self.request("IMAPS", "SEARCH"):
                return set(client.search(key, uid=True))

        found = self.until(find, lambda found: found == expected)
        self.check(
            "SEARCH finds what is there", found == expected, f"{key}: {sorted(expected, key=str)}", sorted(found)
        )

    def until(self, ask: Callable[[], set[int]], is_right: Callable[[set[int]], bool]) -> set[int]:
        """The answer, asked for again while it is wrong and may be stale."""
        deadline = time.monotonic() + self.settings.staleness_s
        while True:
            is_late = time.monotonic() > deadline
            answer = ask()
            if is_right(answer) or is_late:
                return answer
            gevent.sleep(_LOOK_AGAIN_S)

    def move_some(self) -> None:
        """MOVE into the other folder; the checkpoint looks for them there."""
        chosen = self.some(2)
        if not chosen or "MOVE" not in self.client("A").capabilities:
            return
        self.show("A", *chosen)
        aside = self.ledgers["aside"]
        for kept in chosen:
            aside.enter(Kept(kept.mark, kept.digest, kept.flags, in_doubt=True, moved=True))
        with self.box.doubt(*chosen), self.request("IMAPS", "MOVE"):
            done = self.client("A").move([kept.uid or 0 for kept in chosen], aside.name, uid=True)
        pairs = done.pairs()
        for kept in chosen:
            self.box.strike(kept, "moved")
            self.record.checked("a moved message is not left behind")
            aside.acknowledge(aside.kept[kept.mark], pairs.get(kept.uid or 0), done.uid_validity)

    def throw_away(self, most: int = 2) -> None:
        """\\Deleted, then UID EXPUNGE of just these."""
        chosen = self.some(most)
        client = self.client("A")
        if not chosen or "UIDPLUS" not in client.capabilities:
            return
        self.show("A", *chosen)
        uids = [kept.uid or 0 for kept in chosen]
        with self.box.doubt(*chosen):
            with self.request("IMAPS", "STORE"):
                client.store(uids, "+FLAGS.SILENT", ("\\Deleted",), uid=True)
            with self.request("IMAPS", "UID EXPUNGE"):
                client.expunge(uids)
        for kept in chosen:
            self.box.strike(kept)

    def wait_for_news(self) -> None:
        """One connection idles, the other stores: it must be told."""
        idler = self.client("B")
        if "IDLE" not in idler.capabilities:
            return
        idler.noop()
        with idler.idle() as idle:
            self.append(self.client("A"), self.box, size_bytes=500)
            began_s = time.monotonic()
            try:
                idle.wait_for("EXISTS", self.settings.wake_s)
            except TimedOut:
                self.check(
                    "an idling connection is woken", False, f"EXISTS within {self.settings.wake_s:g} s", "nothing"
                )
            self.check("an idling connection is woken", True, "", "")
            self._fire("IMAPS", "IDLE wake-up", time.monotonic() - began_s, 0, None)

    def sync(self) -> None:
        """What changed since the last time, by CHANGEDSINCE; the replica must be the folder."""
        client = self.client("B")
        if "CONDSTORE" not in client.capabilities or not self.box.is_certain():
            return
        expected = {kept.uid or 0: kept.flags for kept in self.box.known()}
        deadline = time.monotonic() + self.settings.staleness_s
        while True:
            is_late = time.monotonic() > deadline
            client.noop()
            with self.request("IMAPS", "FETCH CHANGEDSINCE"):
                changed = client.fetch("1:*", "(UID FLAGS)", uid=True, modifiers=f"CHANGEDSINCE {self.cursor}")
            with self.request("IMAPS", "SEARCH ALL"):
                present = set(client.search("ALL", uid=True))
            self.replica.update({uid: flag_set(data.flags or ()) for uid, data in changed.items()})
            self.replica = {uid: flags for uid, flags in self.replica.items() if uid in present}
            if self.replica == expected or is_late:
                break
            gevent.sleep(_LOOK_AGAIN_S)
        wrong = [uid for uid in {*expected, *self.replica} if expected.get(uid) != self.replica.get(uid)]
        seen = {uid: spelled(self.replica[uid]) if uid in self.replica else "nothing" for uid in wrong}
        self.check(
            "CHANGEDSINCE tells every change",
            not wrong,
            {uid: spelled(expected[uid]) if uid in expected else "nothing" for uid in wrong},
            f"after CHANGEDSINCE {self.cursor}: {seen}",
        )
        self.cursor = max([self.cursor, *(data.modseq or 0 for data in changed.values())])

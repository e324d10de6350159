"""One IMAP connection as the monitors see it: commands in progress, negotiated extensions, the selected mailbox.

The state is advanced after the rules have looked at a response, so a rule sees what was true just before it.
Octets that a case wrote by hand make the session ``uncertain``: what they mean is unknown, so rules that need to know
the commands or the selected mailbox stay silent until the next SELECT that was sent properly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.imap.scan import Scanner
from mailproof_suites.clients.imap.values import Code, Continuation, FetchData, ListData, Response, Tagged, Untagged
from mailproof_suites.clients.observer import SentCommand
from mailproof_suites.monitors.collector import Collector
from mailproof_suites.monitors.imap.view import MailboxView

_NAME_CHANGES = {"CREATE", "DELETE", "RENAME"}
_OPENS = {"SELECT", "EXAMINE"}
_COUNTING = (b"EXISTS", b"EXPUNGE", b"VANISHED", b"CLOSED")


@dataclass(slots=True)
class Pending:
    """A command that was sent and not completed; ``continuations`` counts those the server answered with so far."""

    command: SentCommand
    continuations: int = 0

    @property
    def whole(self) -> bool:
        """Whether the server has the complete command (RFC 9051 section 7.5.1: only then it is "in progress")."""
        return self.continuations >= self.command.literals

    @property
    def may_ask(self) -> bool:
        """Whether a continuation is still due."""
        return self.continuations < self.command.literals + self.command.asks


@dataclass(slots=True)
class ImapSession:
    """What is known about one connection."""

    collector: Collector
    greeted: bool = False
    raw: bool = False
    uncertain: bool = False
    capabilities: frozenset[str] = frozenset()
    enabled: set[str] = field(default_factory=set)
    condstore: bool = False
    notify: bool = False
    watches_searches: bool = False
    """A search asked for updates (RFC 5267), so ESEARCH may come for a command that is over."""
    bye: bool = False
    logged_out: bool = False
    used: set[str] = field(default_factory=set)
    """The commands that were sent so far."""
    outstanding: dict[bytes, Pending] = field(default_factory=dict)
    finished: set[bytes] = field(default_factory=set)
    esearch_tags: set[bytes] = field(default_factory=set)
    view: MailboxView | None = None
    opening: MailboxView | None = None
    had_view: bool = False
    """A mailbox was selected when the SELECT in progress was sent, and CLOSED has not been seen."""
    closed_seen: bool = False
    validities: dict[bytes, int] = field(default_factory=dict)
    highest: dict[bytes, tuple[int | None, int]] = field(default_factory=dict)
    delimiters: dict[bytes, bytes] = field(default_factory=dict)
    """The hierarchy delimiter of each top level name."""
    epoch: int = 0

    # -- questions that rules ask ------------------------------------------------------------------------------------

    def in_progress(self) -> list[SentCommand]:
        """The commands that the server has completely received and not completed, oldest first."""
        return [pending.command for pending in self.outstanding.values() if pending.whole]

    def only_command(self) -> SentCommand | None:
        """The one command in progress, None when there are several or none, or when raw octets were sent."""
        if self.uncertain or len(self.outstanding) != 1:
            return None
        return next(iter(self.outstanding.values())).command

    def current_view(self) -> MailboxView | None:
        """The mailbox that an untagged response is about: the one being opened, else the selected one.

        None when that cannot be known: raw octets, or a SELECT in progress whose CLOSED has not come.
        """
        if self.opening is not None:
            return None if self.had_view else self.opening
        return None if self.uncertain else self.view

    def settled_view(self) -> MailboxView | None:
        """The selected mailbox, when no SELECT is in progress and it is known."""
        return None if self.opening is not None or self.uncertain else self.view

    def listed_capabilities(self, response: Response) -> frozenset[str]:
        """The capabilities that this response lists, in its data or in its code."""
        if isinstance(response, Untagged) and response.name == "CAPABILITY":
            return names(response.data)
        return frozenset().union(*(names(code.args) for code in codes(response)))

    def names_in_progress(self, response: Response) -> set[str]:
        """The commands that this response can belong to: its own for a tagged one, else all that are in progress."""
        if isinstance(response, Tagged):
            pending = self.outstanding.get(response.tag)
            return {pending.command.name} if pending else set()
        return {pending.command.name for pending in self.outstanding.values()}

    def opened_by(self, response: Response) -> MailboxView | None:
        """The mailbox that this response says is now open: the tagged OK of a SELECT or EXAMINE."""
        if not isinstance(response, Tagged) or response.condition.status != "OK":
            return None
        pending = self.outstanding.get(response.tag)
        if pending is None or pending.command.raw or pending.command.name not in _OPENS:
            return None
        return self.opening

    @property
    def only_rev2(self) -> bool:
        """Whether the server speaks IMAP4rev2 and not IMAP4rev1, so that its names are UTF-8 from the start."""
        return "IMAP4REV2" in self.capabilities and "IMAP4REV1" not in self.capabilities

    @property
    def rev2(self) -> bool:
        """Whether IMAP4rev2 was enabled."""
        return "IMAP4REV2" in self.enabled

    # -- commands ----------------------------------------------------------------------------------------------------

    def sent(self, command: SentCommand) -> None:
        """A command (or a part of one) is about to be sent."""
        if command.kind == "data":
            return
        if command.raw:
            self.raw = self.uncertain = True
        self.used.add(command.name)
        if command.name in _NAME_CHANGES:
            self.collector.epoch += 1
        if command.name == "NOTIFY":
            self.notify = True
        if "SEARCH" in command.name and b"UPDATE" in command.line.upper():
            self.watches_searches = True
        if command.tag:
            self.outstanding[command.tag] = Pending(command)
        if command.name in _OPENS and not command.raw:
            self._start_opening(command)

    def _start_opening(self, command: SentCommand) -> None:
        self.had_view = self.view is not None or self.uncertain or self.opening is not None
        self.closed_seen = False
        name = first_mailbox(command)
        self.opening = MailboxView(name) if name is not None else None
        if name is None:
            self.uncertain = True

    # -- responses ---------------------------------------------------------------------------------------------------

    def received(self, response: Response) -> None:
        """Advance the state by one response."""
        self.greeted = True
        self._forget_old_names()
        if isinstance(response, Tagged):
            self._completed(response)
        elif isinstance(response, Continuation):
            self._continued()
        elif isinstance(response, Untagged):
            self._learned(response)

    def broken(self, raw: bytes) -> None:
        """A response that cannot be read: what it told of the mailbox is lost, so the mailbox is unknown from here."""
        self.greeted = True
        if raw.startswith(b"+"):
            self._continued()
            return
        tag = raw.split(b" ")[0].rstrip(b"\r\n")
        if self.outstanding.pop(tag, None) is not None:
            self.finished.add(tag)
        if any(name in raw[:64].upper() for name in _COUNTING):
            self.uncertain = True

    def _forget_old_names(self) -> None:
        if self.epoch != self.collector.epoch:
            self.epoch = self.collector.epoch
            self.validities.clear()
            self.highest.clear()

    def _continued(self) -> None:
        pending = self.asking()
        if pending is not None:
            pending.continuations += 1

    def asking(self) -> Pending | None:
        """The command that a continuation answers: the last one sent that still waits for one."""
        return next((each for each in reversed(self.outstanding.values()) if each.may_ask), None)

    def _learned(self, response: Untagged) -> None:
        if response.code:
            self._coded(response.code)
        if response.name == "CAPABILITY":
            self.capabilities = names(response.data)
        elif response.name == "ENABLED":
            self.enabled |= names(response.data)
            self.condstore = self.condstore or bool(self.enabled & {"CONDSTORE", "QRESYNC"})
        elif response.name == "BYE":
            self.bye = True
        elif response.name == "ESEARCH" and response.data.tag is not None:
            self.esearch_tags.add(bytes(response.data.tag))
        elif response.name == "STATUS":
            self._status(response)
        elif response.name in ("LIST", "LSUB") and response.data.delimiter:
            self.delimiters.setdefault(*top_level(response.data))
        view = self.opening if self.opening is not None else self.view
        if view is not None:
            advance(view, response)

    def _status(self, response: Untagged) -> None:
        items = response.data.items
        name = canonical(response.data.mailbox)
        if items.get("UIDVALIDITY"):
            self.validities[name] = items["UIDVALIDITY"]
        if items.get("HIGHESTMODSEQ"):
            self.highest[name] = (items.get("UIDVALIDITY", self.validities.get(name)), items["HIGHESTMODSEQ"])

    def _coded(self, code: Code) -> None:
        if code.name == "CAPABILITY":
            self.capabilities = names(code.args)
        view = self.opening if self.opening is not None else self.view
        if code.name == "CLOSED" and self.opening is not None:
            self.opening = MailboxView(self.opening.name)
            self.had_view = False
            self.closed_seen = True
        elif code.name == "CLOSED":
            self.view = None  # the mailbox was taken away under us: deleted, or no more allowed
        elif view is not None:
            note_code(view, code)

    def _completed(self, response: Tagged) -> None:
        if response.condition.code:
            self._coded(response.condition.code)
        pending = self.outstanding.pop(response.tag, None)
        self.finished.add(response.tag)
        if pending is None:
            return
        command = pending.command
        ok = response.condition.status == "OK"
        if command.name in _OPENS and not command.raw:
            self._opened(response.condition.status)
        elif command.name in ("CLOSE", "UNSELECT") and ok:
            self.view = None
        elif command.name == "LOGOUT" and ok:
            self.logged_out = True
        if ok and not command.raw and enables_condstore(command):
            self.condstore = True

    def _opened(self, status: str) -> None:
        opening, self.opening = self.opening, None
        self.had_view = False
        self.uncertain = opening is None
        if status == "BAD" or opening is None:
            # A syntax error may or may not have deselected: nothing is certain until the next SELECT.
            self.view = None
            return
        self.view = opening if status == "OK" else None
        if self.view is None:
            return
        self.view.epoch = self.collector.epoch
        # With a second EXISTS in the same SELECT nobody can say which of the two counts UIDNEXT goes with.
        self.view.settled = self.view.exists if self.view.announcements == 1 and self.view.uid_next else None
        if self.view.uid_validity:
            self.validities[self.view.name] = self.view.uid_validity
        if self.view.highest_modseq:
            self.highest[self.view.name] = (self.view.uid_validity, self.view.highest_modseq)


def advance(view: MailboxView, response: Untagged) -> None:
    """What one untagged response changes in the mailbox it is about."""
    number = response.number or 0
    if response.name == "EXISTS":
        view.set_exists(number)
    elif response.name == "RECENT":
        view.recent = number
    elif response.name == "EXPUNGE" and 1 <= number <= view.exists:
        view.expunge(number)
    elif response.name == "VANISHED" and not response.data.earlier:
        view.vanish(response.data.uids)
    elif response.name == "FLAGS":
        view.flags = frozenset(bytes(flag).lower() for flag in response.data)
    elif response.name == "FETCH":
        data: FetchData = response.data
        view.learn(data)


def note_code(view: MailboxView, code: Code) -> None:
    """What a response code tells about the mailbox."""
    if code.name == "UIDVALIDITY":
        view.uid_validity = code.args[0]
    elif code.name == "UIDNEXT":
        view.uid_next = code.args[0]
        view.settled = view.exists
    elif code.name == "HIGHESTMODSEQ":
        view.highest_modseq = code.args[0]
    elif code.name == "NOMODSEQ":
        view.no_modseq = True
    elif code.name == "UIDNOTSTICKY":
        view.uid_not_sticky = True


def top_level(data: ListData) -> tuple[bytes, bytes]:
    """The top level name of a listed one, and the delimiter it was listed with."""
    delimiter = data.delimiter or b""
    return canonical(data.mailbox.partition(delimiter)[0] if delimiter else data.mailbox), delimiter


def enables_condstore(command: SentCommand) -> bool:
    """Whether this is a CONDSTORE enabling command (RFC 7162 section 3.1)."""
    line = command.line.upper()
    if command.name in _OPENS:
        return line.endswith((b"(CONDSTORE)",)) or b"(QRESYNC " in line
    if command.name == "STATUS":
        return b"HIGHESTMODSEQ" in line
    if command.name in ("FETCH", "UID FETCH"):
        return b"MODSEQ" in line or b"CHANGEDSINCE" in line
    if command.name in ("STORE", "UID STORE"):
        return b"UNCHANGEDSINCE" in line
    return False


def arguments(command: SentCommand) -> Scanner:
    """A cursor over the command line, just behind the verb and its space."""
    line = command.line + b"\r\n"
    skipped = (len(command.tag) + 1 if command.tag else 0) + len(command.name) + 1
    return Scanner(line, at=min(skipped, len(line)), utf8=True)


def first_mailbox(command: SentCommand) -> bytes | None:
    """The first argument as a mailbox name in canonical form; None when it cannot be read."""
    try:
        return canonical(arguments(command).mailbox())
    except GrammarViolation:
        return None


def canonical(name: bytes) -> bytes:
    """INBOX is case-insensitive, other names are as they are."""
    return b"INBOX" if name.upper() == b"INBOX" else bytes(name)


def names(values: tuple[bytes, ...]) -> frozenset[str]:
    """Capability names in capitals."""
    return frozenset(value.decode("latin-1").upper() for value in values)


def codes(response: Response) -> Iterator[Code]:
    """The response code of a response, if it has one."""
    code = response.condition.code if isinstance(response, Tagged) else getattr(response, "code", None)
    if isinstance(code, Code):
        yield code

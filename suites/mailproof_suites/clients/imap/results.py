"""What the conveniences of `ImapClient` return: the values asked for, each with the raw completion beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from mailproof_suites.clients.errors import UnexpectedReply
from mailproof_suites.clients.imap import values
from mailproof_suites.clients.imap.parse import CONDITIONS
from mailproof_suites.clients.imap.values import Broken, Code, Condition, FetchData, NumberSet, Untagged

_Data = TypeVar("_Data")


@dataclass(frozen=True, slots=True)
class Completion:
    """The end of one command: its tagged response and the untagged ones since the previous completion.

    ``untagged`` holds what parsed; ``broken`` what did not. Asking for a value that a broken response may have held
    raises its GrammarViolation.
    """

    tag: bytes
    name: str
    condition: Condition
    untagged: tuple[Untagged, ...]
    broken: tuple[Broken, ...]
    raw: bytes

    @property
    def status(self) -> str:
        """OK, NO or BAD."""
        return self.condition.status

    @property
    def ok(self) -> bool:
        """Whether the command was completed with OK."""
        return self.status == "OK"

    @property
    def no(self) -> bool:
        """Whether the command was refused with NO."""
        return self.status == "NO"

    @property
    def bad(self) -> bool:
        """Whether the command was rejected with BAD."""
        return self.status == "BAD"

    @property
    def code(self) -> Code | None:
        """The response code of the tagged response."""
        return self.condition.code

    @property
    def text(self) -> bytes:
        """The human text of the tagged response."""
        return self.condition.text

    def require_ok(self) -> Completion:
        """This completion. Raises UnexpectedReply when it is not OK."""
        if not self.ok:
            raise UnexpectedReply(f"OK to {self.name}", self.line)
        return self

    @property
    def line(self) -> str:
        """The tagged line as text, without its CRLF."""
        return self.raw.decode("latin-1").rstrip("\r\n")

    def named(self, *names: str) -> list[Untagged]:
        """The untagged responses of these names, in the order they came. Raises GrammarViolation if one was broken."""
        for broken in self.broken:
            if broken.name in names:
                raise broken.violation
        return [each for each in self.untagged if each.name in names]

    def of(self, kind: type[_Data]) -> list[_Data]:
        """The data of the untagged responses that are a ``kind`` (ListData, FetchData …).

        Raises GrammarViolation when a broken response may have been one of them.
        """
        for broken in self.broken:
            if KIND_NAMES.get(kind, frozenset()) & {broken.name}:
                raise broken.violation
        return [each.data for each in self.untagged if isinstance(each.data, kind)]

    def only(self, kind: type[_Data]) -> _Data:
        """The one value of this kind. Raises UnexpectedReply when there is none or more than one."""
        found = self.of(kind)
        if len(found) != 1:
            raise UnexpectedReply(f"one {kind.__name__} in answer to {self.name}", f"{len(found)} of them; {self.line}")
        return found[0]

    def find_code(self, name: str) -> Code | None:
        """The code of this name in the tagged response or, failing that, in an untagged OK, NO or BAD."""
        if self.code and self.code.name == name:
            return self.code
        for each in self.named("OK", "NO", "BAD"):
            if each.code and each.code.name == name:
                return each.code
        return None

    def last_number(self, name: str) -> int | None:
        """The number of the last EXISTS, RECENT or EXPUNGE."""
        numbers = [each.number for each in self.named(name)]
        return numbers[-1] if numbers else None


@dataclass(frozen=True, slots=True)
class Selected:
    """What SELECT or EXAMINE told; None for what it did not tell."""

    completion: Completion
    exists: int | None
    recent: int | None
    flags: tuple[bytes, ...] | None
    permanent_flags: tuple[bytes, ...] | None
    uid_validity: int | None
    uid_next: int | None
    unseen: int | None
    highest_modseq: int | None
    read_only: bool

    @classmethod
    def from_completion(cls, done: Completion) -> Selected:
        """Collect the values from the completion of a SELECT."""
        flags = done.named("FLAGS")
        return cls(
            completion=done,
            exists=done.last_number("EXISTS"),
            recent=done.last_number("RECENT"),
            flags=flags[-1].data if flags else None,
            permanent_flags=_argument(done, "PERMANENTFLAGS"),
            uid_validity=_argument(done, "UIDVALIDITY"),
            uid_next=_argument(done, "UIDNEXT"),
            unseen=_argument(done, "UNSEEN"),
            highest_modseq=_argument(done, "HIGHESTMODSEQ"),
            read_only=done.find_code("READ-ONLY") is not None,
        )


def _argument(done: Completion, name: str) -> Any:
    code = done.find_code(name)
    return code.args[0] if code else None


@dataclass(frozen=True, slots=True)
class Appended:
    """The end of an APPEND; ``uids`` and ``uid_validity`` from APPENDUID, None without it."""

    completion: Completion
    uid_validity: int | None
    uids: NumberSet | None

    @property
    def uid(self) -> int | None:
        """The UID of the (first) appended message."""
        return next(iter(self.uids)) if self.uids else None


@dataclass(frozen=True, slots=True)
class Copied:
    """The end of a COPY or MOVE; the sets of COPYUID run in the same order, None without it."""

    completion: Completion
    uid_validity: int | None
    source: NumberSet | None
    target: NumberSet | None

    def pairs(self) -> dict[int, int]:
        """Source UID → target UID. Raises UnexpectedReply when the two sets differ in length."""
        if self.source is None or self.target is None:
            return {}
        if self.source.count != self.target.count:
            raise UnexpectedReply("two sets of equal length in COPYUID", f"{self.source} and {self.target}")
        return dict(zip(self.source, self.target, strict=True))


class Fetched(dict[int, FetchData]):
    """FETCH data by message number (by UID for UID FETCH), several responses about one message merged."""

    completion: Completion

    def __init__(self, completion: Completion, *, uid: bool) -> None:
        super().__init__()
        self.completion = completion
        for data in completion.of(FetchData):
            key = data.uid if uid else data.seq
            if key is not None:
                self[key] = self[key].merged(data) if key in self else data

    def only(self) -> FetchData:
        """The data of the one message that was asked for. Raises UnexpectedReply when it is not exactly one."""
        if len(self) != 1:
            raise UnexpectedReply("FETCH data of exactly one message", f"data of {len(self)} messages: {sorted(self)}")
        return next(iter(self.values()))


class Found(list[int]):
    """Numbers that SEARCH or SORT found, in the order sent, from SEARCH or ESEARCH alike."""

    completion: Completion
    modseq: int | None

    def __init__(self, completion: Completion, numbers: tuple[int, ...], modseq: int | None) -> None:
        super().__init__(numbers)
        self.completion = completion
        self.modseq = modseq


KIND_NAMES: dict[type[object], frozenset[str]] = {
    values.FetchData: frozenset({"FETCH"}),
    values.EsearchData: frozenset({"ESEARCH"}),
    values.SearchData: frozenset({"SEARCH", "SORT"}),
    values.ListData: frozenset({"LIST", "LSUB", "XLIST"}),
    values.StatusData: frozenset({"STATUS"}),
    values.VanishedData: frozenset({"VANISHED"}),
    values.NamespaceData: frozenset({"NAMESPACE"}),
    values.QuotaData: frozenset({"QUOTA"}),
    values.QuotaRootData: frozenset({"QUOTAROOT"}),
    values.AclData: frozenset({"ACL"}),
    values.MyRightsData: frozenset({"MYRIGHTS"}),
    values.ListRightsData: frozenset({"LISTRIGHTS"}),
    values.MetadataData: frozenset({"METADATA"}),
    values.ThreadData: frozenset({"THREAD"}),
    values.IdData: frozenset({"ID"}),
    values.Condition: frozenset(CONDITIONS),
}
"""Which response names carry which type of data."""

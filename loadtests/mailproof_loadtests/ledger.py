"""What a user was promised, and the comparison with what is there.

A message is entered when its storing was acknowledged, and struck out when its removal was. Between asking and the
answer it is *in doubt*: a connection that broke then leaves it so, and either outcome is right. Doubt never excuses a
second copy, changed octets, or a message that nobody sent.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailproof_loadtests.rules import WrongAnswerError

_UNOWNED = frozenset({b"\\recent"})
_SHOWN = 5


@dataclass(slots=True)
class Kept:
    """A promised message. ``mark`` stands in its header; ``uid`` is None where the server does not tell it."""

    mark: str
    digest: str
    flags: frozenset[bytes] = frozenset()
    uid: int | None = None
    modseq: int = 0
    in_doubt: bool = False
    flags_in_doubt: bool = False
    given_flags: bool = False
    """Its flags are those of its APPEND still."""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it was found."""

    mark: str
    uid: int
    digest: str
    flags: frozenset[bytes]


class Ledger:
    """Of one folder that one user alone changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kept: dict[str, Kept] = {}
        self._gone: dict[str, str] = {}
        self._uids: set[int] = set()
        self.uid_validity: int | None = None

    def __len__(self) -> int:
        return len(self.kept)

    def known(self) -> list[Kept]:
        """Those that are certain in every respect, with their UIDs."""
        return [each for each in self.kept.values() if each.uid and not (each.in_doubt or each.flags_in_doubt)]

    def is_certain(self) -> bool:
        """Whether nothing is in doubt and every UID is known."""
        return len(self.known()) == len(self.kept)

    def enter(self, kept: Kept) -> None:
        """A message that is asked to be stored, in doubt until it is acknowledged."""
        self.kept[kept.mark] = kept

    def acknowledge(self, kept: Kept, uid: int | None, uid_validity: int | None) -> None:
        """The storing was acknowledged. Raises WrongAnswerError for a UID that was given before."""
        kept.in_doubt = False
        if uid_validity is not None:
            if self.uid_validity not in (None, uid_validity):
                raise WrongAnswerError("UIDVALIDITY stays", str(self.uid_validity), str(uid_validity))
            self.uid_validity = uid_validity
        if uid is None:
            return
        if uid in self._uids:
            raise WrongAnswerError("a UID is given once", f"a UID that {self.name} had not given yet", str(uid))
        self._uids.add(uid)
        kept.uid = uid

    def strike(self, kept: Kept, how: str = "expunged") -> None:
        """The removal was acknowledged; ``how``: expunged or moved."""
        self.kept.pop(kept.mark, None)
        self._gone[kept.mark] = how

    @contextmanager
    def doubt(self, *some: Kept) -> Iterator[None]:
        """Around asking for their removal: whatever breaks the block leaves them in doubt."""
        for each in some:
            each.in_doubt = True
        yield
        for each in some:
            each.in_doubt = False

    @contextmanager
    def doubt_flags(self, *some: Kept) -> Iterator[None]:
        """Around asking for a change of flags."""
        for each in some:
            each.flags_in_doubt = True
            each.given_flags = False
        yield
        for each in some:
            each.flags_in_doubt = False

    def compare(self, found: Iterable[Seen]) -> Iterator[WrongAnswerError]:
        """Everything promised against everything found in the folder."""
        by_mark: dict[str, list[Seen]] = defaultdict(list)
        for seen in found:
            by_mark[seen.mark].append(seen)
        yield from self._missing(by_mark)
        for mark, copies in by_mark.items():
            if mark in self.kept:
                yield from self._differences(self.kept[mark], copies)
            else:
                yield self._unexpected(mark, copies[0])

    def _missing(self, by_mark: dict[str, list[Seen]]) -> Iterator[WrongAnswerError]:
        missing = [each for each in self.kept.values() if not each.in_doubt and each.mark not in by_mark]
        for moved, rule in (
            (False, "an acknowledged message is there"),
            (True, "a moved message is in the destination"),
        ):
            marks = [each.mark for each in missing if each.moved is moved]
            if marks:
                shown = ", ".join(marks[:_SHOWN]) + (" …" if len(marks) > _SHOWN else "")
                yield WrongAnswerError(rule, f"{len(self.kept)} messages in {self.name}", f"none of {shown}")

    def _differences(self, kept: Kept, copies: list[Seen]) -> Iterator[WrongAnswerError]:
        if len(copies) > 1:
            yield WrongAnswerError(
                "an acknowledged message is there once",
                f"one message {kept.mark} in {self.name}",
                f"UIDs {', '.join(str(each.uid) for each in copies)}",
            )
        for seen in copies[:1]:
            yield from differences(kept, seen)

    def _unexpected(self, mark: str, seen: Seen) -> WrongAnswerError:
        rules = {"expunged": "an expunged message stays away", "moved": "a moved message is not left behind"}
        rule = rules.get(self._gone.get(mark, ""), "a folder holds no other message")
        return WrongAnswerError(rule, f"no message {mark} in {self.name}", f"UID {seen.uid}")


def differences(kept: Kept, seen: Seen) -> Iterator[WrongAnswerError]:
    """One promised message against itself as it was found."""
    if kept.uid is not None and seen.uid != kept.uid:
        yield WrongAnswerError("a message keeps its UID", f"UID {kept.uid} for {kept.mark}", f"UID {seen.uid}")
    if seen.digest != kept.digest:
        yield WrongAnswerError(
            "a message keeps every octet", f"{kept.mark} with SHA-256 {kept.digest}", f"SHA-256 {seen.digest}"
        )
    if not kept.flags_in_doubt and seen.flags != kept.flags:
        rule = "flags given to APPEND are set" if kept.given_flags else "flags are as last set"
        yield WrongAnswerError(rule, f"{kept.mark} with {spelled(kept.flags)}", spelled(seen.flags))


def flag_set(flags: Iterable[bytes]) -> frozenset[bytes]:
    """Flags as they are compared: without regard to case, and without \\Recent, which the server alone sets."""
    return frozenset(bytes(flag).lower() for flag in flags) - _UNOWNED


def spelled(flags: Iterable[bytes]) -> str:
    """For a reader: in a fixed order."""
    return "(" + " ".join(sorted(flag.decode("latin-1") for flag in flags)) + ")"


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

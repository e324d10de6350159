"""Threading: ORDEREDSUBJECT and REFERENCES (RFC 5256 section 3), on rows that the store has computed.

Nothing here recurses: a thread may be as deep as the folder is long.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from mailproof_server.model.ids import FolderUid
from mailproof_server.store.base import ThreadRow
from mailproof_server.wire.mime.subjects import base_subject


class ThreadAlgorithm(StrEnum):
    """In the registry's words."""

    ORDERED_SUBJECT = "ORDEREDSUBJECT"
    REFERENCES = "REFERENCES"


@dataclass(frozen=True, slots=True, eq=False)
class Thread:
    """A message with its replies, oldest first. Walk it without recursion: chains of thousands happen."""

    uid: FolderUid | None
    """None: a message that others refer to and that is not among the searched ones; only at the top."""
    children: tuple["Thread", ...] = ()


def threads(rows: Sequence[ThreadRow], algorithm: ThreadAlgorithm) -> list[Thread]:
    """Thread `rows`, which come by ascending uid; every uid is in the answer exactly once."""
    if algorithm is ThreadAlgorithm.ORDERED_SUBJECT:
        return _ordered_subject(rows)
    return _References(rows).threads()


def _order(row: ThreadRow) -> tuple[datetime, FolderUid]:
    """Section 2.2: by sent date; "if both dates match, the order in the mailbox" decides."""
    return row.sent_at, row.uid


def _ordered_subject(rows: Sequence[ThreadRow]) -> list[Thread]:
    """Sort by base subject and sent date, split where the subject changes, sort the threads by their first date."""
    by_subject = sorted(rows, key=lambda row: (row.base_subject.casefold(), *_order(row)))
    split = [list(each) for _, each in groupby(by_subject, key=lambda row: row.base_subject.casefold())]
    split.sort(key=lambda thread: _order(thread[0]))
    return [Thread(first.uid, tuple(Thread(row.uid) for row in rest)) for first, *rest in split]


class _Node:
    """A message, or a dummy (no row) for an identifier without a message. Links are kept consistent at all times."""

    __slots__ = ("children", "parent", "row")

    def __init__(self, row: ThreadRow | None = None) -> None:
        self.row = row
        self.parent: _Node | None = None
        self.children: dict[_Node, None] = {}

    def detach(self) -> None:
        if self.parent is not None:
            del self.parent.children[self]
            self.parent = None

    def attach(self, parent: "_Node") -> None:
        self.detach()
        self.parent = parent
        parent.children[self] = None

    def would_loop(self, parent: "_Node") -> bool:
        """Whether this node is `parent` or above it. One without children is above nothing."""
        if not self.children:
            return parent is self
        above: _Node | None = parent
        while above is not None and above is not self:
            above = above.parent
        return above is self

    def first_row(self) -> ThreadRow:
        """The message itself, or a dummy's first child."""
        return self.row if self.row is not None else next(iter(self.children)).first_row()

    def sort_children(self) -> None:
        self.children = dict.fromkeys(sorted(self.children, key=_node_order))


def _node_order(node: _Node) -> tuple[datetime, FolderUid]:
    return _order(node.first_row())


class _References:
    """The steps of REFERENCES, in the RFC's numbering."""

    def __init__(self, rows: Sequence[ThreadRow]) -> None:
        self._nodes: dict[str, _Node] = {}
        self._messages: list[_Node] = []
        self._root: dict[_Node, None] = {}
        self._link(rows)

    def threads(self) -> list[Thread]:
        self._gather()
        self._prune()
        self._sort_top()
        self._merge_subjects()
        for node in reversed(_walk(self._root)):  # (6) "the youngest sets of siblings are sorted first"
            node.sort_children()
        self._root = dict.fromkeys(sorted(self._root, key=_node_order))
        return _finished(self._root)

    def _link(self, rows: Sequence[ThreadRow]) -> None:
        """(1) Every message is known before any is linked, so that a dummy is made only where none will come."""
        for row in rows:
            node = _Node(row)
            self._messages.append(node)
            # "only use that Message ID in the first of these messages, and assign a unique Message ID to the others":
            # one that is in no table is unique enough.
            if row.message_id and row.message_id not in self._nodes:
                self._nodes[row.message_id] = node
        for node, row in zip(self._messages, rows, strict=True):
            references = row.references or ((row.in_reply_to,) if row.in_reply_to else ())
            last: _Node | None = None
            for identifier in references:
                referred = self._nodes.get(identifier)
                if referred is None:
                    referred = self._nodes[identifier] = _Node()
                # (1A) "If a message already has a parent, don't change the existing link."
                if last is not None and referred.parent is None and not referred.would_loop(last):
                    referred.attach(last)
                last = referred
            # (1B) "break the current parent/child link before creating the new correct one"; without references the
            # message "will now have no parent".
            node.detach()
            if last is not None and not node.would_loop(last):
                node.attach(last)

    def _gather(self) -> None:
        """(2) In the folder's order, dummies where they were first referred to."""
        for node in (*self._messages, *self._nodes.values()):
            if node.parent is None:
                self._root[node] = None

    def _prune(self) -> None:
        """(3) Bottom up, so that what a dummy promotes has been pruned already."""
        for node in reversed(_walk(self._root)):
            if node.row is not None:
                continue
            children = list(node.children)
            if node.parent is None and len(children) > 1:
                continue  # "Do not promote the children if doing so would make them children of the root"
            parent = node.parent
            node.detach()
            for child in children:
                child.detach()
                if parent is not None:
                    child.attach(parent)
                else:
                    self._root[child] = None
            self._root.pop(node, None)

    def _sort_top(self) -> None:
        """(4) "In the case of a dummy message, sort its children by sent date and then use the first child"."""
        for node in self._root:
            if node.row is None:
                node.sort_children()
        self._root = dict.fromkeys(sorted(self._root, key=_node_order))

    def _merge_subjects(self) -> None:
        """(5) Gather the threads that have the same base subject."""
        table: dict[str, _Node] = {}
        subjects = {node: node.first_row().base_subject.casefold() for node in self._root}
        for node, subject in subjects.items():
            if not subject:
                continue
            known = table.get(subject)
            if known is None or (
                known.row is not None and (node.row is None or (_is_reply(known) and not _is_reply(node)))
            ):
                table[subject] = node
        for node, subject in subjects.items():
            known = table.get(subject)
            if known is None or known is node:
                continue
            del self._root[node]
            if known.row is None and node.row is None:
                for child in list(node.children):
                    child.attach(known)
            elif known.row is None or (_is_reply(node) and not _is_reply(known)):
                node.attach(known)
            else:
                dummy = table[subject] = _Node()
                del self._root[known]
                known.attach(dummy)
                node.attach(dummy)
                self._root[dummy] = None


def _is_reply(node: _Node) -> bool:
    """By the subject as it was, before its base was taken."""
    return node.row is not None and base_subject(node.row.subject)[1]


def _walk(top: Iterable[_Node]) -> list[_Node]:
    """Every node, parents before their children."""
    found = list(top)
    for node in found:
        found.extend(node.children)
    return found


def _finished(top: Iterable[_Node]) -> list[Thread]:
    done: dict[_Node, Thread] = {}
    for node in reversed(_walk(top)):
        uid = None if node.row is None else node.row.uid
        done[node] = Thread(uid, tuple(done[child] for child in node.children))
    return [done[node] for node in top]

"""What SORT and THREAD have to answer, computed from the messages that a case made (RFC 5256 sections 2 and 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from itertools import pairwise

_BLOB = r"\[[^\[\]]*\][ \t]*"
_REFWD = rf"(?:re|fwd?)[ \t]*(?:{_BLOB})?:"
_LEADER = re.compile(rf"(?:{_BLOB})*{_REFWD}", re.IGNORECASE)
_FIRST_BLOB = re.compile(_BLOB)
_TRAILER = "(fwd)"
_FWD = "[fwd:"


@dataclass(frozen=True)
class Mail:
    """One message of a case, as far as sorting and threading look at it.

    `number` is its sequence number, `sent` and `arrived` are moments; `sent` is None without a valid Date.
    """

    number: int
    subject: str = ""
    arrived: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    sent: datetime | None = None
    sender: str = ""
    to: str = ""
    cc: str = ""
    size: int = 0
    message_id: str = ""
    references: tuple[str, ...] = ()
    in_reply_to: str = ""

    @property
    def sent_date(self) -> datetime:
        """Section 2.2."""
        return (self.sent or self.arrived).astimezone(UTC)


def base_subject(subject: str) -> tuple[str, bool]:
    """The base subject, and whether the message is a reply or forward by it (section 2.1 and REFERENCES)."""
    text = re.sub(r"[\t\r\n ]+", " ", str(make_header(decode_header(subject))))
    reply = False
    while True:
        stripped = text.rstrip(" ")
        while stripped.lower().endswith(_TRAILER):
            stripped, reply = stripped[: -len(_TRAILER)].rstrip(" "), True
        text = stripped
        while True:
            before = text
            text = text.lstrip(" ")
            if leader := _LEADER.match(text):
                text, reply = text[leader.end() :], True
            elif (blob := _FIRST_BLOB.match(text)) and text[blob.end() :]:
                text = text[blob.end() :]
            if text == before:
                break
        if text.lower().startswith(_FWD) and text.endswith("]"):
            text, reply = text[len(_FWD) : -1], True
            continue
        return text, reply


def collation(text: str) -> str:
    """i;ascii-casemap and i;unicode-casemap compare capitals (RFC 4790, RFC 5051)."""
    return text.upper()


KEYS: dict[str, Callable[[Mail], object]] = {
    "ARRIVAL": lambda mail: mail.arrived,
    "CC": lambda mail: collation(mail.cc),
    "DATE": lambda mail: mail.sent_date,
    "FROM": lambda mail: collation(mail.sender),
    "SIZE": lambda mail: mail.size,
    "SUBJECT": lambda mail: collation(base_subject(mail.subject)[0]),
    "TO": lambda mail: collation(mail.to),
}


def sort(mails: Sequence[Mail], criteria: str) -> list[int]:
    """Numbers in the order of SORT; `criteria` without parentheses."""
    ordered = sorted(mails, key=lambda mail: mail.number)
    words = criteria.split()
    steps = [(word, words[at - 1] == "REVERSE" if at else False) for at, word in enumerate(words) if word != "REVERSE"]
    for key, reverse in reversed(steps):  # Python's sort is stable, with reverse=True as well
        ordered.sort(key=KEYS[key], reverse=reverse)  # type: ignore[arg-type]
    return [mail.number for mail in ordered]


# -- threads -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Node:
    """A message of the tree; a dummy has no mail."""

    mail: Mail | None = None
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def first(self) -> Mail:
        """The message itself, or its first child, for a dummy."""
        return self.mail or self.children[0].first

    def adopt(self, child: Node) -> None:
        """Make `child` a child of this one and of no other."""
        if child.parent is not None:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def descends_from(self, other: Node) -> bool:
        """Whether `other` is this node or above it."""
        node: Node | None = self
        while node is not None:
            if node is other:
                return True
            node = node.parent
        return False

    def shown(self) -> tuple[object, ...]:
        """As the response shows it: numbers in a line, then branches."""
        line: list[object] = [] if self.mail is None else [self.mail.number]
        if len(self.children) == 1:
            return (*line, *self.children[0].shown())
        return (*line, *(child.shown() for child in self.children))


def normal(message_id: str) -> str:
    """A message id without needless quotes and backslashes."""
    return re.sub(r"\\(.)", r"\1", message_id.replace('"', ""))


def ordered_subject(mails: Sequence[Mail]) -> list[tuple[object, ...]]:
    """THREAD ORDEREDSUBJECT."""
    threads: dict[str, list[Mail]] = {}
    for mail in sorted(mails, key=lambda each: (each.sent_date, each.number)):
        threads.setdefault(collation(base_subject(mail.subject)[0]), []).append(mail)
    roots = []
    for first, *rest in threads.values():
        root = Node(first)
        for mail in rest:
            root.adopt(Node(mail))
        roots.append(root)
    return [root.shown() for root in roots]


def references(mails: Sequence[Mail]) -> list[tuple[object, ...]]:
    """THREAD REFERENCES, step by step."""
    root = Node()
    for node in _linked(mails):  # steps 1 and 2
        if node.parent is None:
            root.adopt(node)
    _prune(root, top=True)  # step 3
    for child in root.children:
        if child.mail is None:
            child.children.sort(key=_by_date)
    root.children.sort(key=_by_date)  # step 4
    _join(root)  # step 5
    _order(root)  # step 6
    return [child.shown() for child in root.children]


def _by_date(node: Node) -> tuple[datetime, int]:
    return node.first.sent_date, node.first.number


def _linked(mails: Sequence[Mail]) -> list[Node]:
    nodes: dict[str, Node] = {}
    own: list[tuple[Mail, Node]] = []
    for mail in sorted(mails, key=lambda each: each.number):
        key = normal(mail.message_id)
        if not key or key in nodes:
            key = f"{mail.number} has no message id of its own"
        nodes[key] = Node(mail)
        own.append((mail, nodes[key]))
    for mail, node in own:
        named = mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ())
        chain = [nodes.setdefault(normal(each), Node()) for each in named]
        for parent, child in pairwise(chain):  # step 1.A
            if child.parent is None and not parent.descends_from(child):
                parent.adopt(child)
        if node.parent is not None:  # step 1.B
            node.parent.children.remove(node)
            node.parent = None
        if chain and not chain[-1].descends_from(node):
            chain[-1].adopt(node)
    return list(nodes.values())


def _prune(node: Node, *, top: bool) -> None:
    for child in list(node.children):
        _prune(child, top=False)
        if child.mail is None and (not top or len(child.children) <= 1):
            at = node.children.index(child)
            for grandchild in child.children:
                grandchild.parent = node
            node.children[at : at + 1] = child.children


def _subject(node: Node) -> tuple[str, bool]:
    """Thread subject, and whether the node is a message that is a reply or forward."""
    base, reply = base_subject(node.first.subject)
    return collation(base), reply and node.mail is not None


def _join(root: Node) -> None:
    table: dict[str, Node] = {}
    for child in root.children:
        subject, reply = _subject(child)
        known = table.get(subject)
        if subject and (
            known is None or (known.mail is not None and (child.mail is None or (_subject(known)[1] and not reply)))
        ):
            table[subject] = child
    for child in list(root.children):
        subject, reply = _subject(child)
        if not subject or table[subject] is child:
            continue
        known = table[subject]
        if known.mail is None and child.mail is None:
            for grandchild in list(child.children):
                known.adopt(grandchild)
            root.children.remove(child)
        elif known.mail is None or (reply and not _subject(known)[1]):
            known.adopt(child)
        else:
            dummy = Node(parent=root)
            root.children[root.children.index(known)] = dummy
            known.parent = None
            dummy.adopt(known)
            dummy.adopt(child)
            table[subject] = dummy


def _order(node: Node) -> None:
    for child in _upwards(node):
        child.children.sort(key=_by_date)


def _upwards(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield from _upwards(child)
    yield node

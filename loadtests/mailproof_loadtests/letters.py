"""The messages of a load run: each marked, so that it is known again wherever it turns up."""

from __future__ import annotations

import random
import re
from datetime import datetime
from email.utils import format_datetime

from mailproof_suites.janitor import HEADER

_MARK = re.compile(rb"^" + HEADER.encode() + rb":[ \t]*([!-~]+)", re.MULTILINE | re.IGNORECASE)
_WORDS = (
    "report",
    "invoice",
    "meeting",
    "lunch",
    "budget",
    "draft",
    "please",
    "tomorrow",
    "customer",
    "thanks",
    "plan",
)
_SIZES = ((70, 1_500), (22, 12_000), (7, 60_000), (1, 300_000))
"""Weight and octets of bodies: most mail is short, most octets are in attachments."""


class Letters:
    """Makes messages. ``prefix``: of the marks; the same seed makes the same bodies."""

    def __init__(self, prefix: str, seed: int) -> None:
        self.prefix = prefix
        self._random = random.Random(seed)  # noqa: S311 -- repeatable on purpose
        self._made = 0
        lines = [" ".join(self._random.choices(_WORDS, k=10)) for _ in range(600)]
        self._text = ("\r\n".join(lines) + "\r\n").encode("ascii")

    def write(self, sender: str, recipients: list[str], size_bytes: int | None = None) -> tuple[str, bytes]:
        """A mark and a message with it; ``size_bytes`` of its body, as everyday mail has them unless given."""
        self._made += 1
        mark = f"{self.prefix}.{self._made}"
        if size_bytes is None:
            size_bytes = self._random.choices([size for _, size in _SIZES], [weight for weight, _ in _SIZES])[0]
        head = (
            f"From: {sender}\r\nTo: {', '.join(recipients)}\r\nSubject: {self._random.choice(_WORDS)} {mark}\r\n"
            f"Date: {format_datetime(datetime.now().astimezone())}\r\nMessage-ID: <{mark}@mailproof.test>\r\n"
            f"{HEADER}: {mark}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        )
        return mark, head.encode() + self._body(mark, size_bytes)

    def _body(self, mark: str, size_bytes: int) -> bytes:
        start = self._text.index(b"\r\n", self._random.randrange(len(self._text) // 2)) + 2
        text = self._text[start:] + self._text * (size_bytes // len(self._text))
        return f"This is {mark}.\r\n".encode() + text[: text.rindex(b"\r\n", 0, max(size_bytes, 100)) + 2]


def mark_of(message: bytes) -> str:
    """The mark in a message's header; empty when there is none."""
    found = _MARK.search(message.partition(b"\r\n\r\n")[0])
    return found[1].decode("ascii") if found else ""


def body_of(message: bytes) -> bytes:
    """What stands behind the header: what delivery must not touch."""
    return message.partition(b"\r\n\r\n")[2]

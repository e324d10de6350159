"""The organisation's event log as a file: JSON lines, appended by every worker, begun anew at a given size.

A line is written with one call on a descriptor in append mode, so that lines of several processes do not mix. Whoever
finds the file too large moves it aside under a lock; the others notice that theirs is no longer the one of that name.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from mailproof_server.app.events import mask_secrets
from mailproof_server.model.clock import Clock
from mailproof_server.services.event_log import AUDIT, Event

NAME = "events.jsonl"
OLDER = "events.jsonl.1"
log = structlog.get_logger()


class EventFile:
    """A recorder for `services.event_log`."""

    def __init__(self, folder: Path, clock: Clock, max_bytes: int) -> None:
        self._path = folder / NAME
        self._older = folder / OLDER
        self._lock = folder / f"{NAME}.lock"
        self._clock = clock
        self._max_bytes = max_bytes
        self._descriptor = -1
        self._is_failing = False

    def write(self, event: Event, fields: Mapping[str, Any]) -> None:
        """Append one record. A full disk must not stop the mail: it is logged once, and the record is lost."""
        facts = mask_secrets(None, "", dict(fields))
        line = json.dumps(
            {
                "timestamp": self._clock.now().isoformat(),
                "kind": "audit" if event in AUDIT else "event",
                "event": event.value,
                **facts,
            },
            ensure_ascii=False,
            default=str,
        )
        data = line.encode("utf-8", "replace") + b"\n"
        try:
            if self._descriptor < 0:
                self._open()
            if os.fstat(self._descriptor).st_size + len(data) > self._max_bytes:
                self._begin_anew()
            os.write(self._descriptor, data)
            self._is_failing = False
        except OSError as error:
            if not self._is_failing:
                self._is_failing = True
                log.error("event_log_failed", reason=str(error))

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _begin_anew(self) -> None:
        with _held(self._lock):
            ours = os.fstat(self._descriptor)
            if self._path.exists() and self._path.stat().st_ino == ours.st_ino:
                self._path.replace(self._older)
            self.close()
            self._open()


@contextmanager
def _held(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read(folder: Path) -> Iterator[dict[str, Any]]:
    """All records there are, oldest first; a line that was cut short is left out."""
    for path in (folder / OLDER, folder / NAME):
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    try:
                        record = json.loads(line)
                    except json.JSONDecodeError:
                        continue
                    if isinstance(record, dict):
                        yield record
        except FileNotFoundError:
            continue

"""Structured log: one event with key/values per act, never prose, never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Literal

import structlog

SECRET_KEYS = frozenset({"password", "secret", "token", "authorization", "credentials", "hash", "secret_hash"})
MASK = "•••"


def mask_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last line of defence: a value under a key that names a secret never reaches the log."""
    for key in event.keys() & SECRET_KEYS:
        event[key] = MASK
    return event


def configure(level: str, output_format: Literal["json", "console"], file: Path | None) -> None:
    """Set up structlog for this process; call once, before the first event."""
    stream = sys.stderr if file is None else file.open("a", encoding="utf-8", buffering=1)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if output_format == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            mask_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )

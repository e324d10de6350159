"""Mistakes in a user's TOML file, told as one line: file, line where it is known, key, what is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_FIELD = re.compile(r"(?:unknown|missing required) field `(?P<name>[^`]+)`")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")


class ConfigError(Exception):
    """A mistake of the user's in a file or an option: exit status 2, no traceback."""


def read_toml(path: Path, kind: str, struct: type[T]) -> T:
    """Read `path` as TOML and as `struct`, which must forbid unknown fields.

    Args:
        path: the file.
        kind: what the file is, for the message: "target profile", "baseline".
        struct: the msgspec.Struct that the document must fit.

    Raises ConfigError, naming file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise ConfigError(f"{kind} {path}: {problem.strerror or problem}") from problem
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{kind} {path}: not UTF-8 text (byte {problem.start})") from problem
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(f"{kind} {path}: not TOML: {problem}") from problem
    try:
        return msgspec.convert(document, type=struct)
    except msgspec.ValidationError as problem:
        raise ConfigError(_explain(path, kind, text, str(problem))) from problem


def _explain(path: Path, kind: str, text: str, message: str) -> str:
    place = _PLACE.match(message)
    what, where = (place["what"], place["path"] or "") if place else (message, "")
    field = _FIELD.search(what)
    key = where.rpartition(".")[2] if field is None else field["name"]
    table = where.rpartition(".")[0] if field is None else where
    line = _line_of(text, table, "" if field and "missing" in what else key)
    if field:
        verb = "missing" if "missing" in what else "unknown"
        what = f"{verb} key {key!r}" + (f" in {_readable(table)}" if table else "")
    else:
        what = f"{_readable(where)}: {what[:1].lower()}{what[1:]}" if where else what
    return f"{kind} {path}{f', line {line}' if line else ''}: {what}"


def _readable(place: str) -> str:
    """`accounts[0].role` as a person counts: `accounts[1].role`."""
    return re.sub(r"\[(\d+)\]", lambda m: f"[{int(m[1]) + 1}]", place)


def _line_of(text: str, table: str, key: str) -> int:
    """The line (from 1) that holds `key` of `table` (`accounts[2]`), or the table's header; 0 when not found."""
    name, _, index = table.partition("[")
    wanted = int(index.rstrip("]")) if index[:-1].isdigit() else 0
    seen, current, header_line = -1, "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            current = header[2]
            seen += current == name
            if current == name and (seen == wanted or header[1] == "["):
                header_line = number
            if not name and current.split(".")[0] == key:
                return number
            continue
        in_table = current == name and (not index or seen == wanted)
        if key and in_table and (found := _KEY.match(line)) and found[1] == key:
            return number
    return header_line

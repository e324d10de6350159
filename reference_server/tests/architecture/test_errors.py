"""Every refusal has its words in every protocol (ARCHITECTURE: errors are three families, one table per protocol)."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

from mailproof_server import protocols
from mailproof_server.model import errors
from mailproof_server.model.errors import Refusal

TABLES = [each.name for each in pkgutil.iter_modules(protocols.__path__)]


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def table_of(protocol: str) -> dict[type[Refusal], Any]:
    """The module-level mapping of `errors.py` whose keys are refusals."""
    module = importlib.import_module(f"mailproof_server.protocols.{protocol}.errors")
    tables = [
        value
        for value in vars(module).values()
        if isinstance(value, dict) and value and all(isinstance(key, type) for key in value)
    ]
    assert len(tables) == 1, f"protocols/{protocol}/errors.py has {len(tables)} tables"
    return tables[0]


def test_there_are_protocols() -> None:
    assert {"imap", "smtp"} <= set(TABLES)


@pytest.mark.parametrize("protocol", TABLES)
def test_every_refusal_has_a_row_and_nothing_else_has(protocol: str) -> None:
    assert set(table_of(protocol)) == set(refusals())


@pytest.mark.parametrize("kind", sorted(set(refusals()), key=str))
def test_the_closed_set_is_closed(kind: type[Refusal]) -> None:
    """Only `model/errors.py` makes refusals, and each has a text that can be shown."""
    assert kind.__module__ == errors.__name__
    assert str(kind()) == kind().text != ""

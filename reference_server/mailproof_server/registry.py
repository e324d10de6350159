"""The folder is the registry: what a package's modules declare is found by importing them, never listed by hand."""

import importlib
import pkgutil
from collections.abc import Collection
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def load(package: ModuleType, kind: type[T], apart: Collection[str] = ()) -> list[T]:
    """Import every module of `package` and collect the module-level instances of `kind`, in module-name order.

    A module that declares nothing of the kind is an error: it would be a command file that silently does nothing.
    Modules whose name starts with an underscore, or stands in `apart`, are shared code, not entries.
    """
    found: list[T] = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        if info.name.startswith("_") or info.name in apart:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        declared = [value for value in vars(module).values() if isinstance(value, kind)]
        if not declared:
            raise LookupError(f"{module.__name__} declares no {kind.__name__}")
        found.extend(value for value in declared if value not in found)
    return found

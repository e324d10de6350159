"""Seeded defects: bugs that real servers have had, each in a file of its own, each off unless asked for by name.

A defect patches the objects that `app.build` has joined. Nothing outside this folder knows that defects exist, so the
server without them is exactly the server that ships.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailproof_server.app.build import Server


@dataclass(frozen=True, slots=True)
class Defect:
    """One bug on purpose."""

    name: str
    summary: str
    requirements: tuple[str, ...]
    """Ids of the suites' catalogue that it breaks."""
    apply: "Callable[[Server], None]"


def catalogue() -> list[Defect]:
    """All seeded defects, by file name."""
    import sys

    from mailproof_server import registry

    return registry.load(sys.modules[__name__], Defect)


def apply(names: tuple[str, ...], server: "Server") -> None:
    """Turn defects on. Raises LookupError naming one that does not exist."""
    known = {defect.name: defect for defect in catalogue()}
    for name in names:
        if name not in known:
            raise LookupError(f"no seeded defect is called {name!r} (there are {len(known)}: --defect list)")
        known[name].apply(server)

"""The tree of names that the LIST-EXTENDED cases look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mailproof_suites.case import ImapClient, World
from mailproof_suites.clients.imap import ListData

Names = Callable[..., dict[str, ListData]]


@pytest.fixture
def tree(imap: ImapClient, world: World) -> Iterator[str]:
    """Base of the names base/one, base/one/deep, base/two and base/gone; one/deep and gone are subscribed, gone is
    deleted. Skips where the server has no hierarchy.
    """
    delimiter = world.capabilities.delimiter
    if not delimiter:
        pytest.skip("the server has no hierarchy")
    base = world.folder_name()
    names = {name: f"{base}{delimiter}{name.replace('/', delimiter)}" for name in ("one", "one/deep", "two", "gone")}
    for name in (base, *names.values()):
        imap.create(name)
    for name in ("one/deep", "gone"):
        imap.subscribe(names[name])
    imap.delete(names["gone"])
    yield base
    for name in ("one/deep", "gone"):
        imap.unsubscribe(names[name])


@pytest.fixture
def listed(imap: ImapClient, world: World, tree: str) -> Names:
    """`listed(command)`: LIST with `{}` for the base of the tree; what was told, by name without the base.

    A name that is told twice appears as `name again`.
    """

    def run(arguments: str) -> dict[str, ListData]:
        delimiter = world.capabilities.delimiter
        answer = imap.command("LIST", arguments.replace("{}", tree).replace("/", delimiter)).require_ok()
        found: dict[str, ListData] = {}
        for data in answer.of(ListData):
            name = data.mailbox.decode()
            if name.startswith(tree):
                short = name.removeprefix(tree).removeprefix(delimiter).replace(delimiter, "/") or "base"
                found[f"{short} again" if short in found else short] = data
        return found

    return run

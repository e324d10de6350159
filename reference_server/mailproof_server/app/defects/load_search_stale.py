"""A cache of search results that lives on after the folder has changed."""

from typing import Any

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method

_SERVED = 100


def apply(server: Server) -> None:
    cache: dict[object, tuple[Any, int]] = {}

    def make(original):
        async def search(principal, folder_id, query, sort=()):
            key = (folder_id, repr(query), repr(sort))
            found, served = cache.get(key, (None, _SERVED))
            if served >= _SERVED:
                found, served = await original(principal, folder_id, query, sort), 0
            cache[key] = (found, served + 1)
            return found

        return search

    replace_method(server.services.messages, "search", make)


DEFECT = Defect(
    name="load_search_stale",
    summary="the same SEARCH finds what it found before, a hundred times",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)

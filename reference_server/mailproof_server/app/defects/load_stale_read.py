"""A cache of flags that nobody empties when another connection changes them."""

from typing import Any

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method

_SERVED = 100


def apply(server: Server) -> None:
    cache: dict[object, tuple[Any, int]] = {}

    def make(original):
        async def flag_rows(principal, folder_id, ranges=None, changed_since=None):
            key = (folder_id, tuple(ranges or ()))
            if changed_since is not None or len(key[1]) != 1 or key[1][0][0] != key[1][0][1]:
                return await original(principal, folder_id, ranges, changed_since)
            rows, served = cache.get(key, (None, 0))
            if not rows or served >= _SERVED:
                rows, served = await original(principal, folder_id, ranges, changed_since), 0
            cache[key] = (rows, served + 1)
            return rows

        return flag_rows

    replace_method(server.services.messages, "flag_rows", make)


DEFECT = Defect(
    name="load_stale_read",
    summary="the flags of one message are read from a cache that another connection's change does not empty",
    requirements=("RFC9051:6.4.6-1", "RFC9051:5.2-3"),
    apply=apply,
)

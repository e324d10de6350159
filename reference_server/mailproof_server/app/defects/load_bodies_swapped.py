"""A cache of bodies whose key lacks the folder: another user's message comes."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    cache: dict[object, object] = {}

    def make(original):
        async def stored(principal, folder_id, ranges, columns):
            rows = await original(principal, folder_id, ranges, columns)
            if "data" not in columns:
                return rows
            return [(uid, content_id, cache.setdefault((uid, tuple(columns)), row)) for uid, content_id, row in rows]

        return stored

    replace_method(server.services.messages, "stored", make)


DEFECT = Defect(
    name="load_bodies_swapped",
    summary="bodies come from a cache that knows the UID only, not the folder",
    requirements=("RFC9051:6.4.5-51",),
    apply=apply,
)

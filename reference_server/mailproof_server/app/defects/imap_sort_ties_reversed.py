"""REVERSE turns the whole list around, also messages that are equal by the criterion."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def search(principal, folder_id, query, sort=()):
            if not sort or not all(each.descending for each in sort):
                return await original(principal, folder_id, query, sort)
            upwards = [replace(each, descending=False) for each in sort]
            return (await original(principal, folder_id, query, upwards))[::-1]

        return search

    replace_method(server.services.messages, "search", make)


DEFECT = Defect(
    name="imap_sort_ties_reversed",
    summary="REVERSE reverses equal messages too",
    requirements=("RFC5256:3-3",),
    apply=apply,
)

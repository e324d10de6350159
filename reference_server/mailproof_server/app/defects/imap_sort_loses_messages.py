"""SORT forgets messages: what an index does not know is not in the answer.

Stalwart 0.15.1 returned 540 of 2934 (stalwart issue 2551); maddy returned none (maddy issue 697).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def search(principal, folder_id, query, sort=()):
            found = await original(principal, folder_id, query, sort)
            return found[:-1] if sort else found

        return search

    replace_method(server.services.messages, "search", make)


DEFECT = Defect(
    name="imap_sort_loses_messages",
    summary="the last message of SORT is missing",
    requirements=("RFC5256:3-1",),
    apply=apply,
)

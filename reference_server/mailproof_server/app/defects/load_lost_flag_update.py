"""Flags are read, changed and written back in two steps: of two changes at the same time the first is lost."""

import asyncio

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.item import FlagAction, Flags


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def set_flags(principal, folder_id, ranges, action, flags, unchanged_since=None):
            rows = await messages.rows(principal, folder_id, ranges)
            if action is not FlagAction.ADD or len(rows) != 1:
                return await original(principal, folder_id, ranges, action, flags, unchanged_since)
            read = rows[0].flags
            await asyncio.sleep(0.01)
            both = Flags(read.system | flags.system, read.keywords | flags.keywords)
            return await original(principal, folder_id, ranges, FlagAction.SET, both, unchanged_since)

        return set_flags

    replace_method(messages, "set_flags", make)


DEFECT = Defect(
    name="load_lost_flag_update",
    summary="of two STOREs on one message at the same time, one is lost",
    requirements=("RFC9051:6.4.6-1",),
    apply=apply,
)

"""COPY that forgets flags and keywords."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.item import FlagAction, Flags


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def copy(principal, folder_id, ranges, target_id):
            transfer = await original(principal, folder_id, ranges, target_id)
            placed = [(uid, uid) for uid in transfer.placement.uids]
            await messages.set_flags(principal, target_id, placed, FlagAction.SET, Flags())
            return transfer

        return copy

    replace_method(messages, "copy", make)


DEFECT = Defect(
    name="imap_copy_loses_flags",
    summary="a copy has no flags",
    requirements=("RFC9051:6.4.7-1",),
    apply=apply,
)

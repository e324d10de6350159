"""EXPUNGE that also takes what is not marked."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.item import Flag, FlagAction, Flags


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def expunge(principal, folder_id, ranges=None):
            everything = [(uid, uid) for uid in await messages.uids(principal, folder_id)]
            await messages.set_flags(principal, folder_id, everything, FlagAction.ADD, Flags(Flag.DELETED))
            return await original(principal, folder_id, ranges)

        return expunge

    replace_method(messages, "expunge", make)


DEFECT = Defect(
    name="imap_expunge_takes_all",
    summary="EXPUNGE removes unmarked messages",
    requirements=("RFC9051:6.4.3-2",),
    apply=apply,
)

"""MOVE done as COPY, STORE and EXPUNGE: it takes away every message marked as deleted."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def move(principal, folder_id, ranges, target_id):
            transfer = await original(principal, folder_id, ranges, target_id)
            await messages.expunge(principal, folder_id)
            return transfer

        return move

    replace_method(messages, "move", make)


DEFECT = Defect(
    name="imap_move_takes_deleted",
    summary="MOVE expunges other deleted messages",
    requirements=("RFC9051:6.4.8-3",),
    apply=apply,
)

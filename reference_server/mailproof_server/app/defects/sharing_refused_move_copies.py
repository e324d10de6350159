"""A move is a copy and a removal, and the copy stays when the removal is refused."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import PermissionDenied


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def move(principal, folder_id, ranges, target_id):
            try:
                return await original(principal, folder_id, ranges, target_id)
            except PermissionDenied:
                await messages.copy(principal, folder_id, ranges, target_id)
                raise

        return move

    replace_method(messages, "move", make)


DEFECT = Defect(
    name="sharing_refused_move_copies",
    summary="a refused MOVE leaves a copy",
    requirements=("SHARING:FOLD10-3",),
    apply=apply,
)

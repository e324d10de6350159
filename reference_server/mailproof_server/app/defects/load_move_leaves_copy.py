"""MOVE as COPY and EXPUNGE, of which the second half is sometimes forgotten."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(4)
    messages = server.services.messages

    def make(original):
        async def move(principal, folder_id, ranges, target_id):
            return await (messages.copy if is_due() else original)(principal, folder_id, ranges, target_id)

        return move

    replace_method(messages, "move", make)


DEFECT = Defect(
    name="load_move_leaves_copy",
    summary="every fourth MOVE leaves the messages where they were",
    requirements=("RFC9051:6.4.8-1", "RFC6851:3.3-4"),
    apply=apply,
)

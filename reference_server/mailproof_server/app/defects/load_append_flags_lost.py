"""The flags of an APPEND are lost while another APPEND to the folder is under way."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import Busy
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.item import Flags


def apply(server: Server) -> None:
    busy = Busy()

    def make(original):
        async def append(principal, folder_id, incoming):
            with busy.on(folder_id) as is_busy:
                if is_busy:
                    incoming = [replace(each, flags=Flags()) for each in incoming]
                return await original(principal, folder_id, incoming)

        return append

    replace_method(server.services.messages, "append", make)


DEFECT = Defect(
    name="load_append_flags_lost",
    summary="of two APPENDs at the same time, the second loses its flags",
    requirements=("RFC9051:6.3.12-2",),
    apply=apply,
)

"""Two uploads share one buffer: the longer one is cut while another is under way."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import Busy
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    busy = Busy()

    def make(original):
        async def append(principal, folder_id, incoming):
            with busy.on("any") as is_busy:
                if is_busy:
                    incoming = [replace(each, data=each.data[:-2] + b"\n\n") for each in incoming]
                return await original(principal, folder_id, incoming)

        return append

    replace_method(server.services.messages, "append", make)


DEFECT = Defect(
    name="load_append_cut",
    summary="the last octets of a message are others when another APPEND is under way",
    requirements=("RFC9051:6.3.12-1",),
    apply=apply,
)

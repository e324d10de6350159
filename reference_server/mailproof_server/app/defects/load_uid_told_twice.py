"""APPENDUID from a counter that is read too early: two APPENDs at the same time are told the same UID."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import Busy
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    busy = Busy()

    def make(original):
        async def append(principal, folder_id, incoming):
            with busy.on(folder_id) as is_busy:
                placement = await original(principal, folder_id, incoming)
                if is_busy:
                    placement = replace(placement, uids=tuple(uid - 1 for uid in placement.uids))
                return placement

        return append

    replace_method(server.services.messages, "append", make)


DEFECT = Defect(
    name="load_uid_told_twice",
    summary="of two APPENDs at the same time, the second is told the first one's UID",
    requirements=("RFC4315:3-1", "RFC9051:2.3.1.1-2"),
    apply=apply,
)

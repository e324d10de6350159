"""CHANGEDSINCE from a log that keeps one entry for a batch: the first of several changes is missing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method

_MODSEQ = 3
_FEW = 3


def apply(server: Server) -> None:
    def make(original):
        async def flag_rows(principal, folder_id, ranges=None, changed_since=None):
            rows = await original(principal, folder_id, ranges, changed_since)
            if changed_since and len(rows) > _FEW:
                oldest = min(row[_MODSEQ] for row in rows)
                rows = [row for row in rows if row[_MODSEQ] != oldest]
            return rows

        return flag_rows

    replace_method(server.services.messages, "flag_rows", make)


DEFECT = Defect(
    name="load_sync_misses_change",
    summary="CHANGEDSINCE leaves out the oldest change when there are more than three",
    requirements=("RFC7162:3.1.4.1-1",),
    apply=apply,
)

"""News of flags has no UID, so that a client which lost count cannot tell whose flags they are."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module._report_rows

    async def report_rows(session, selected, ranges, own_arrivals):
        write = session.write
        session.write = lambda data: write(re.sub(rb"FETCH \(UID \d+ FLAGS", b"FETCH (FLAGS", data))
        try:
            await original(session, selected, ranges, own_arrivals)
        finally:
            del session.write

    module._report_rows = report_rows


DEFECT = Defect(
    name="imap_flag_news_without_uid",
    summary="news of flags has no UID",
    requirements=("RFC5465:5.1-1", "RFC7162:3.2.4-51"),
    apply=apply,
)

"""Flags of a new message are told before EXISTS says that it is there.

Cyrus at FastMail did so while mail was copied in (cyrus-imapd issue 1967).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module._report_rows

    async def report_rows(session, selected, ranges, own_arrivals):
        write = session.write
        lines: list[bytes] = []
        session.write = lines.append
        try:
            await original(session, selected, ranges, own_arrivals)
        finally:
            del session.write
        if any(line.endswith(b" EXISTS\r\n") for line in lines):
            write(b"* %d FETCH (FLAGS ())\r\n" % len(selected.numbering))
        write(b"".join(lines))

    module._report_rows = report_rows


DEFECT = Defect(
    name="imap_fetch_before_exists",
    summary="FETCH names a message before EXISTS",
    requirements=("RFC9051:7.5.2-54", "RFC9051:6.1.2-2"),
    apply=apply,
)

"""MAILBOXID is made of the name: after RENAME it is another mailbox, and a new one of the old name is the old one."""

import re
import zlib

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command


def apply(server: Server) -> None:
    for name in (b"SELECT", b"EXAMINE", b"STATUS"):
        wrap_command(server, name, _wrapper)


async def _wrapper(run, session, line):
    write = session.write
    mark = b"F%d" % zlib.crc32(line.text.split(b"(")[0].strip().strip(b'"'))
    session.write = lambda data: write(re.sub(rb"MAILBOXID \(F[0-9A-Za-z]+\)", b"MAILBOXID (%b)" % mark, data))
    try:
        return await run(session, line)
    finally:
        del session.write


DEFECT = Defect(
    name="imap_mailboxid_of_the_name",
    summary="MAILBOXID depends on the name",
    requirements=("RFC8474:4-3", "RFC8474:4-2"),
    apply=apply,
)

"""The transaction is still there after its message: the next MAIL is refused.

EventMachine's server did so until 2012 (eventmachine pull request 351).
"""

from dataclasses import replace
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.transaction import Transaction


def apply(server: Server) -> None:
    table = cast("dict[bytes, Any]", server.smtp.commands)
    original = table[b"DATA"].run

    async def data(session, line):
        before = session.transaction
        reply = await original(session, line)
        if before is not None and session.transaction is None:
            session.transaction = Transaction(before.mail, list(before.recipients))
        return reply

    table[b"DATA"] = replace(table[b"DATA"], run=data)


DEFECT = Defect(
    name="smtp_state_survives_message",
    summary="the end of data leaves the transaction open",
    requirements=("RFC5321:4.1.1.4-3", "RFC5321:4.1.1.2-2"),
    apply=apply,
)

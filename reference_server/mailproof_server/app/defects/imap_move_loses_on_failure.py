"""MOVE to a mailbox that does not exist removes the messages all the same.

Of a MOVE that is COPY, STORE and EXPUNGE, where nobody looks at how COPY ended.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.model.item import Flag, FlagAction, Flags

DELETED = Flags(Flag.DELETED)


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        reply = await run(session, line)
        if reply.status == b"NO" and not session.open_folder.read_only:
            folder_id = session.open_folder.folder_id
            every = [(uid, uid) for uid in session.open_folder.numbering.uids]
            await session.services.messages.set_flags(session.signed_in, folder_id, every, FlagAction.ADD, DELETED)
            await session.services.messages.expunge(session.signed_in, folder_id, every)
        return reply

    wrap_command(server, b"MOVE", wrapper)


DEFECT = Defect(
    name="imap_move_loses_on_failure",
    summary="a failed MOVE removes the messages",
    requirements=("RFC9051:6.4.8-5",),
    apply=apply,
)

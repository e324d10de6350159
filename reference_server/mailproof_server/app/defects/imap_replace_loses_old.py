"""REPLACE into a mailbox that does not exist removes the old message: the draft is gone."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import change_command, wrap_command
from mailproof_server.model.item import Flag, FlagAction, Flags


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        reply = await run(session, line)
        if reply.status == b"NO":
            await _remove_last(session)
        return reply

    wrap_command(server, b"REPLACE", wrapper)
    change_command(server, b"REPLACE", gate=None)


async def _remove_last(session) -> None:
    folder_id, uid = session.open_folder.folder_id, session.open_folder.numbering.last_uid
    deleted = Flags(Flag.DELETED)
    await session.services.messages.set_flags(session.signed_in, folder_id, [(uid, uid)], FlagAction.ADD, deleted)
    await session.services.messages.expunge(session.signed_in, folder_id, [(uid, uid)])


DEFECT = Defect(
    name="imap_replace_loses_old",
    summary="a failed REPLACE removes the old message",
    requirements=("RFC8508:3.4-3", "RFC8508:3.4-5"),
    apply=apply,
)

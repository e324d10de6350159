"""A wrong password ends the connection at once."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import wrap_command
from mailproof_server.model.errors import Refusal


def apply(server: Server) -> None:
    async def wrapper(run, session, line):
        try:
            return await run(session, line)
        except Refusal:
            session.say_bye(b"Go away")
            raise

    for name in (b"LOGIN", b"AUTHENTICATE"):
        wrap_command(server, name, wrapper)


DEFECT = Defect(
    name="imap_auth_failure_drops",
    summary="a failed sign-in closes the connection",
    requirements=("RFC9051:6.2.2-6",),
    apply=apply,
)

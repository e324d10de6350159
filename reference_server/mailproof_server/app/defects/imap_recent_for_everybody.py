"""Recent told to every session: new-mail notices on each device, each time."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def enter(principal, owner, path, *, claim_recent):
            return await original(principal, owner, path, claim_recent=False)

        return enter

    replace_method(folders, "enter", make)


DEFECT = Defect(
    name="imap_recent_for_everybody",
    summary="Recent is told to later sessions too",
    requirements=("RFC3501:2.3.2-1",),
    apply=apply,
)

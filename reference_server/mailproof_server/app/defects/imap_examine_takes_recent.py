"""EXAMINE takes \\Recent away from the session that opens the mailbox next."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def enter(principal, owner, path, *, claim_recent):
            return await original(principal, owner, path, claim_recent=True)

        return enter

    replace_method(server.services.folders, "enter", make)


DEFECT = Defect(
    name="imap_examine_takes_recent",
    summary="EXAMINE claims recent messages",
    requirements=("RFC3501:6.3.2-1",),
    apply=apply,
)

"""UID EXPUNGE that expunges everything marked."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def expunge(principal, folder_id, ranges=None):
            return await original(principal, folder_id)

        return expunge

    replace_method(messages, "expunge", make)


DEFECT = Defect(
    name="imap_uid_expunge_ignores_set",
    summary="UID EXPUNGE ignores its set",
    requirements=("RFC9051:6.4.9-1",),
    apply=apply,
)

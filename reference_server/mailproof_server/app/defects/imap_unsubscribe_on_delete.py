"""DELETE that takes the name off the list of subscriptions."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    folders = server.services.folders

    def make(original):
        async def remove(principal, owner, path):
            await original(principal, owner, path)
            await folders.subscribe(principal, owner, path, subscribed=False)

        return remove

    replace_method(folders, "remove", make)


DEFECT = Defect(
    name="imap_unsubscribe_on_delete",
    summary="a deleted folder is unsubscribed",
    requirements=("RFC3501:6.3.6-2",),
    apply=apply,
)

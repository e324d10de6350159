"""What a guest stores counts against the guest's own quota."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.services.quota import require_room


def apply(server: Server) -> None:
    services = server.services

    def make(original):
        async def can_append(principal, folder_id, size_bytes):
            await services.store.read(lambda view: require_room(view, principal.account_id, size_bytes))
            await original(principal, folder_id, size_bytes)

        return can_append

    replace_method(services.messages, "can_append", make)


DEFECT = Defect(
    name="sharing_guest_pays",
    summary="the quota of the one who stores is asked",
    requirements=("SHARING:FOLD10-4",),
    apply=apply,
)

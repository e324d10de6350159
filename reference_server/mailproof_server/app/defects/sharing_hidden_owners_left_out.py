"""Other users are listed from the address book, in which hidden ones are not."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def shared_accounts(principal):
            return [entry for entry in await original(principal) if not entry.hidden]

        return shared_accounts

    replace_method(server.services.folders, "shared_accounts", make)


DEFECT = Defect(
    name="sharing_hidden_owners_left_out",
    summary="a hidden owner's folders are not listed",
    requirements=("SHARING:FOLD10-1",),
    apply=apply,
)

"""EXPUNGE by a number that has shifted meanwhile: the neighbour goes, too."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(4)

    def make(original):
        async def expunge(principal, folder_id, ranges=None):
            gone = await original(principal, folder_id, ranges)
            if gone and is_due():
                after = [(gone[-1] + 1, gone[-1] + 1)]
                await server.store.write(
                    lambda transaction: transaction.remove_items(folder_id, after, only_deleted=False)
                )
            return gone

        return expunge

    replace_method(server.services.messages, "expunge", make)


DEFECT = Defect(
    name="load_expunge_takes_neighbour",
    summary="every fourth EXPUNGE removes the next message as well",
    requirements=("RFC9051:6.4.3-2", "RFC4315:2.1-1"),
    apply=apply,
)

"""OK before the commit: when the batch fails, the message is gone."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(20)

    def make(original):
        async def append(principal, folder_id, incoming):
            placement = await original(principal, folder_id, incoming)
            if is_due():
                ranges = [(uid, uid) for uid in placement.uids]
                await server.store.write(
                    lambda transaction: transaction.remove_items(folder_id, ranges, only_deleted=False)
                )
            return placement

        return append

    replace_method(server.services.messages, "append", make)


DEFECT = Defect(
    name="load_append_lost",
    summary="every twentieth APPEND is answered by OK and lost",
    requirements=("RFC9051:6.3.12-1",),
    apply=apply,
)

"""One message that fails UNCHANGEDSINCE makes the STORE fail for all of the set."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.store.base import FlagOutcome


def apply(server: Server) -> None:
    messages = server.services.messages

    def make(original):
        async def set_flags(principal, folder_id, ranges, action, flags, unchanged_since=None):
            if unchanged_since is not None:
                rows = await messages.flag_rows(principal, folder_id, ranges)
                if any(row[3] > unchanged_since for row in rows):
                    return FlagOutcome((), tuple(row[0] for row in rows), None)
            return await original(principal, folder_id, ranges, action, flags, unchanged_since)

        return set_flags

    replace_method(messages, "set_flags", make)


DEFECT = Defect(
    name="imap_unchangedsince_all_or_none",
    summary="a conditional STORE fails for the whole set",
    requirements=("RFC7162:3.1.3-4",),
    apply=apply,
)

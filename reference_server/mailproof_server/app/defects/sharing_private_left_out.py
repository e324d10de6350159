"""Private messages are blank for guests."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def _is_private(values):
    return any(isinstance(value, bytes) and b"\r\nSensitivity: Private\r\n" in value for value in values)


def apply(server: Server) -> None:
    def make(original):
        async def stored(principal, folder_id, ranges, columns):
            blank = tuple(b"" if column == "data" else None for column in columns)
            return [
                (uid, content_id, blank if _is_private(values) else values)
                for uid, content_id, values in await original(principal, folder_id, ranges, columns)
            ]

        return stored

    replace_method(server.services.messages, "stored", make)


DEFECT = Defect(
    name="sharing_private_left_out",
    summary="a guest reads private messages without their content",
    requirements=("SHARING:FOLD09-1",),
    apply=apply,
)

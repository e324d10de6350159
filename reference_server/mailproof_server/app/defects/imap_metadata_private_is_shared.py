"""/private entries are seen by everybody."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.store.sqlite import folders as module


def apply(_server: Server) -> None:
    module._PRIVATE = "/nobody/"


DEFECT = Defect(
    name="imap_metadata_private_is_shared",
    summary="private entries are visible to others",
    requirements=("RFC5464:3.3-1",),
    apply=apply,
)

"""SORT SUBJECT by the subject as it stands: "Re:" and list tags part what belongs together."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import digest as module


def apply(_server: Server) -> None:
    module.base_subject = lambda text: (text, False)


DEFECT = Defect(
    name="imap_sort_subject_raw",
    summary="SORT does not take the base subject",
    requirements=("RFC5256:2.1-1",),
    apply=apply,
)

"""THREAD REFERENCES that leaves out the step of equal subjects (RFC 5256 3, step 5).

It is what the algorithm REFS does on purpose; servers that offer it as REFERENCES do it wrong.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.threads import _References


def apply(_server: Server) -> None:
    _References._merge_subjects = lambda _self: None


DEFECT = Defect(
    name="imap_thread_subjects_apart",
    summary="threads of one subject are not joined",
    requirements=("RFC5256:3-13",),
    apply=apply,
)

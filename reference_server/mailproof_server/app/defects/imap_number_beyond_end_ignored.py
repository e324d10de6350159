"""A sequence number beyond the last message is passed over with OK."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.sequence import SequenceSet


def apply(_server: Server) -> None:
    SequenceSet.exceeds = lambda _self, _maximum: False  # type: ignore[method-assign]


DEFECT = Defect(
    name="imap_number_beyond_end_ignored",
    summary="numbers beyond EXISTS are accepted",
    requirements=("RFC9051:9-2",),
    apply=apply,
)

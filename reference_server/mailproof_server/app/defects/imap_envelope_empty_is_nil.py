"""An empty Subject is told as NIL, as if there were none.

Of servers that keep "" and NULL in one column, as some databases do.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    original = module.nstring
    module.nstring = lambda value: original(value or None)


DEFECT = Defect(
    name="imap_envelope_empty_is_nil",
    summary="empty fields of the envelope are NIL",
    requirements=("RFC9051:7.5.2-3",),
    apply=apply,
)

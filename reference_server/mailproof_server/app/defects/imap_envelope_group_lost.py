"""A group of addresses told as its members alone, so that an empty group is nobody.

Cyrus 2.3 mixed up several groups of one field (cyrus-imapd issue 996, Bugzilla 3043).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    module._group = lambda group: b"".join(module._address(member) for member in group.members)


DEFECT = Defect(
    name="imap_envelope_group_lost",
    summary="groups of the envelope lose their markers",
    requirements=("RFC9051:7.5.2-1",),
    apply=apply,
)

"""BODY[n.MIME] is the header of the whole message."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import section as module


def apply(_server: Server) -> None:
    original = module.locate

    def locate(root, numbers, kind=module.WHOLE):
        return original(root, (), module.HEADER) if kind == module.MIME else original(root, numbers, kind)

    module.locate = locate


DEFECT = Defect(
    name="imap_section_mime_empty",
    summary="the MIME header of a part is that of the message",
    requirements=("RFC9051:6.4.5.1-1",),
    apply=apply,
)

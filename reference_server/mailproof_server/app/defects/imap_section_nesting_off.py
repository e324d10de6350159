"""Parts of an attached message are counted as if the message were one more level: attachments of it come out wrong.

hMailServer gives wrong parts of a message/rfc822 part (hmailserver issue 459).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import section as module


def apply(_server: Server) -> None:
    original = module.find_part

    def find_part(root, numbers):
        for length in range(1, len(numbers)):
            part = original(root, numbers[:length])
            if part is not None and part.embedded is not None and numbers[length] != 1:
                return None
        return original(root, numbers)

    module.find_part = find_part


DEFECT = Defect(
    name="imap_section_nesting_off",
    summary="parts of an attached message are not found",
    requirements=("RFC9051:6.4.5.1-1",),
    apply=apply,
)

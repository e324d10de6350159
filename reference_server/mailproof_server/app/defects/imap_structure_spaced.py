"""A space between the parts of a multipart, where the grammar has none.

The sibling of what GreenMail did with addresses (greenmail pull request 871).
"""

import itertools

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.mime import imap_form as module


def apply(_server: Server) -> None:
    original = module.bodies

    def bodies(data, part):
        basic, extended = original(data, part)
        if not part.children:
            return basic, extended
        inner = [bodies(data, child) for child in part.children]
        for before, after in itertools.pairwise(inner):
            basic = basic.replace(before[0] + after[0], before[0] + b" " + after[0])
            extended = extended.replace(before[1] + after[1], before[1] + b" " + after[1])
        return basic, extended

    module.bodies = bodies


DEFECT = Defect(
    name="imap_structure_spaced",
    summary="there is a space between body parts",
    requirements=("RFC9051:9-51", "RFC9051:7.5.2-52", "RFC9051:7.5.2-7"),
    apply=apply,
)

"""A text part is described without its number of lines.

Sora wrote NIL there, which cost clients the whole FETCH response (migadu/sora pull request 82, migadu/alps 45).
"""

import re
from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._contents import replace_summary

_TEXT = re.compile(rb'(\("TEXT" "[A-Z]+" (?:NIL|\([^()]*\)) \S+ \S+ "[^"]*" \d+) \d+')


def apply(server: Server) -> None:
    def change(found):
        return replace(
            found,
            body=_TEXT.sub(rb"\1 NIL", found.body),
            body_structure=_TEXT.sub(rb"\1 NIL", found.body_structure),
        )

    replace_summary(server, change)


DEFECT = Defect(
    name="imap_structure_lines_missing",
    summary="the lines of a text part are NIL",
    requirements=("RFC9051:7.5.2-52", "RFC9051:7.5.2-6"),
    apply=apply,
)

"""The header is written anew, each field on one line: signatures over it break.

Of servers that parse a message and print what they have parsed.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def submit(principal, envelope, data):
            header, blank, body = data.partition(b"\r\n\r\n")
            return await original(principal, envelope, re.sub(rb"\r\n[ \t]+", b" ", header) + blank + body)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="smtp_header_refolded",
    summary="folded fields are unfolded",
    requirements=("RFC5321:4.5.2-2",),
    apply=apply,
)

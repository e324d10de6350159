"""A partial fetch that begins one octet late."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(
        server,
        b"FETCH",
        lambda data: re.sub(
            rb"(BODY\[[^\]]*\]<\d+> \{\d+\}\r\n)(.)(.*)\)\r\n\Z", rb"\1\3\2)\r\n", data, flags=re.DOTALL
        ),
    )


DEFECT = Defect(
    name="imap_partial_off_by_one",
    summary="BODY[]<n.m> is shifted by one octet",
    requirements=("RFC9051:6.4.5-5",),
    apply=apply,
)

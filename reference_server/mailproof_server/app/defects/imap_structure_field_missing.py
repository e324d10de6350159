"""A text part without a Content-Type is described with one NIL too few.

DBMail did so until 2020 (dbmail issue 23, pull request 28): Java clients found no body at all.
"""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._contents import replace_summary

_DEFAULTED = b'("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL '


def apply(server: Server) -> None:
    def change(found):
        return replace(found, body_structure=found.body_structure.replace(_DEFAULTED, _DEFAULTED.removesuffix(b"NIL ")))

    replace_summary(server, change)


DEFECT = Defect(
    name="imap_structure_field_missing",
    summary="a field is missing where Content-Type is",
    requirements=("RFC9051:7.5.2-52", "RFC9051:7.5.2-6"),
    apply=apply,
)

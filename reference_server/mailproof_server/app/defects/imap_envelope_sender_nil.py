"""ENVELOPE without the default of sender and reply-to: NIL where From should stand."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._contents import replace_summary, without_defaults


def apply(server: Server) -> None:
    replace_summary(server, lambda found: replace(found, envelope=without_defaults(found.envelope)))


DEFECT = Defect(
    name="imap_envelope_sender_nil",
    summary="sender and reply-to do not default to from",
    requirements=("RFC9051:7.5.2-2",),
    apply=apply,
)

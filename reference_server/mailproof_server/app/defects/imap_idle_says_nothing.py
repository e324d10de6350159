"""IDLE that tells nothing until it ends."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    replace_method(server.services.changes, "watch", lambda _original: lambda _owner, _wake: lambda: None)


DEFECT = Defect(
    name="imap_idle_says_nothing",
    summary="nothing is pushed during IDLE",
    requirements=("RFC2177:3-3", "RFC2177:3-4"),
    apply=apply,
)

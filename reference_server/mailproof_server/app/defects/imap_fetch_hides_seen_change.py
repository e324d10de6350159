"""FETCH sets Seen and does not tell: the client's flags go stale."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.fetching import Plan


def apply(_server: Server) -> None:
    Plan.with_flags = lambda _self: None  # type: ignore[method-assign]


DEFECT = Defect(
    name="imap_fetch_hides_seen_change",
    summary="flags changed by FETCH are not told",
    requirements=("RFC9051:6.4.5-3",),
    apply=apply,
)

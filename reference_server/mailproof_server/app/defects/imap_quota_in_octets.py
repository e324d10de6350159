"""QUOTA counts STORAGE in octets, where the unit is 1024 of them: users seem to hold a thousand times as much."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import quota as module


def apply(_server: Server) -> None:
    module.STORAGE_UNIT_BYTES = 1


DEFECT = Defect(
    name="imap_quota_in_octets",
    summary="STORAGE is counted in octets",
    requirements=("RFC9208:5.1-1", "RFC9208:4.1.1-1"),
    apply=apply,
)

"""CREATE takes any special use, and keeps what nobody knows."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import create as module


class _Anything(dict[bytes, str]):
    def __contains__(self, use):
        return True

    def __missing__(self, use):
        return use.decode("ascii")


def apply(_server: Server) -> None:
    module.USES = _Anything(module.USES)


DEFECT = Defect(
    name="imap_special_use_any",
    summary="unknown special uses are taken",
    requirements=("RFC6154:3-2", "RFC6154:3-3"),
    apply=apply,
)

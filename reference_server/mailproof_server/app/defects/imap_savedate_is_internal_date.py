"""SAVEDATE is the internal date, so that what was filed yesterday looks as old as it is."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.fetching import Plan


def apply(_server: Server) -> None:
    original = Plan._attribute

    def attribute(self, name):
        if name != b"SAVEDATE":
            return original(self, name)
        internal = original(self, b"INTERNALDATE")
        return lambda message: internal(message).replace(b"INTERNALDATE", b"SAVEDATE")

    Plan._attribute = attribute


DEFECT = Defect(
    name="imap_savedate_is_internal_date",
    summary="SAVEDATE is INTERNALDATE",
    requirements=("RFC8514:3-1",),
    apply=apply,
)

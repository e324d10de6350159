"""A copy has an EMAILID of its own: clients fetch again what they have."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.fetching import Plan


def apply(_server: Server) -> None:
    original = Plan._attribute

    def attribute(self, name):
        if name == b"EMAILID":
            return lambda message: b"EMAILID (M%d)" % message.row.id
        return original(self, name)

    Plan._attribute = attribute


DEFECT = Defect(
    name="imap_emailid_of_the_copy",
    summary="EMAILID differs between copies",
    requirements=("RFC8474:5.1-2",),
    apply=apply,
)

"""A member without room is left out, and the sender is not told."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import delivery as module


def apply(_server: Server) -> None:
    outcomes = module._outcomes

    def silent(recipient, resolution, fits):
        found = outcomes(recipient, resolution, fits)
        return [each for each in found if not each.final_address] or found

    module._outcomes = silent


DEFECT = Defect(
    name="address_full_member_silent",
    summary="nobody hears of a full mailbox in a group",
    requirements=("ADDRESSES:MAIL18-5",),
    apply=apply,
)

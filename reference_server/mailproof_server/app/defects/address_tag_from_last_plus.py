"""user+a+b@ is looked for at user+a@."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.addresses import MailAddress


def apply(_server: Server) -> None:
    def base(self):
        user, plus, _ = self.local.rpartition("+")
        return f"{user}@{self.domain}" if plus and user else None

    MailAddress.base = property(base)


DEFECT = Defect(
    name="address_tag_from_last_plus",
    summary="the tag begins at the last plus sign",
    requirements=("ADDRESSES:ADDR04-1",),
    apply=apply,
)

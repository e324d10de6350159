"""An authorisation identity of somebody else is passed over."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    credentials = server.services.credentials

    def make(original):
        async def authenticate(login, password, *, protocol, address, authorize=""):
            return await original(login, password, protocol=protocol, address=address)

        return authenticate

    replace_method(credentials, "authenticate", make)


DEFECT = Defect(
    name="imap_authzid_ignored",
    summary="the authorisation identity is ignored",
    requirements=("RFC9051:6.2.2-8", "RFC4616:2-3"),
    apply=apply,
)

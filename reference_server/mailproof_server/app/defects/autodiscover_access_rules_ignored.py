"""Access-control rules about AutoDiscover are not obeyed."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method

_OTHER = {"autodiscover": "ews"}


def apply(server: Server) -> None:
    def make(original):
        async def authenticate(login, password, *, protocol, **options):
            return await original(
                login, password, protocol="ews" if protocol == "autodiscover" else protocol, **options
            )

        return authenticate

    replace_method(server.services.credentials, "authenticate", make)


DEFECT = Defect(
    name="autodiscover_access_rules_ignored",
    summary="access-control rules about AutoDiscover are not obeyed",
    requirements=("AUTODISCOVER:SIGNIN-6",),
    apply=apply,
)

"""Mozilla autoconfig is answered for every domain."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import autodiscover
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import NotFound


def apply(server: Server) -> None:
    lookup = autodiscover(server).lookup

    def make(original):
        async def of_domain(domain):
            try:
                return await original(domain)
            except NotFound:
                return await original(await lookup.default_domain())

        return of_domain

    replace_method(lookup, "of_domain", make)


DEFECT = Defect(
    name="autodiscover_any_domain_is_ours",
    summary="Mozilla autoconfig is answered for every domain",
    requirements=("AUTODISCOVER:AUTOCONFIG-3",),
    apply=apply,
)

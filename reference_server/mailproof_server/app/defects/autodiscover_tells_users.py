"""A refusal of AutoDiscover tells whether the name exists."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import NotAuthenticated, NotFound


def apply(server: Server) -> None:
    def make(original):
        async def authenticate(login, password, **options):
            try:
                return await original(login, password, **options)
            except NotAuthenticated:
                try:
                    await server.services.directory.entry_by_address(login.lower())
                except NotFound:
                    raise NotAuthenticated("No such user") from None
                raise

        return authenticate

    replace_method(server.services.credentials, "authenticate", make)


DEFECT = Defect(
    name="autodiscover_tells_users",
    summary="a refusal of AutoDiscover tells whether the name exists",
    requirements=("AUTODISCOVER:SIGNIN-4",),
    apply=apply,
)

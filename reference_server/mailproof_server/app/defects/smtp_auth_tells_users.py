"""A sign-in with an unknown name is refused in other words than one with a wrong password."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.errors import NotAuthenticated, NotFound


def apply(server: Server) -> None:
    services = server.services

    def make(original):
        async def authenticate(login, password, **options):
            try:
                return await original(login, password, **options)
            except NotAuthenticated:
                try:
                    await services.directory.entry_by_address(login.lower())
                except NotFound:
                    raise NotFound("No such user") from None
                raise

        return authenticate

    replace_method(services.credentials, "authenticate", make)


DEFECT = Defect(
    name="smtp_auth_tells_users",
    summary="a refusal tells whether the user exists",
    requirements=("RFC4954:9-1",),
    apply=apply,
)

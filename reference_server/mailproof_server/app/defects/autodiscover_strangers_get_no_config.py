"""Mozilla autoconfig asks to sign in."""

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import AUTOCONFIG, Handler, wrap


async def wrapper(handler: Handler, request: Request) -> Response:
    if "authorization" in request.headers:
        return await handler(request)
    return Response("Sign in", status_code=401, headers={"WWW-Authenticate": 'Basic realm="config"'})


def apply(server: Server) -> None:
    wrap(server, AUTOCONFIG, wrapper)


DEFECT = Defect(
    name="autodiscover_strangers_get_no_config",
    summary="Mozilla autoconfig asks to sign in",
    requirements=("AUTODISCOVER:AUTOCONFIG-1",),
    apply=apply,
)

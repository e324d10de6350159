"""A stranger is forbidden instead of asked to sign in."""

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, Handler, wrap


async def wrapper(handler: Handler, request: Request) -> Response:
    if "authorization" not in request.headers:
        return Response("Forbidden", status_code=403)
    return await handler(request)


def apply(server: Server) -> None:
    wrap(server, POX, wrapper)


DEFECT = Defect(
    name="autodiscover_403_for_strangers",
    summary="a stranger is forbidden instead of asked to sign in",
    requirements=("AUTODISCOVER:SIGNIN-1",),
    apply=apply,
)

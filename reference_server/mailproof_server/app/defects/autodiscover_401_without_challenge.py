"""A 401 does not tell the scheme."""

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, Handler, wrap
from mailproof_server.model.errors import NotAuthenticated


async def wrapper(handler: Handler, request: Request) -> Response:
    try:
        return await handler(request)
    except NotAuthenticated:
        return Response("Sign in", status_code=401)


def apply(server: Server) -> None:
    wrap(server, POX, wrapper)


DEFECT = Defect(
    name="autodiscover_401_without_challenge",
    summary="a 401 does not tell the scheme",
    requirements=("AUTODISCOVER:HTTP-52", "AUTODISCOVER:SIGNIN-1"),
    apply=apply,
)

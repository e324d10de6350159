"""How defects get at AutoDiscover: what a path answers, and what it is asked."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.protocols.autodiscover.endpoint import AutodiscoverServer

POX = "/autodiscover/autodiscover.xml"
SVC = "/autodiscover/autodiscover.svc"
JSON = "/autodiscover/autodiscover.json"
AUTOCONFIG = "/mail/config-v1.1.xml"
APPLE = "/email.mobileconfig"
Handler = Callable[[Request], Awaitable[Response]]


def autodiscover(server: Server) -> AutodiscoverServer:
    """The built application."""
    return next(each.app for each in server.site.endpoints if isinstance(each.app, AutodiscoverServer))


def wrap(server: Server, path: str, wrapper: Callable[[Handler, Request], Awaitable[Response]]) -> None:
    """Let `wrapper(handler, request)` stand in for the handler of a path."""
    app = autodiscover(server)
    original = app.handlers[path]

    async def stand_in(request: Request) -> Response:
        return await wrapper(original, request)

    app.handlers[path] = stand_in


def rewrite(server: Server, path: str, change: Callable[[bytes, bytes], bytes]) -> None:
    """Send every body that a path answers with 200 through `change(body, request's body)`."""

    async def wrapper(handler: Handler, request: Request) -> Response:
        asked = await request.body()
        made = await handler(request)
        if made.status_code != 200:
            return made
        return Response(change(bytes(made.body), asked), media_type=made.headers["content-type"])

    wrap(server, path, wrapper)

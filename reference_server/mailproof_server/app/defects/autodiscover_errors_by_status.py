"""Errors are statuses of HTTP."""

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, Handler, wrap


async def wrapper(handler: Handler, request: Request) -> Response:
    made = await handler(request)
    return Response("Not found", status_code=404) if b"<ErrorCode>" in bytes(made.body) else made


def apply(server: Server) -> None:
    wrap(server, POX, wrapper)


DEFECT = Defect(
    name="autodiscover_errors_by_status",
    summary="errors are statuses of HTTP",
    requirements=("MS-OXDSCLI:3.2.5-14", "MS-OXDSCLI:3.2.5-10"),
    apply=apply,
)

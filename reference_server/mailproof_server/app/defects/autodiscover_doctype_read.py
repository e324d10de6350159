"""A document type declaration is read and its entities are expanded."""

import re

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, Handler, wrap

_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(\[.*?\])?>", re.DOTALL)


async def wrapper(handler: Handler, request: Request) -> Response:
    body = await request.body()
    request._body = _DOCTYPE.sub(b"", body).replace(b"&e;", b"root:aaaaaaaaaaaaaaaaaaaa@example.test")
    return await handler(request)


def apply(server: Server) -> None:
    wrap(server, POX, wrapper)


DEFECT = Defect(
    name="autodiscover_doctype_read",
    summary="a document type declaration is read and its entities are expanded",
    requirements=("AUTODISCOVER:HOSTILE-1",),
    apply=apply,
)

"""White space around the schema is taken for a part of it."""

from starlette.requests import Request
from starlette.responses import Response

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import POX, Handler, wrap


async def wrapper(handler: Handler, request: Request) -> Response:
    for space in (b" ", b"\n", b"\t"):
        if b"<AcceptableResponseSchema>" + space in await request.body():
            return Response(_NO_PROVIDER, media_type="text/xml")
    return await handler(request)


_NO_PROVIDER = """<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response>
<Error Time="09:00:00" Id="1"><ErrorCode>601</ErrorCode><Message>No provider</Message><DebugData/></Error>
</Response></Autodiscover>"""


def apply(server: Server) -> None:
    wrap(server, POX, wrapper)


DEFECT = Defect(
    name="autodiscover_schema_untrimmed",
    summary="white space around the schema is taken for a part of it",
    requirements=("MS-OXDSCLI:3.2.5-2",),
    apply=apply,
)

"""`/EWS/Exchange.asmx`: sign-in, envelope, version, dispatch, faults (MS-OXWSCORE 2.1, SOAP 1.1 over HTTP)."""

from collections.abc import AsyncIterator, Callable, Iterable

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import NotAuthenticated, Refusal, TooLarge
from mailproof_server.protocols.ews.errors import EwsError, told
from mailproof_server.protocols.ews.limits import EwsLimits
from mailproof_server.protocols.ews.operation import Call, Operation
from mailproof_server.protocols.ews.versions import BUILDS, is_at_least
from mailproof_server.protocols.http.body import read_body
from mailproof_server.protocols.http.errors import answer
from mailproof_server.protocols.http.sign_in import signed_in
from mailproof_server.services.bundle import Services
from mailproof_server.wire.soap.errors import WireError
from mailproof_server.wire.soap.names import Element, local_name
from mailproof_server.wire.soap.parse import Request as SoapRequest
from mailproof_server.wire.soap.parse import parse_request
from mailproof_server.wire.soap.write import envelope, fault

log = structlog.get_logger()
XML = "text/xml; charset=utf-8"
Observe = Callable[[str, str], None]


class EwsServer:
    """The ASGI application of one worker."""

    def __init__(
        self,
        services: Services,
        limits: EwsLimits,
        operations: Iterable[Operation],
        ceiling: str,
        observe: Observe = lambda operation, outcome: None,
    ) -> None:
        """`ceiling`: the newest schema version served, a key of `versions.BUILDS`; `observe(operation, outcome)` is
        called for each answer."""
        self._services = services
        self._limits = limits
        self._ceiling = ceiling
        self._build = BUILDS[ceiling]
        self._observe = observe
        self.operations = {each.name: each for each in operations if is_at_least(ceiling, each.since)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        try:
            # Before anything else: "401 first" is how clients learn which scheme to use.
            principal = await signed_in(request, self._services.credentials, "ews")
            if request.method != "POST":
                return PlainTextResponse("Operations are posted\n", status_code=405, headers={"Allow": "POST"})
            body = await read_body(request, self._limits.request_bytes)
        except (NotAuthenticated, TooLarge) as refusal:
            return answer(refusal)
        except Refusal as refusal:
            return self._fault("", told(refusal))
        name = "?"
        try:
            soap = parse_request(body)
            name = local_name(soap.operation)
            return await self._run(principal, soap, name)
        except WireError as error:
            self._observe(name if name in self.operations else "?", error.code)
            content = fault(error.code, error.message, self._build, line=error.line, position=error.position)
            return Response(content, status_code=500, media_type=XML)
        except (Refusal, EwsError) as problem:
            return self._fault(name, told(problem))
        except Exception:  # a bug: logged once here, and the client is told so
            log.exception("ews_operation_failed", operation=name)
            return self._fault(name, EwsError("ErrorInternalServerError", "An internal server error occurred."))

    async def _run(self, principal: Principal, soap: SoapRequest, name: str) -> Response:
        version = self._version(soap)
        operation = self.operations.get(name)
        if operation is None or not is_at_least(version, operation.since):
            raise WireError("ErrorInvalidRequest", f"{name} is no operation of {version}")
        call = Call(self._services, principal, version, None, self._limits)
        made = await operation.run(call, soap.operation)
        if isinstance(made, Element):
            self._observe(name, "ok")
            return Response(envelope(made, self._build), media_type=XML)
        return StreamingResponse(self._envelopes(name, made), media_type=XML)

    async def _envelopes(self, name: str, stream: AsyncIterator[Element]) -> AsyncIterator[bytes]:
        async for each in stream:
            yield envelope(each, self._build)
        self._observe(name, "ok")

    def _version(self, soap: SoapRequest) -> str:
        """The schema of this exchange. Without a header: the newest. WorkMail's words for what is newer."""
        header = soap.headers.get("RequestServerVersion")
        asked = self._ceiling if header is None else header.get("Version", "")
        if asked not in BUILDS or not is_at_least(self._ceiling, asked):
            raise EwsError("ErrorInvalidServerVersion", "The specified server version is invalid.")
        return asked

    def _fault(self, name: str, error: EwsError) -> Response:
        self._observe(name if name in self.operations else "?", error.code)
        content = fault(error.code, error.message, self._build, values=error.values)
        return Response(content, status_code=500, media_type=XML)

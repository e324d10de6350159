"""The paths of AutoDiscover: sign-in first wherever a person is asked about, then one handler for each dialect."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import NotAuthenticated, NotFound, Refusal, TooLarge, TooManyAttempts
from mailproof_server.protocols.autodiscover import apple, autoconfig, json_v2, pox, soap
from mailproof_server.protocols.autodiscover.config import POX_PATH, AutodiscoverConfig, Regions
from mailproof_server.protocols.autodiscover.errors import (
    BAD_REQUEST,
    INTERNAL,
    AutodiscoverError,
    told,
)
from mailproof_server.protocols.autodiscover.json_v2 import JsonError
from mailproof_server.protocols.autodiscover.markup import XML
from mailproof_server.protocols.autodiscover.settings import Lookup
from mailproof_server.protocols.autodiscover.user_settings import Offer
from mailproof_server.protocols.http.body import read_body
from mailproof_server.protocols.http.errors import answer
from mailproof_server.protocols.http.sign_in import signed_in
from mailproof_server.protocols.http.site import Endpoint
from mailproof_server.services.bundle import Services
from mailproof_server.wire.soap.names import Element

log = structlog.get_logger()
SOAP_PATH = "/autodiscover/autodiscover.svc"
JSON_PATH = "/autodiscover/autodiscover.json"
AUTOCONFIG_PATHS = (
    "/mail/config-v1.1.xml",
    "/.well-known/autoconfig/mail/config-v1.1.xml",
    "/.well-known/mail-v1.xml",
)
APPLE_PATH = "/email.mobileconfig"
Handler = Callable[[Request], Awaitable[Response]]
Observe = Callable[[str, str], None]


class AutodiscoverServer:
    """The ASGI application of every path of one worker."""

    def __init__(
        self,
        services: Services,
        config: AutodiscoverConfig,
        regions: Regions,
        offer: Offer,
        host: str,
        observe: Observe = lambda dialect, outcome: None,
    ) -> None:
        """`host`: the server's name; `observe(dialect, outcome)` is called for each answer: "ok" or an error's code."""
        self._services = services
        self._config = config
        self._offer = offer
        self._host = host
        self._observe = observe
        self.lookup = Lookup(services, regions)
        self.handlers: dict[str, Handler] = {
            POX_PATH: self._pox,
            SOAP_PATH: self._soap,
            JSON_PATH: self._json,
            **dict.fromkeys(AUTOCONFIG_PATHS, self._autoconfig),
            APPLE_PATH: self._apple,
        }
        """By path, in small letters."""

    def endpoints(self) -> tuple[Endpoint, ...]:
        """For the site; the first one is what a target profile names."""
        return tuple(
            Endpoint("autodiscover" if path == POX_PATH else "", path, self, whole_tree=path == JSON_PATH)
            for path in self.handlers
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].lower()
        handler = self.handlers.get(path) or self.handlers[JSON_PATH]
        try:
            response = await handler(Request(scope, receive))
        except Refusal as refusal:
            response = answer(refusal)
        await response(scope, receive, send)

    # -- POX -----------------------------------------------------------------------------------------------------------

    async def _pox(self, request: Request) -> Response:
        principal = await self._principal(request)
        if request.method not in ("GET", "HEAD", "POST"):
            return _not_allowed("GET, HEAD, POST")
        try:
            if request.method != "POST":
                # What a browser gets: nothing was asked, so the request is invalid, and HTTP is satisfied.
                raise AutodiscoverError(
                    BAD_REQUEST, "InvalidRequest", "Invalid Request: settings are asked for by POST"
                )
            return await self._pox_settings(principal, await self._body(request))
        except AutodiscoverError as problem:
            return self._pox_error(problem)
        except (TooLarge, TooManyAttempts):
            raise
        except Refusal as refusal:
            return self._pox_error(told(refusal))
        except Exception:  # a bug: logged once here, and the client is told so
            log.exception("autodiscover_failed", dialect="pox")
            return self._pox_error(AutodiscoverError(INTERNAL, "InternalServerError", "Internal error"))

    async def _pox_settings(self, principal: Principal, body: bytes) -> Response:
        asked = pox.parse(body)
        try:
            facts = await self.lookup.facts(principal, asked.asked)
        except (Refusal, AutodiscoverError) as refusal:
            problem = told(refusal)
            if asked.schema != pox.MOBILE:
                raise problem from refusal
            self._observe("mobilesync", str(problem.pox))
            return Response(pox.mobile_error(problem, asked.asked), media_type=XML)
        self._observe("mobilesync" if asked.schema == pox.MOBILE else "outlook", "ok")
        return Response(pox.settings(facts, asked.schema, self._config.ttl_hours), media_type=XML)

    def _pox_error(self, problem: AutodiscoverError) -> Response:
        """MS-OXDSCLI 3.2.5: errors of AutoDiscover are contents of a successful answer of HTTP."""
        self._observe("outlook", str(problem.pox))
        return Response(pox.error(problem, at=self._services.clock.now(), server=self._host), media_type=XML)

    # -- SOAP ----------------------------------------------------------------------------------------------------------

    async def _soap(self, request: Request) -> Response:
        principal = await self._principal(request)
        if request.method != "POST":
            return _not_allowed("POST")
        try:
            operation, message = await self._soap_message(principal, await self._body(request))
        except soap.SoapFaultError as fault:
            self._observe("soap", fault.code)
            return Response(soap.fault(fault, self._offer.version), status_code=500, media_type=XML)
        except Exception as error:
            if isinstance(error, Refusal):
                raise
            log.exception("autodiscover_failed", dialect="soap")
            internal = soap.SoapFaultError("s:Server", "Internal error")
            return Response(soap.fault(internal, self._offer.version), status_code=500, media_type=XML)
        return Response(soap.envelope(message, operation, self._offer.version), media_type=XML)

    async def _soap_message(self, principal: Principal, body: bytes) -> tuple[str, Element]:
        try:
            asked = soap.parse(body, self._config.users_per_request)
        except soap.IncompleteRequestError as problem:
            self._observe("soap", problem.soap)
            return problem.operation, soap.refusal(problem.operation, problem)
        self._observe("soap", "ok")
        return asked.operation, await soap.answer(
            asked, self._offer, lambda name: self.lookup.facts(principal, name), self.lookup.of_domain
        )

    # -- for whoever asks ----------------------------------------------------------------------------------------------

    async def _json(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _not_allowed("GET, HEAD")
        given = {name.lower(): value for name, value in request.query_params.items()}
        # /autodiscover.json/v1.0/ADDRESS is the other way to name somebody.
        rest = request.url.path[len(JSON_PATH) :].strip("/").split("/")
        address = rest[1] if len(rest) == 2 and rest[0].lower() == "v1.0" else given.get("email", "")
        try:
            if rest != [""] and len(rest) != 2:
                raise JsonError(HTTPStatus.NOT_FOUND, "NotFound", "There is nothing at this path")
            domain = json_v2.domain_of(address.strip())
            protocol = json_v2.protocol_of(given.get("protocol", ""))
            try:
                endpoints = await self.lookup.of_domain(domain)
            except NotFound as refusal:
                raise JsonError(HTTPStatus.NOT_FOUND, "UserNotFound", refusal.text) from refusal
        except JsonError as problem:
            self._observe("json", problem.code)
            return Response(json_v2.error(problem), problem.status, media_type="application/json")
        self._observe("json", "ok")
        return Response(json_v2.settings(protocol, endpoints), media_type="application/json")

    async def _autoconfig(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _not_allowed("GET, HEAD")
        address = request.query_params.get("emailaddress", "")
        domain = address.rpartition("@")[2].strip().lower() or await self.lookup.default_domain()
        content = autoconfig.settings(domain, await self.lookup.of_domain(domain))
        self._observe("autoconfig", "ok")
        return Response(content, media_type=XML)

    async def _apple(self, request: Request) -> Response:
        """For whoever signs in; `email` may name the account by an alias, and nobody else's."""
        principal = await self._principal(request)
        if request.method not in ("GET", "HEAD"):
            return _not_allowed("GET, HEAD")
        kind = request.query_params.get("kind", "mail")
        if kind not in apple.KINDS:
            return PlainTextResponse(f"kind is one of {', '.join(apple.KINDS)}\n", status_code=400)
        try:
            facts = await self.lookup.facts(principal, request.query_params.get("email", principal.address))
        except AutodiscoverError as problem:
            raise NotFound(problem.message) from problem
        if facts.address != principal.address:
            raise NotFound("A profile is for oneself")
        self._observe("apple", "ok")
        disposition = 'attachment; filename="email.mobileconfig"'
        content = apple.settings(facts, kind)
        return Response(content, media_type=apple.CONTENT_TYPE, headers={"Content-Disposition": disposition})

    # -- common --------------------------------------------------------------------------------------------------------

    async def _principal(self, request: Request) -> Principal:
        """Before anything else: whether there is such an address is nothing to tell a stranger."""
        try:
            return await signed_in(request, self._services.credentials, "autodiscover")
        except NotAuthenticated:
            self._observe("sign-in", "401")
            raise

    async def _body(self, request: Request) -> bytes:
        return await read_body(request, self._config.request_bytes)


def _not_allowed(methods: str) -> Response:
    return PlainTextResponse("Not this way\n", status_code=405, headers={"Allow": methods})

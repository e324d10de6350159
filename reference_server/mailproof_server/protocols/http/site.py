"""Which application answers which path; clients write `/EWS/Exchange.asmx` in every letter case, so case is ignored.

RFC 9110 section 4.2.3 makes paths case-sensitive; Exchange's are not, and DavMail and older Outlooks rely on that.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One application and where it is found."""

    name: str
    """Key of a target profile's `[https]` table; empty for what a profile does not list."""
    path: str
    """As it is written for people, e.g. `/EWS/Exchange.asmx`."""
    app: ASGIApp
    whole_tree: bool = False
    """Whether paths below it are the application's as well."""


class Site:
    """The ASGI application of the HTTPS port."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        """Raises ValueError for two endpoints with one path."""
        self.endpoints = tuple(endpoints)
        self._exact: dict[str, ASGIApp] = {}
        self._trees: list[tuple[str, ASGIApp]] = []
        for endpoint in self.endpoints:
            path = endpoint.path.lower()
            if path in self._exact:
                raise ValueError(f"two endpoints answer {endpoint.path}")
            self._exact[path] = endpoint.app
            if endpoint.whole_tree:
                self._trees.append((path.rstrip("/") + "/", endpoint.app))
        self._trees.sort(key=lambda tree: -len(tree[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._find(scope["path"].lower())(scope, receive, send)

    def _find(self, path: str) -> ASGIApp:
        found = self._exact.get(path)
        if found is None:
            found = next((app for prefix, app in self._trees if path.startswith(prefix)), _NOT_FOUND)
        return found


_NOT_FOUND = PlainTextResponse("Not found\n", status_code=404)

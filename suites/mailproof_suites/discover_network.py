"""The real network of `discover`: DNS by dnspython, HTTP by the standard library, certificates verified."""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from dns.rdtypes.IN.SRV import SRV

from mailproof_suites.discover import Answer, LookupFailedError, Srv

_TIMEOUT_S = 8.0
_MOST_OCTETS = 1 << 20


class Internet:
    """DNS and HTTP as they are out there.

    Args:
        resolver: asked for addresses, too, instead of the system (which knows /etc/hosts); None: the system's.
        ca_file: PEM of the authorities to trust; None: the system's.
        ports: where a port really is: `{443: 8443}` for a network in which nobody may listen on 443.
    """

    def __init__(
        self,
        resolver: dns.resolver.Resolver | None = None,
        ca_file: Path | None = None,
        ports: Mapping[int, int] | None = None,
    ) -> None:
        self._resolver = resolver
        self._context = ssl.create_default_context(cafile=ca_file)
        self._ports = ports or {}

    def srv(self, name: str) -> list[Srv]:
        """SRV records of a name."""
        try:
            answers = self._names().resolve(name, "SRV", lifetime=_TIMEOUT_S)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as problem:
            raise LookupFailedError(f"DNS: {problem}") from problem
        records = [cast("SRV", record) for record in answers]
        return [Srv(record.priority, record.weight, record.port, record.target.to_text()) for record in records]

    def get(self, url: str) -> Answer:
        """GET without credentials."""
        return self._request("GET", url, None, {})

    def post(self, url: str, body: bytes, user: str, password: str) -> Answer:
        """POST of XML with Basic credentials, over https only."""
        if not url.startswith("https://"):
            raise LookupFailedError("a password goes over https only")
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        return self._request("POST", url, body, {"Authorization": f"Basic {credentials}", "Content-Type": "text/xml"})

    def _request(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(host, parts.port, timeout=_TIMEOUT_S, context=self._context)
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=_TIMEOUT_S)
        connection._create_connection = self._connect  # type: ignore[attr-defined]  # the one way in that http.client has
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, path, body=body, headers={"User-Agent": "mailproof", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.read(_MOST_OCTETS), response.getheader("Location") or "")
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise LookupFailedError(f"{host}: {problem}") from problem
        finally:
            connection.close()

    def _names(self) -> dns.resolver.Resolver:
        return self._resolver or dns.resolver.get_default_resolver()

    def _connect(self, place: tuple[str, int], timeout: float, source: Any = None) -> socket.socket:
        """As `socket.create_connection`, with our own names and ports."""
        host, port = place
        if self._resolver is not None:
            try:
                host = str(next(iter(self._resolver.resolve_name(host, lifetime=_TIMEOUT_S).addresses())))
            except (dns.exception.DNSException, StopIteration) as problem:
                raise OSError(f"DNS: {problem}") from problem
        return socket.create_connection((host, self._ports.get(port, port)), timeout, source)

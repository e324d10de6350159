"""From an e-mail address to a target profile, the ways that mail clients go (`check --address`).

    SRV records            _imaps._tcp and _submissions._tcp                          RFC 6186, RFC 8314 section 5.1
    Mozilla autoconfig     config-v1.1.xml at autoconfig.DOMAIN and /.well-known      the format that Thunderbird reads
    AutoDiscover (POX)     /autodiscover/autodiscover.xml, its redirect, its SRV      MS-OXDSCLI

Every attempt is kept with its outcome, so that whoever finds nothing can say precisely what was tried. Only endpoints
that speak TLS from the first byte are taken. The password goes to a host outside the address's domain only after
`confirm` said yes: a redirect or an SRV record is not to be trusted with it (MS-OXDSCLI section 5.1).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

_MAX_REDIRECTS = 10
_POX = "/autodiscover/autodiscover.xml"
_OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
_MOBILE = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync"


class LookupFailedError(Exception):
    """A name does not resolve, or a host does not answer; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Srv:
    """One SRV record."""

    priority: int
    weight: int
    port: int
    host: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server answered, redirects not followed."""

    status: int
    body: bytes = b""
    location: str = ""


class Network(Protocol):
    """The outside world; `discover_network.Internet` is the real one."""

    def srv(self, name: str) -> list[Srv]:
        """SRV records of a name, empty when it has none. Raises LookupFailedError."""

    def get(self, url: str) -> Answer:
        """GET without credentials. Raises LookupFailedError."""

    def post(self, url: str, body: bytes, user: str, password: str) -> Answer:
        """POST of XML with Basic credentials. Raises LookupFailedError."""


@dataclass(slots=True)
class Discovery:
    """What was found, and the way there."""

    address: str
    imaps: tuple[str, int] | None = None
    smtps: tuple[str, int] | None = None
    https: dict[str, str] = field(default_factory=dict)
    """`autodiscover`, `ews`, `activesync` -> URL."""
    tried: list[tuple[str, str]] = field(default_factory=list)
    """(what was asked, what came of it)."""

    @property
    def found(self) -> bool:
        """True when there is anything to test."""
        return bool(self.imaps or self.smtps or self.https)

    def tell(self, what: str, outcome: str) -> None:
        """Note one attempt."""
        self.tried.append((what, outcome))

    def profile(self, password: str) -> str:
        """A target profile for what was found."""
        domain = self.address.rpartition("@")[2]
        lines = ["profile = 1", f"name = {_toml(domain)}"]
        for name, endpoint in (("imaps", self.imaps), ("smtps", self.smtps)):
            if endpoint:
                lines += ["", f"[{name}]", f"host = {_toml(endpoint[0])}", f"port = {endpoint[1]}"]
        if self.https:
            lines += ["", "[https]", *(f"{name} = {_toml(url)}" for name, url in self.https.items())]
        user = self.address.partition("@")[0]
        lines += ["", "[[accounts]]", 'role = "alice"', f"address = {_toml(self.address)}"]
        lines += [f"username = {_toml(user)}", f"password = {_toml(password)}"]
        return "\n".join(lines) + "\n"


def discover(address: str, password: str, network: Network, confirm: Callable[[str], bool]) -> Discovery:
    """Find the endpoints of an address's server.

    Args:
        address: of the account.
        password: for AutoDiscover, which answers nobody else.
        network: the outside world.
        confirm: asked with a URL outside the address's domain before the password goes there.

    Never raises for what the network does: see `Discovery.tried`.
    """
    found = Discovery(address)
    domain = address.rpartition("@")[2]
    _ask_srv(found, domain, network)
    _ask_autoconfig(found, domain, network)
    _ask_autodiscover(found, domain, password, network, confirm)
    return found


def _ask_srv(found: Discovery, domain: str, network: Network) -> None:
    found.imaps = _service(found, f"_imaps._tcp.{domain}", network)
    found.smtps = _service(found, f"_submissions._tcp.{domain}", network)


def _service(found: Discovery, name: str, network: Network) -> tuple[str, int] | None:
    try:
        records = sorted(network.srv(name), key=lambda record: (record.priority, -record.weight))
    except LookupFailedError as problem:
        found.tell(f"SRV {name}", str(problem))
        return None
    if not records:
        found.tell(f"SRV {name}", "no such record")
        return None
    best = records[0]
    host = best.host.rstrip(".")
    if not host:
        # RFC 6186 section 3.4: a target of "." means that the service is not offered.
        found.tell(f"SRV {name}", "says that there is no such service")
        return None
    found.tell(f"SRV {name}", f"{host}:{best.port}")
    return host, best.port


def _ask_autoconfig(found: Discovery, domain: str, network: Network) -> None:
    query = f"?emailaddress={quote(found.address)}"
    for url in (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml{query}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    ):
        if found.imaps and found.smtps:
            return
        root = _document(found, url, network.get)
        if root is None:
            continue
        servers = {
            "imaps": _autoconfig_server(root, "incomingServer", "imap"),
            "smtps": _autoconfig_server(root, "outgoingServer", "smtp"),
        }
        told = [f"{name} {server[0]}:{server[1]}" for name, server in servers.items() if server]
        found.tell(url, ", ".join(told) or "names no server that speaks TLS from the first byte")
        found.imaps = found.imaps or servers["imaps"]
        found.smtps = found.smtps or servers["smtps"]


def _autoconfig_server(root: ElementTree.Element, tag: str, kind: str) -> tuple[str, int] | None:
    for server in root.iter(tag):
        host, port = _text(server, "hostname"), _text(server, "port")
        if server.get("type") == kind and _text(server, "socketType") == "SSL" and host and port.isdigit():
            return host, int(port)
    return None


def _ask_autodiscover(
    found: Discovery, domain: str, password: str, network: Network, confirm: Callable[[str], bool]
) -> None:
    for url in _autodiscover_urls(found, domain, network):
        foreign = not _belongs(urlsplit(url).hostname or "", domain)
        if foreign and not confirm(url):
            found.tell(url, "outside the domain; not asked, as you wished")
            continue

        def ask(at: str, request: bytes = _request(found.address, _OUTLOOK)) -> Answer:
            return network.post(at, request, found.address, password)

        root = _document(found, url, ask)
        if root is None:
            continue
        _take_pox(found, url, root)
        mobile = _request(found.address, _MOBILE)
        answer = _document(found, url, lambda at, request=mobile: ask(at, request), quiet=True)  # type: ignore[misc]
        if answer is not None:
            for server in _all(answer, "Server"):
                if _child(server, "Type") == "MobileSync" and (mobile_url := _child(server, "Url")):
                    found.https["activesync"] = mobile_url
        return


def _autodiscover_urls(found: Discovery, domain: str, network: Network) -> list[str]:
    urls = [f"https://{domain}{_POX}", f"https://autodiscover.{domain}{_POX}"]
    plain = f"http://autodiscover.{domain}{_POX}"
    try:
        answer = network.get(plain)
    except LookupFailedError as problem:
        found.tell(plain, str(problem))
    else:
        redirected = answer.status in (301, 302, 307) and answer.location.startswith("https://")
        found.tell(plain, f"leads to {answer.location}" if redirected else f"HTTP {answer.status}")
        urls += [answer.location] if redirected else []
    if (service := _service(found, f"_autodiscover._tcp.{domain}", network)) is not None:
        host, port = service
        urls.append(f"https://{host}{'' if port == 443 else f':{port}'}{_POX}")
    return list(dict.fromkeys(urls))


def _take_pox(found: Discovery, url: str, root: ElementTree.Element) -> None:
    """Take IMAP, SMTP and EWS from the Protocol blocks; whatever their namespace, since servers differ there."""
    told = []
    for protocol in _all(root, "Protocol"):
        kind, server, port = _child(protocol, "Type"), _child(protocol, "Server"), _child(protocol, "Port")
        secure = _child(protocol, "SSL").lower() == "on" or _child(protocol, "Encryption").upper() == "SSL"
        if kind == "IMAP" and server and port.isdigit() and secure:
            found.imaps = found.imaps or (server, int(port))
            told.append(f"imaps {server}:{port}")
        elif kind == "SMTP" and server and port.isdigit() and secure:
            found.smtps = found.smtps or (server, int(port))
            told.append(f"smtps {server}:{port}")
        if (ews := _child(protocol, "EwsUrl")) and "ews" not in found.https:
            found.https["ews"] = ews
            told.append(f"ews {ews}")
    error = next(iter(_all(root, "ErrorCode")), None)
    if told:
        found.https["autodiscover"] = url
    elif error is not None:
        told.append(f"error {error.text}")
    found.tell(url, ", ".join(told) or "an answer that names no server")


def _document(
    found: Discovery, url: str, ask: Callable[[str], Answer], *, quiet: bool = False
) -> ElementTree.Element | None:
    """The XML at a URL, redirects followed within https; None (and why, in `tried`) when there is none."""
    at, outcome = url, f"more than {_MAX_REDIRECTS} redirects"
    for _ in range(_MAX_REDIRECTS):
        try:
            answer = ask(at)
        except LookupFailedError as problem:
            outcome = str(problem)
            break
        if answer.status in (301, 302, 307, 308):
            # A redirect of a request with a password must not leave the host that was agreed upon, nor TLS.
            same_host = urlsplit(answer.location).hostname == urlsplit(at).hostname
            if not answer.location.startswith("https://") or not same_host:
                outcome = f"leads to {answer.location}, where we do not follow"
                break
            at = answer.location
            continue
        outcome = f"HTTP {answer.status}"
        if answer.status == 200:
            try:
                return _parse(answer.body)
            except ValueError as problem:
                outcome = f"not the XML we know: {problem}"
        break
    if not quiet:
        found.tell(url, outcome)
    return None


def _parse(body: bytes) -> ElementTree.Element:
    """Raises ValueError for what is no XML, and for a DOCTYPE, which no such document needs."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("it has a DOCTYPE")
    try:
        return ElementTree.fromstring(body)  # noqa: S314 -- without a DOCTYPE there are no entities to expand
    except ElementTree.ParseError as problem:
        raise ValueError(str(problem)) from problem


def _request(address: str, schema: str) -> bytes:
    escaped = address.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Autodiscover xmlns="{schema}/requestschema/2006"><Request><EMailAddress>{escaped}</EMailAddress>'
        f"<AcceptableResponseSchema>{schema}/responseschema/2006{'a' if schema == _OUTLOOK else ''}"
        "</AcceptableResponseSchema></Request></Autodiscover>"
    ).encode()


def _all(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _child(parent: ElementTree.Element, name: str) -> str:
    return next(((e.text or "").strip() for e in parent if e.tag.rpartition("}")[2] == name), "")


def _text(parent: ElementTree.Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _belongs(host: str, domain: str) -> bool:
    return host.lower() == domain.lower() or host.lower().endswith(f".{domain.lower()}")


def _toml(text: str) -> str:
    """A TOML basic string: its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)

"""`AutodiscoverClient`: every dialect of AutoDiscover as a request whose answer is kept whole.

    POX        /autodiscover/autodiscover.xml, outlook and mobilesync      MS-OXDSCLI, MS-ASCMD
    SOAP       /autodiscover/autodiscover.svc                              MS-OXWSADISC
    JSON v2    /autodiscover/autodiscover.json
    autoconfig /mail/config-v1.1.xml                                       draft-ietf-mailmaint-autoconfig
    Apple      /email.mobileconfig

Nothing is judged here: `Answer` gives texts by local names, because servers differ in namespaces, and the monitors say
which are right.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from mailproof_suites.clients.errors import GrammarViolation
from mailproof_suites.clients.http_message import HttpResponse
from mailproof_suites.clients.https import Given, HttpsClient

BASE = "http://schemas.microsoft.com/exchange/autodiscover/"
ROOT = BASE + "responseschema/2006"
OUTLOOK = BASE + "outlook/responseschema/2006a"
MOBILE = BASE + "mobilesync/responseschema/2006"
OUTLOOK_REQUEST = BASE + "outlook/requestschema/2006"
MOBILE_REQUEST = BASE + "mobilesync/requestschema/2006"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
AUTODISCOVER = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
XML_HEADERS = {"Content-Type": "text/xml; charset=utf-8"}
POX_PATH = "/autodiscover/autodiscover.xml"
SOAP_PATH = "/autodiscover/autodiscover.svc"
JSON_PATH = "/autodiscover/autodiscover.json"
AUTOCONFIG_PATH = "/mail/config-v1.1.xml"
APPLE_PATH = "/email.mobileconfig"
_KINDS = {OUTLOOK: OUTLOOK_REQUEST, MOBILE: MOBILE_REQUEST}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response and, where it is XML, its tree."""

    response: HttpResponse

    @property
    def status(self) -> int:
        """Of HTTP."""
        return self.response.status

    @property
    def root(self) -> Any:
        """The document's root. Raises GrammarViolation for what is no XML, or has a DOCTYPE."""
        return parse_xml(self.response.body)

    def elements(self, *path: str) -> list[Any]:
        """Elements by local names from anywhere down: `elements("Protocol", "EwsUrl")`."""
        steps = "/".join(f"*[local-name()='{name}']" for name in path)
        return list(self.root.xpath(f"//{steps}"))

    def texts(self, *path: str) -> list[str]:
        """Their texts as they stand there."""
        return [each.text or "" for each in self.elements(*path)]

    def text(self, *path: str) -> str:
        """The first one's, or "" when there is none."""
        return next(iter(self.texts(*path)), "")

    def protocol(self, kind: str) -> dict[str, str]:
        """Children of the Protocol block of a type (IMAP, EXPR …), empty when there is none."""
        for block in self.elements("Protocol"):
            children = {local_name(each): each.text or "" for each in block}
            if children.get("Type") == kind:
                return children
        return {}

    def settings(self) -> dict[str, str]:
        """Name -> Value of each UserSetting or DomainSetting that is a text."""
        found: dict[str, str] = {}
        for each in [*self.elements("UserSetting"), *self.elements("DomainSetting")]:
            parts = {local_name(part): part.text or "" for part in each}
            found[parts.get("Name", "")] = parts.get("Value", "")
        return found

    def setting_errors(self) -> dict[str, str]:
        """SettingName -> ErrorCode."""
        found: dict[str, str] = {}
        for each in [*self.elements("UserSettingError"), *self.elements("DomainSettingError")]:
            parts = {local_name(part): part.text or "" for part in each}
            found[parts.get("SettingName", "")] = parts.get("ErrorCode", "")
        return found

    @property
    def json(self) -> Any:
        """Raises GrammarViolation for what is no JSON."""
        try:
            return json.loads(self.response.body)
        except ValueError as problem:
            raise GrammarViolation(self.response.body, 0, "JSON", f"JSON ({problem})") from problem


class AutodiscoverClient:
    """Over an `HttpsClient` that is signed in; `url`: of the POX endpoint, whose folder the others are in."""

    def __init__(self, https: HttpsClient, url: str) -> None:
        self.https = https
        self.path = urlsplit(url).path or POX_PATH

    def pox(
        self, address: str, schema: str = OUTLOOK, *, path: str = "", auth: bool = True, headers: Given = ()
    ) -> Answer:
        """POST for the settings of an address in a schema."""
        return self.post(pox_request(address, schema), path=path, auth=auth, headers=headers)

    def post(self, body: bytes, *, path: str = "", auth: bool = True, headers: Given = ()) -> Answer:
        """POST of any octets to the POX endpoint."""
        return Answer(self.https.request("POST", path or self.path, body, {**XML_HEADERS, **dict(headers)}, auth=auth))

    def soap(self, message: str, *, operation: str = "GetUserSettings", auth: bool = True) -> Answer:
        """POST of a message of SOAP, in its envelope."""
        return Answer(
            self.https.request("POST", SOAP_PATH, soap_envelope(message, operation).encode(), XML_HEADERS, auth=auth)
        )

    def user_settings(self, addresses: Sequence[str], settings: Sequence[str]) -> Answer:
        """GetUserSettings."""
        users = "".join(f"<a:User><a:Mailbox>{escape(each)}</a:Mailbox></a:User>" for each in addresses)
        return self.soap(_asking("GetUserSettings", f"<a:Users>{users}</a:Users>", settings))

    def domain_settings(self, domains: Sequence[str], settings: Sequence[str]) -> Answer:
        """GetDomainSettings."""
        named = "".join(f"<a:Domain>{escape(each)}</a:Domain>" for each in domains)
        message = _asking("GetDomainSettings", f"<a:Domains>{named}</a:Domains>", settings)
        return self.soap(message, operation="GetDomainSettings")

    def get(self, target: str, *, auth: bool = False) -> Answer:
        """GET, without credentials unless asked for."""
        return Answer(self.https.request("GET", target, auth=auth))

    def json(self, address: str, protocol: str) -> Answer:
        """JSON v2."""
        return self.get(f"{JSON_PATH}?Email={quote(address)}&Protocol={quote(protocol)}")

    def autoconfig(self, address: str = "") -> Answer:
        """Mozilla autoconfig."""
        return self.get(AUTOCONFIG_PATH + (f"?emailaddress={quote(address)}" if address else ""))

    def apple(self, address: str = "", *, auth: bool = True) -> Answer:
        """An Apple configuration profile."""
        return self.get(APPLE_PATH + (f"?email={quote(address)}" if address else ""), auth=auth)


def pox_request(address: str, schema: str = OUTLOOK, *, acceptable: str | None = None) -> bytes:
    """A request in the schema that belongs to the answer's; `acceptable` replaces the URI that is asked for."""
    wanted = escape(schema if acceptable is None else acceptable)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Autodiscover xmlns="{_KINDS[schema]}"><Request><EMailAddress>{escape(address)}</EMailAddress>'
        f"<AcceptableResponseSchema>{wanted}</AcceptableResponseSchema></Request></Autodiscover>"
    ).encode()


def soap_envelope(message: str, operation: str = "GetUserSettings") -> str:
    """A message of the prefix `a` in an envelope with the headers that the specification wants."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{AUTODISCOVER}" xmlns:w="{ADDRESSING}"><s:Header>'
        "<a:RequestedServerVersion>Exchange2010</a:RequestedServerVersion>"
        f"<w:Action>{AUTODISCOVER}/Autodiscover/{operation}</w:Action></s:Header><s:Body>{message}</s:Body></s:Envelope>"
    )


def _asking(operation: str, about: str, settings: Sequence[str]) -> str:
    wanted = "".join(f"<a:Setting>{escape(each)}</a:Setting>" for each in settings)
    return (
        f"<a:{operation}RequestMessage><a:Request>{about}<a:RequestedSettings>{wanted}</a:RequestedSettings>"
        f"</a:Request></a:{operation}RequestMessage>"
    )


def parse_xml(body: bytes) -> Any:
    """The root of a document. Raises GrammarViolation for what is no XML, or has a DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise GrammarViolation(body, 0, "XML", f"a well-formed document ({problem})") from problem
    if root.getroottree().docinfo.doctype:
        raise GrammarViolation(body, 0, "XML", "a document without DOCTYPE")
    return root


def local_name(element: Any) -> str:
    """Of an element, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: Any) -> str:
    """Of an element; empty for none."""
    return str(element.tag).removeprefix("{").rpartition("}")[0]

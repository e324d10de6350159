"""Plain old XML: the outlook schema (MS-OXDSCLI 2.2.4) and the mobilesync schema (MS-ASCMD 2.2.1.1)."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from mailproof_server.protocols.autodiscover.config import Place
from mailproof_server.protocols.autodiscover.errors import BAD_REQUEST, NO_PROVIDER, AutodiscoverError
from mailproof_server.protocols.autodiscover.markup import Maker, document, found, text_of
from mailproof_server.protocols.autodiscover.settings import Facts, Shared
from mailproof_server.wire.soap.errors import WireError
from mailproof_server.wire.soap.names import Element, tag_of
from mailproof_server.wire.soap.parse import parse_xml

_BASE = "http://schemas.microsoft.com/exchange/autodiscover/"
ROOT = _BASE + "responseschema/2006"
OUTLOOK = _BASE + "outlook/responseschema/2006a"
MOBILE = _BASE + "mobilesync/responseschema/2006"
REQUESTS = (_BASE + "outlook/requestschema/2006", _BASE + "mobilesync/requestschema/2006")
PROTOCOL_ERROR = "2"
"""MS-ASCMD 2.2.3.177.1, the one Status of Autodiscover's Error."""

_root, _outlook, _mobile = Maker(ROOT), Maker(OUTLOOK), Maker(MOBILE)


@dataclass(frozen=True, slots=True)
class PoxRequest:
    """`asked`: an address, or a LegacyDN, which wins where both stand (MS-OXDSCLI 3.2.5.1)."""

    asked: str
    schema: str


def parse(body: bytes) -> PoxRequest:
    """Raises AutodiscoverError with 600 for what is no such request, 601 for an answer in an unknown schema."""
    try:
        root = parse_xml(body)
    except WireError as error:
        raise _invalid(error.message) from error
    namespace, _, name = tag_of(root).removeprefix("{").rpartition("}")
    if name != "Autodiscover" or namespace not in REQUESTS:
        raise _invalid(f"{tag_of(root)} is no request")
    request = found(root, "Request")
    if request is None:
        raise _invalid("There is no Request")
    asked = text_of(request, "LegacyDN") or text_of(request, "EMailAddress")
    if not asked:
        raise _invalid("There is no EMailAddress")
    schema = text_of(request, "AcceptableResponseSchema")
    if not schema:
        raise _invalid("There is no AcceptableResponseSchema")
    if schema not in (OUTLOOK, MOBILE):
        raise AutodiscoverError(NO_PROVIDER, "InvalidRequest", "Provider is not available")
    return PoxRequest(asked, schema)


def _invalid(why: str) -> AutodiscoverError:
    return AutodiscoverError(BAD_REQUEST, "InvalidRequest", f"Invalid Request: {why}")


def settings(facts: Facts, schema: str, ttl_hours: int) -> bytes:
    """The answer about an account."""
    return document(_root("Autodiscover", _for_mobile(facts) if schema == MOBILE else _for_outlook(facts, ttl_hours)))


def error(problem: AutodiscoverError, *, at: datetime, server: str) -> bytes:
    """An Error in the root's namespace; `server`: the name from which its Id is made."""
    stamp = at.strftime("%H:%M:%S.%f") + "0"
    told = _root(
        "Error",
        *_root.each((("ErrorCode", str(problem.pox)), ("Message", problem.message), ("DebugData", ""))),
        Time=stamp,
        Id=str(zlib.crc32(server.encode())),
    )
    return document(_root("Autodiscover", _root("Response", told)))


def mobile_error(problem: AutodiscoverError, asked: str) -> bytes:
    """An address that mobilesync has no answer for."""
    rows = (("Status", PROTOCOL_ERROR), ("Message", problem.message), ("DebugData", "MailUser"))
    return document(_root("Autodiscover", _mobile_response(asked, None, _mobile("Error", *_mobile.each(rows)))))


# -- mobilesync --------------------------------------------------------------------------------------------------------


def _for_mobile(facts: Facts) -> Element:
    url = facts.endpoints.activesync
    server = _mobile("Server", *_mobile.each((("Type", "MobileSync"), ("Url", url), ("Name", url))))
    return _mobile_response(facts.address, facts.display_name, _mobile("Settings", server))


def _mobile_response(address: str, display_name: str | None, action: Element) -> Element:
    user = _mobile("User", *_mobile.each((("DisplayName", display_name), ("EMailAddress", address))))
    return _mobile("Response", _mobile("Culture", "en:us"), user, _mobile("Action", action))


# -- outlook -----------------------------------------------------------------------------------------------------------


def _for_outlook(facts: Facts, ttl_hours: int) -> Element:
    user = _outlook(
        "User",
        *_outlook.each(
            (
                ("DisplayName", facts.display_name),
                ("LegacyDN", facts.legacy_dn),
                ("AutoDiscoverSMTPAddress", facts.address),
                ("DeploymentId", facts.deployment_id),
            )
        ),
    )
    account = _outlook(
        "Account",
        *_outlook.each(
            (
                ("AccountType", "email"),
                ("Action", "settings"),
                ("MicrosoftOnline", "False"),
                ("ConsumerMailbox", "False"),
            )
        ),
        *(_exchange(kind, facts) for kind in ("EXCH", "EXPR", "EXHTTP")),
        _mail("IMAP", facts.endpoints.imap, facts, ttl_hours),
        _mail("SMTP", facts.endpoints.smtp, facts, ttl_hours),
        *(_alternative(each) for each in facts.shared),
    )
    return _outlook("Response", user, account)


def _exchange(kind: str, facts: Facts) -> Element:
    """EWS by the three names under which Outlook for Mac, macOS and others look for it; MAPI there is none."""
    ews = facts.endpoints.ews
    over_http = kind != "EXCH"
    rows = (
        ("Type", kind),
        ("Server", facts.endpoints.ews_place.host),
        ("SSL", "On" if over_http else None),
        ("AuthPackage", "Basic" if over_http else None),
        # "ASUrl" is Availability's, not ActiveSync's: it is the same endpoint, as is that of out-of-office.
        *((name, ews) for name in ("ASUrl", "EwsUrl", "EmwsUrl", "OOFUrl")),
    )
    return _outlook("Protocol", *_outlook.each(rows))


def _mail(kind: str, place: Place, facts: Facts, ttl_hours: int) -> Element:
    rows = (
        ("Type", kind),
        ("Server", place.host),
        ("Port", str(place.port)),
        ("LoginName", facts.address),
        ("DomainRequired", "off"),
        ("SPA", "off"),
        ("SSL", "on"),
        ("Encryption", "SSL"),
        ("AuthRequired", "on"),
        ("UsePOPAuth", "off" if kind == "SMTP" else None),
        ("SMTPLast", "off" if kind == "SMTP" else None),
        ("TTL", str(ttl_hours)),
    )
    return _outlook("Protocol", *_outlook.each(rows))


def _alternative(shared: Shared) -> Element:
    """A mailbox that Outlook opens by itself, because its owner's operator gave full access."""
    rows = (("Type", "Delegate"), ("DisplayName", shared.display_name), ("SmtpAddress", shared.address))
    return _outlook("AlternativeMailbox", *_outlook.each((*rows, ("OwnerSmtpAddress", shared.address))))

"""`autodiscover.svc`: GetUserSettings and GetDomainSettings (MS-OXWSADISC 3.1.4)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lxml import etree

from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.autodiscover.config import Endpoints
from mailproof_server.protocols.autodiscover.errors import AutodiscoverError, told
from mailproof_server.protocols.autodiscover.markup import Maker, document, found
from mailproof_server.protocols.autodiscover.settings import Facts
from mailproof_server.protocols.autodiscover.user_settings import USER_SETTINGS, Offer, Value
from mailproof_server.wire.soap.errors import WireError
from mailproof_server.wire.soap.names import SOAP, Element, local_name, tag_of
from mailproof_server.wire.soap.parse import parse_xml
from mailproof_server.wire.soap.write import ServerVersion

AUTODISCOVER = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ACTIONS = AUTODISCOVER + "/Autodiscover/"
OPERATIONS = ("GetUserSettings", "GetDomainSettings")
DOMAIN_SETTINGS = ("ExternalEwsUrl", "ExternalEwsVersion")

_a = Maker(AUTODISCOVER)
_TYPE = f"{{{XSI}}}type"


@dataclass(frozen=True, slots=True)
class SoapRequest:
    """`names`: addresses or domains; `settings`: names as they were asked for, each once."""

    operation: str
    names: tuple[str, ...]
    settings: tuple[str, ...]


class SoapFaultError(Exception):
    """The envelope, or what is in it, is none of this endpoint's. `code`: of SOAP 1.1 or of WS-Addressing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class IncompleteRequestError(AutodiscoverError):
    """An operation that lacks what it is about; its own response message says so."""

    def __init__(self, operation: str, message: str) -> None:
        super().__init__(0, "InvalidRequest", message)
        self.operation = operation


def parse(body: bytes, most_names: int) -> SoapRequest:
    """Raises SoapFaultError, IncompleteRequestError."""
    try:
        root = parse_xml(body)
    except WireError as error:
        raise SoapFaultError("s:Client", error.message) from error
    if tag_of(root) != f"{{{SOAP}}}Envelope":
        raise SoapFaultError("s:VersionMismatch", f"{tag_of(root)} is no SOAP 1.1 Envelope")
    _check_headers(root.find(f"{{{SOAP}}}Header"))
    content = root.find(f"{{{SOAP}}}Body")
    if content is None or len(content) != 1:
        raise SoapFaultError("s:Client", "The Body holds one request")
    message = content[0]
    name = local_name(message).removesuffix("RequestMessage")
    if name not in OPERATIONS or tag_of(message) != f"{{{AUTODISCOVER}}}{name}RequestMessage":
        raise SoapFaultError("w:ActionNotSupported", f"{tag_of(message)} is not served")
    return _asked(name, found(message, "Request"), most_names)


def _check_headers(header: Element | None) -> None:
    for each in header if header is not None else ():
        ours = tag_of(each).startswith((f"{{{ADDRESSING}}}", f"{{{AUTODISCOVER}}}"))
        if not ours and each.get(f"{{{SOAP}}}mustUnderstand") in ("1", "true"):
            raise SoapFaultError("s:MustUnderstand", f"The header {tag_of(each)} is not understood")


def _asked(operation: str, request: Element | None, most_names: int) -> SoapRequest:
    if request is None:
        raise IncompleteRequestError(operation, "There is no Request")
    if operation == "GetUserSettings":
        users = found(request, "Users")
        holders = [found(each, "Mailbox") for each in users] if users is not None else []
    else:
        domains = found(request, "Domains")
        holders = list(domains) if domains is not None else []
    names = tuple((each.text or "").strip() for each in holders if each is not None)
    if not names:
        raise IncompleteRequestError(operation, "The request names nobody")
    if len(names) > most_names:
        raise IncompleteRequestError(operation, f"A request names at most {most_names}")
    wanted = found(request, "RequestedSettings")
    settings = dict.fromkeys((each.text or "").strip() for each in (wanted if wanted is not None else ()))
    if not settings:
        raise IncompleteRequestError(operation, "The request asks for no setting")
    return SoapRequest(operation, names, tuple(settings))


async def answer(
    request: SoapRequest,
    offer: Offer,
    facts_of: Callable[[str], Awaitable[Facts]],
    domain_of: Callable[[str], Awaitable[Endpoints]],
) -> Element:
    """The response message: one response for each name, in order; who is unknown spoils nobody else's."""
    responses = []
    for name in request.names:
        try:
            if request.operation == "GetUserSettings":
                responses.append(_user(await facts_of(name), request.settings, offer))
            else:
                responses.append(_domain(await domain_of(name), request.settings, offer))
        except (Refusal, AutodiscoverError) as problem:
            responses.append(_refused(request.operation, told(problem)))
    plural = "UserResponses" if request.operation == "GetUserSettings" else "DomainResponses"
    return _message(request.operation, "NoError", "", _a(plural, *responses))


def refusal(operation: str, problem: AutodiscoverError) -> Element:
    """A response message that answers nobody."""
    return _message(operation, problem.soap, problem.message, None)


def _message(operation: str, code: str, text: str, responses: Element | None) -> Element:
    response = _a("Response", _a("ErrorCode", code), _a("ErrorMessage", text), responses)
    return _a(f"{operation}ResponseMessage", response)


def _refused(operation: str, problem: AutodiscoverError) -> Element:
    kind = "User" if operation == "GetUserSettings" else "Domain"
    code = problem.soap if kind == "User" or problem.soap != "InvalidUser" else "InvalidDomain"
    rows = (("ErrorCode", code), ("ErrorMessage", problem.message), (f"{kind}SettingErrors", ""))
    return _a(f"{kind}Response", *_a.each((*rows, (f"{kind}Settings", ""))))


def _user(facts: Facts, settings: tuple[str, ...], offer: Offer) -> Element:
    values, errors = [], []
    for name in settings:
        make = USER_SETTINGS.get(name)
        value = None if make is None else make(facts, offer)
        if value is None:
            errors.append(_setting_error("User", name, known=name in USER_SETTINGS))
        else:
            values.append(_setting("UserSetting", name, value))
    return _response("User", errors, values)


def _domain(endpoints: Endpoints, settings: tuple[str, ...], offer: Offer) -> Element:
    values, errors = [], []
    for name in settings:
        if name not in DOMAIN_SETTINGS:
            errors.append(_setting_error("Domain", name, known=name in USER_SETTINGS))
            continue
        value = endpoints.ews if name == "ExternalEwsUrl" else offer.build_text
        values.append(_setting("DomainSetting", name, Value("DomainStringSetting", value)))
    return _response("Domain", errors, values)


def _response(kind: str, errors: list[Element], values: list[Element]) -> Element:
    return _a(
        f"{kind}Response",
        _a("ErrorCode", "NoError"),
        _a("ErrorMessage", ""),
        _a(f"{kind}SettingErrors", *errors),
        _a(f"{kind}Settings", *values),
    )


def _setting_error(kind: str, name: str, *, known: bool) -> Element:
    """Each setting by itself: "An unknown one must fail per setting, not the response", or clients get nothing."""
    code = "SettingIsNotAvailable" if known else "InvalidSetting"
    message = f"The setting {name} is not available" if known else f"There is no setting {name}"
    rows = (("ErrorCode", code), ("ErrorMessage", message), ("SettingName", name))
    return _a(f"{kind}SettingError", *_a.each(rows))


def _setting(tag: str, name: str, value: Value) -> Element:
    made = _a(tag, _a("Name", name))
    made.set(_TYPE, value.type)
    if isinstance(value.content, str):
        made.append(_a("Value", value.content))
        return made
    collection = _a(value.collection)
    for row in value.content:
        collection.append(_a(value.item, *_a.each(row)))
    made.append(collection)
    return made


def envelope(message: Element, operation: str, version: ServerVersion) -> bytes:
    """The whole response, with the version of the server on it."""
    header = etree.Element(f"{{{SOAP}}}Header", nsmap={"s": SOAP})
    if operation:
        action = etree.SubElement(header, f"{{{ADDRESSING}}}Action", nsmap={"w": ADDRESSING})
        action.set(f"{{{SOAP}}}mustUnderstand", "1")
        action.text = f"{ACTIONS}{operation}Response"
    rows = (
        ("MajorVersion", str(version.major)),
        ("MinorVersion", str(version.minor)),
        ("MajorBuildNumber", str(version.major_build)),
        ("MinorBuildNumber", str(version.minor_build)),
        ("Version", version.name),
    )
    header.append(_a("ServerVersionInfo", *_a.each(rows)))
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP, "i": XSI, "w": ADDRESSING})
    root.append(header)
    etree.SubElement(root, f"{{{SOAP}}}Body").append(message)
    return document(root)


def fault(problem: SoapFaultError, version: ServerVersion) -> bytes:
    """A SOAP 1.1 fault; its parts have no namespace."""
    made: Element = etree.Element(f"{{{SOAP}}}Fault", nsmap={"s": SOAP, "w": ADDRESSING})
    etree.SubElement(made, "faultcode").text = problem.code
    etree.SubElement(made, "faultstring").text = problem.message
    return envelope(made, "", version)

"""What an operation file declares, and what it is called with (MS-OXWS*: one WSDL operation each).

@operation("GetFolder", section="MS-OXWSFOLD 3.1.4.6")
async def get_folder(call: Call, request: Element) -> Element: ...
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias, TypeVar

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Refusal
from mailproof_server.protocols.ews.errors import EwsError, told
from mailproof_server.protocols.ews.limits import EwsLimits
from mailproof_server.services.bundle import Services
from mailproof_server.wire.soap.errors import WireError
from mailproof_server.wire.soap.names import Element, m
from mailproof_server.wire.soap.write import child, element, error_message_xml

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who acts, for whom the answer is written, with what."""

    services: Services
    principal: Principal
    """Whoever is impersonated, where somebody is."""
    version: str
    """Of the schema that the answer is written in: a key of `versions.BUILDS`."""
    time_zone: tzinfo | None
    """Of TimeZoneContext: dates are answered in it; None: in UTC."""
    limits: EwsLimits


Answer: TypeAlias = Element | AsyncIterator[Element]
"""One element for the Body, or a stream of them, each sent in an envelope of its own."""
Run: TypeAlias = Callable[[Call, Element], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the table; made by `@operation`."""

    name: str
    """Local name of the request element."""
    section: str
    since: str
    run: Run


def operation(name: str, *, section: str, since: str = "Exchange2007") -> Callable[[Run], Operation]:
    """Declare the decorated coroutine function as the operation `name`."""
    return lambda run: Operation(name, section, since, run)


async def for_each(
    response: Element, message: str, items: Iterable[T], work: Callable[[T], Awaitable[Iterable[Element]]]
) -> Element:
    """A response message for each item, in order, below `response`; returns `response`.

    `work(item)` gives the payload elements, or raises what becomes the message of that item alone.
    """
    messages = child(response, m("ResponseMessages"))
    for item in items:
        try:
            payload = list(await work(item))
        except (Refusal, WireError, EwsError) as problem:
            messages.append(failure(message, told(problem)))
        else:
            messages.append(success(message, payload))
    return response


def success(message: str, payload: Iterable[Element]) -> Element:
    """A response message that succeeded."""
    made = element(m(message), ResponseClass="Success")
    child(made, m("ResponseCode"), "NoError")
    made.extend(payload)
    return made


def failure(message: str, error: EwsError, payload: Iterable[Element] = ()) -> Element:
    """A response message that failed."""
    made = _told(element(m(message), ResponseClass="Error"), error)
    made.extend(payload)
    return made


def _told(message: Element, error: EwsError) -> Element:
    """The schema's order: MessageText, ResponseCode, DescriptiveLinkKey, MessageXml."""
    child(message, m("MessageText"), error.message)
    child(message, m("ResponseCode"), error.code)
    child(message, m("DescriptiveLinkKey"), "0")
    xml = error_message_xml(error.values)
    if xml is not None:
        message.append(xml)
    return message

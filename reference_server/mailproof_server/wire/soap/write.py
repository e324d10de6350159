"""Building responses: elements with namespaces, text that XML can carry, envelopes, faults (SOAP 1.1 section 4.4)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from mailproof_server.wire.soap.names import ERRORS, PREFIXES, SOAP, TYPES, Element, m, t

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 section 2.2 has no way to say, not even by a reference."""


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """What `ServerVersionInfo` tells."""

    major: int
    minor: int
    major_build: int
    minor_build: int
    name: str
    """As in RequestServerVersion: `Exchange2010_SP2`."""


def text(value: str) -> str:
    """The value with U+FFFD for each character that XML cannot carry: mail may hold any."""
    return _ILLEGAL.sub("\ufffd", value)


def element(tag: str, *children: Element | str | None, **attributes: str) -> Element:
    """An element with attributes, text and children; None children are left out, which is how absent values are."""
    made = etree.Element(tag, {name: text(value) for name, value in attributes.items()}, nsmap=PREFIXES)
    fill(made, children)
    return made


def fill(parent: Element, children: Iterable[Element | str | None]) -> None:
    """Append children and, before any child element, text."""
    for child in children:
        if isinstance(child, str):
            parent.text = text(child)
        elif child is not None:
            parent.append(child)


def child(parent: Element, tag: str, value: str | None = None, **attributes: str) -> Element:
    """Append an element: quicker than `element` where many are made, for it shares the parent's prefixes."""
    made: Element = etree.SubElement(parent, tag, {name: text(each) for name, each in attributes.items()})
    if value is not None:
        made.text = text(value)
    return made


def envelope(body: Element, version: ServerVersion) -> bytes:
    """The whole response. "ServerVersionInfo" stands on every one: clients learn the version from nothing else."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap=PREFIXES)
    header = etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(
        header,
        t("ServerVersionInfo"),
        {
            "MajorVersion": str(version.major),
            "MinorVersion": str(version.minor),
            "MajorBuildNumber": str(version.major_build),
            "MinorBuildNumber": str(version.minor_build),
            "Version": version.name,
        },
    )
    etree.SubElement(root, f"{{{SOAP}}}Body").append(body)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return data


def fault(
    code: str,
    message: str,
    version: ServerVersion,
    *,
    values: Mapping[str, str] | None = None,
    line: int = 0,
    position: int = 0,
) -> bytes:
    """A SOAP fault with its ResponseCode; `values`: what MessageXml holds, e.g. BackOffMilliseconds."""
    body = etree.Element(f"{{{SOAP}}}Fault", nsmap=PREFIXES | {"a": TYPES, "e": ERRORS})
    etree.SubElement(body, "faultcode").text = f"a:{code}"
    told = etree.SubElement(body, "faultstring")
    told.set("{http://www.w3.org/XML/1998/namespace}lang", "en-US")
    told.text = text(message)
    detail = etree.SubElement(body, "detail")
    etree.SubElement(detail, f"{{{ERRORS}}}ResponseCode").text = code
    etree.SubElement(detail, f"{{{ERRORS}}}Message").text = text(message)
    if line or values:
        detail.append(message_xml(values or {}, line, position, message, t("MessageXml")))
    return envelope(body, version)


def message_xml(values: Mapping[str, str], line: int, position: int, violation: str, tag: str) -> Element:
    """Machine-readable facts of an error."""
    made = etree.Element(tag, nsmap=PREFIXES)
    for name, value in values.items():
        child(made, t("Value"), value, Name=name)
    if line:
        child(made, t("LineNumber"), str(line))
        child(made, t("LinePosition"), str(position))
        child(made, t("Violation"), violation)
    return made


def error_message_xml(values: Mapping[str, str]) -> Element | None:
    """For a response message; None when there is nothing to tell."""
    return message_xml(values, 0, 0, "", m("MessageXml")) if values else None

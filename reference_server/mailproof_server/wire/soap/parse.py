"""Reading a request: XML that can do no harm, an Envelope, a Header, one element in the Body (SOAP 1.1 section 4)."""

from dataclasses import dataclass

from lxml import etree

from mailproof_server.wire.soap.errors import WireError
from mailproof_server.wire.soap.names import MESSAGES, SOAP, TYPES, Element, local_name, tag_of


@dataclass(frozen=True, slots=True)
class Request:
    """`operation`: the element in the Body, in the messages namespace; `headers`: those of the types namespace by local
    name."""

    operation: Element
    headers: dict[str, Element]


def parse_xml(data: bytes) -> Element:
    """The root element of a document without DOCTYPE.

    No entity is resolved and nothing is fetched; a DOCTYPE is refused because nothing good comes with one. Raises
    WireError.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, position = error.position
        raise WireError(
            "ErrorSchemaValidation", f"The request is not well-formed: {error.msg}", line=line, position=position
        ) from error
    except ValueError as error:  # an encoding declared and then contradicted, or unknown
        raise WireError("ErrorSchemaValidation", f"The request cannot be read: {error}") from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise WireError("ErrorSchemaValidation", "The request has a DOCTYPE")
    return root


def parse_request(data: bytes) -> Request:
    """An envelope with one operation. Raises WireError with ErrorInvalidRequest, or ErrorSchemaValidation."""
    root = parse_xml(data)
    if tag_of(root) != f"{{{SOAP}}}Envelope":
        raise WireError("ErrorInvalidRequest", f"{tag_of(root)} is no SOAP 1.1 Envelope", line=root.sourceline or 0)
    body = root.find(f"{{{SOAP}}}Body")
    if body is None or len(body) != 1:
        raise WireError("ErrorInvalidRequest", "The Body holds one operation", line=root.sourceline or 0)
    operation = body[0]
    if not tag_of(operation).startswith(f"{{{MESSAGES}}}"):
        raise WireError("ErrorInvalidRequest", f"{tag_of(operation)} is no operation", line=operation.sourceline or 0)
    header = root.find(f"{{{SOAP}}}Header")
    headers: dict[str, Element] = {}
    for each in header if header is not None else ():
        if tag_of(each).startswith(f"{{{TYPES}}}"):
            headers[local_name(each)] = each
        elif each.get(f"{{{SOAP}}}mustUnderstand") in ("1", "true"):
            raise WireError("ErrorInvalidRequest", f"The header {tag_of(each)} is not understood")
    return Request(operation, headers)

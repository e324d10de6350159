"""Namespaces of EWS and names qualified by them, in lxml's form `{namespace}local`."""

from lxml import etree

Element = etree._Element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
XML = "http://www.w3.org/XML/1998/namespace"

PREFIXES = {"s": SOAP, "m": MESSAGES, "t": TYPES}


def m(local: str) -> str:
    """A name of the messages namespace."""
    return f"{{{MESSAGES}}}{local}"


def t(local: str) -> str:
    """A name of the types namespace."""
    return f"{{{TYPES}}}{local}"


def tag_of(element: Element) -> str:
    """The qualified name; parsed elements have text tags, which lxml's types do not know."""
    return str(element.tag)


def local_name(element: Element) -> str:
    """The name without its namespace."""
    return tag_of(element).rpartition("}")[2]

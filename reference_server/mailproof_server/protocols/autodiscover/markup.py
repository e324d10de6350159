"""Elements and documents, each element on one line: DavMail looks for `<EwsUrl>…</EwsUrl>` in a line of text."""

from collections.abc import Iterable

from lxml import etree

from mailproof_server.wire.soap.names import Element, tag_of
from mailproof_server.wire.soap.write import text

XML = "text/xml; charset=utf-8"
Child = Element | str | None


def make(tag: str, *children: Child, nsmap: dict[str | None, str] | None = None, **attributes: str) -> Element:
    """`tag`: qualified, `{namespace}local`. A text child is the element's text; None is left out."""
    made: Element = etree.Element(tag, {name: text(value) for name, value in attributes.items()}, nsmap=nsmap)
    for each in children:
        if isinstance(each, str):
            made.text = text(each)
        elif each is not None:
            made.append(each)
    return made


class Maker:
    """Elements of one namespace by their local names: `of("User", of("DisplayName", "Ann"))`."""

    def __init__(self, namespace: str) -> None:
        self._prefix = f"{{{namespace}}}" if namespace else ""
        self._nsmap: dict[str | None, str] | None = {None: namespace} if namespace else None

    def __call__(self, local: str, *children: Child, **attributes: str) -> Element:
        return make(self._prefix + local, *children, nsmap=self._nsmap, **attributes)

    def each(self, rows: Iterable[tuple[str, str | None]]) -> list[Element]:
        """One element for each row that has a value."""
        return [self(name, value) for name, value in rows if value is not None]


def document(root: Element) -> bytes:
    """The bytes of a whole document, indented."""
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return data


def found(parent: Element, local: str) -> Element | None:
    """The first child with this local name, whatever its namespace: clients mix the two of a schema."""
    return next((each for each in parent if tag_of(each).rpartition("}")[2] == local), None)


def text_of(parent: Element, local: str) -> str:
    """Text of such a child without white space around it; AWS's own sample request has the schema on a line of its
    own."""
    child = found(parent, local)
    return "" if child is None else (child.text or "").strip()

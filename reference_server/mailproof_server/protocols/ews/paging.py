"""Views of a list: a page by index or by fraction (MS-OXWSCORE 2.2.4.33, MS-OXWSFOLD 2.2.4)."""

from dataclasses import dataclass
from typing import TypeVar

from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.wire.soap.names import Element, m

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """`start` and `stop` in the whole list, and the attributes of the RootFolder that tell where the page stands."""

    start: int
    stop: int
    attributes: dict[str, str]


def page(request: Element, kind: str, total: int, most: int) -> Page:
    """Which part of a list of `total` is asked for; `kind` is `Item` or `Folder`, `most` the server's own limit.

    Raises EwsError: ErrorInvalidPagingMaxRows, ErrorInvalidIndexedPagingParameters and its kin of fractions.
    """
    indexed = request.find(m(f"IndexedPage{kind}View"))
    fraction = request.find(m(f"FractionalPage{kind}View"))
    if indexed is not None:
        wanted = min(_rows(indexed, total), most)
        offset = _number(indexed, "Offset", "ErrorInvalidIndexedPagingParameters")
        if indexed.get("BasePoint", "Beginning") == "End":
            stop = max(total - offset, 0)
            start = max(stop - wanted, 0)
            return _page(start, stop, total, {"IndexedPagingOffset": str(total - start)}, last=start == 0)
        start = min(offset, total)
        stop = min(start + wanted, total)
        return _page(start, stop, total, {"IndexedPagingOffset": str(stop)}, last=stop == total)
    if fraction is not None:
        wanted = min(_rows(fraction, total), most)
        numerator = _number(fraction, "Numerator", "ErrorInvalidFractionalPagingParameters")
        denominator = _number(fraction, "Denominator", "ErrorInvalidFractionalPagingParameters")
        if not denominator > 0 or numerator > denominator:
            raise EwsError("ErrorInvalidFractionalPagingParameters", "The fraction is between 0 and 1")
        start = total * numerator // denominator
        stop = min(start + wanted, total)
        told = {"NumeratorOffset": str(stop), "AbsoluteDenominator": str(total)}
        return _page(start, stop, total, told, last=stop == total)
    stop = min(total, most)
    told = {} if stop == total else {"IndexedPagingOffset": str(stop)}
    return _page(0, stop, total, told, last=stop == total)


def _page(start: int, stop: int, total: int, told: dict[str, str], *, last: bool) -> Page:
    return Page(
        start, stop, told | {"TotalItemsInView": str(total), "IncludesLastItemInRange": "true" if last else "false"}
    )


def _rows(view: Element, total: int) -> int:
    text = view.get("MaxEntriesReturned")
    if text is None:
        return total
    rows = _number(view, "MaxEntriesReturned", "ErrorInvalidPagingMaxRows")
    if rows <= 0:
        raise EwsError("ErrorInvalidPagingMaxRows", "MaxEntriesReturned is above 0")
    return rows


def _number(view: Element, name: str, code: str) -> int:
    text = view.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise EwsError(code, f"{name} cannot be {text or 'absent'}")
    return int(text)

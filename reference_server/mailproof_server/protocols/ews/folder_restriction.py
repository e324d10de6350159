"""Restrictions on folders (MS-OXWSSRCH 2.2.4): few rows, so they are matched one by one."""

from collections.abc import Callable
from typing import Any

from mailproof_server.protocols.ews.errors import EwsError
from mailproof_server.protocols.ews.shapes.folder import CLASSES, EXTENDED, display_name, property_tag
from mailproof_server.services.folder_tree import TreeFolder
from mailproof_server.wire.soap.names import Element, local_name, t

Matches = Callable[[TreeFolder], bool]
Value = str | int
MAX_DEPTH = 20
_VALUES: dict[str, Callable[[TreeFolder], Value]] = {
    "folder:DisplayName": lambda view: display_name(view.folder),
    "folder:FolderClass": lambda view: CLASSES[view.folder.kind],
    "folder:TotalCount": lambda view: view.folder.total,
    "folder:UnreadCount": lambda view: view.folder.unread,
    "folder:ChildFolderCount": lambda view: view.child_count,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "IsEqualTo": lambda one, other: bool(one == other),
    "IsNotEqualTo": lambda one, other: bool(one != other),
    "IsGreaterThan": lambda one, other: bool(one > other),
    "IsGreaterThanOrEqualTo": lambda one, other: bool(one >= other),
    "IsLessThan": lambda one, other: bool(one < other),
    "IsLessThanOrEqualTo": lambda one, other: bool(one <= other),
}
_CONTAINS: dict[str, Callable[[str, str], bool]] = {
    "FullString": lambda text, word: text == word,
    "Prefixed": lambda text, word: text.startswith(word),
    "Substring": lambda text, word: word in text,
    "PrefixOnWords": lambda text, word: any(each.startswith(word) for each in text.split()),
    "ExactPhrase": lambda text, word: f" {word} " in f" {text} ",
}


def matcher(restriction: Element | None) -> Matches:
    """What a Restriction lets through; everything when there is none.

    Raises EwsError: ErrorUnsupportedPathForQuery, ErrorInvalidRestriction, ErrorRestrictionTooComplex.
    """
    if restriction is None:
        return lambda view: True
    if len(restriction) != 1:
        raise EwsError("ErrorInvalidRestriction", "A restriction is one expression")
    return _expression(restriction[0], 1)


def _expression(given: Element, depth: int) -> Matches:
    if depth > MAX_DEPTH:
        raise EwsError("ErrorRestrictionTooComplex", f"Restrictions are at most {MAX_DEPTH} deep")
    name = local_name(given)
    if name in ("And", "Or", "Not"):
        terms = [_expression(each, depth + 1) for each in given]
        if not terms or (name == "Not" and len(terms) != 1):
            raise EwsError("ErrorInvalidRestriction", f"{name} has no such number of terms")
        if name == "Not":
            return lambda view: not terms[0](view)
        join = all if name == "And" else any
        return lambda view: join(term(view) for term in terms)
    if name == "Exists":
        _value(given)
        return lambda view: True
    if name == "Contains":
        return _contains(given)
    if name not in _COMPARISONS:
        raise EwsError("ErrorInvalidRestriction", f"{name} is no expression for folders")
    return _comparison(given, _COMPARISONS[name])


def _comparison(given: Element, compare: Callable[[Any, Any], bool]) -> Matches:
    value = _value(given)
    constant = given.find(f"{t('FieldURIOrConstant')}/{t('Constant')}")
    if constant is None:
        raise EwsError("ErrorInvalidRestriction", "Folders are compared with constants")
    text = constant.get("Value", "")

    def matches(view: TreeFolder) -> bool:
        found = value(view)
        if isinstance(found, int):
            return text.isdigit() and compare(found, int(text))
        return compare(found.casefold(), text.casefold())

    return matches


def _contains(given: Element) -> Matches:
    value = _value(given)
    constant = given.find(t("Constant"))
    mode = given.get("ContainmentMode", "FullString")
    if constant is None or mode not in _CONTAINS:
        raise EwsError("ErrorInvalidRestriction", "Contains has a Constant and a mode")
    exact = given.get("ContainmentComparison", "Exact") == "Exact"
    word = constant.get("Value", "")
    test = _CONTAINS[mode]

    def matches(view: TreeFolder) -> bool:
        found = str(value(view))
        return test(found, word) if exact else test(found.casefold(), word.casefold())

    return matches


def _value(given: Element) -> Callable[[TreeFolder], Value]:
    path = given[0] if len(given) else None
    if path is not None and local_name(path) == "FieldURI":
        uri = path.get("FieldURI", "")
        if uri in _VALUES:
            return _VALUES[uri]
        raise EwsError("ErrorUnsupportedPathForQuery", f"{uri} is not for restrictions on folders")
    if path is not None and local_name(path) == "ExtendedFieldURI":
        key = (property_tag(path), path.get("PropertyType", ""))
        if key in EXTENDED:
            read, is_number = EXTENDED[key], key[1] in ("Integer", "Long")
            return lambda view: int(read(view.folder)) if is_number else read(view.folder)
    raise EwsError("ErrorUnsupportedPathForQuery", "The property is not for restrictions on folders")

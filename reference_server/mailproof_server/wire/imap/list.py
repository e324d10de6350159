"""LIST and LSUB (RFC 3501 §6.3.8-9, RFC 5258; return options of RFC 5819, 6154, 8440 and 9590)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.metadata import entry_name
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.status import status_items

SELECTION_OPTIONS = frozenset({b"SUBSCRIBED", b"REMOTE", b"RECURSIVEMATCH", b"SPECIAL-USE"})
#: Return options without an argument.
RETURN_OPTIONS = frozenset({b"SUBSCRIBED", b"CHILDREN", b"SPECIAL-USE", b"MYRIGHTS"})


@dataclass(frozen=True, slots=True)
class ListArgs:
    """Names are decoded; `%` and `*` in `patterns` are wildcards (see `names.ListPattern`). Those that no name can have
    are left out.

    `selection` and `returns` hold upper-case option names. `status` are the items of STATUS, `metadata` the entries of
    METADATA, () when not asked for. `extended`: selection options, several patterns or RETURN were given, if empty, so
    the answer follows RFC 5258; otherwise `LIST "" ""` asks for the separator.
    """

    reference: str
    patterns: tuple[str, ...]
    selection: frozenset[bytes] = frozenset()
    returns: frozenset[bytes] = frozenset()
    status: tuple[bytes, ...] = ()
    metadata: tuple[str, ...] = ()
    extended: bool = False


def parse_list(parser: Parser) -> ListArgs:
    """The arguments of LIST."""
    parser.sp()
    extended = False
    selection: frozenset[bytes] = frozenset()
    if parser.peek(b"("):
        extended = True
        selection = _selection(parser)
        parser.sp()
    reference = parser.reference()
    parser.sp()
    if parser.peek(b"("):
        extended = True
        patterns = parser.parenthesised(parser.list_mailbox)
    else:
        patterns = [parser.list_mailbox()]
    returns: set[bytes] = set()
    status: tuple[bytes, ...] = ()
    metadata: tuple[str, ...] = ()

    def return_option() -> None:
        nonlocal status, metadata
        name = parser.keyword()
        if name in RETURN_OPTIONS:
            returns.add(name)
        elif name == b"STATUS":
            parser.sp()
            status = status_items(parser)
        elif name == b"METADATA":
            parser.sp()
            metadata = tuple(parser.parenthesised(lambda: entry_name(parser)))
        else:
            raise WireError("unknown LIST return option")

    if not parser.at_end():
        extended = True
        parser.sp()
        if not parser.take_keyword(b"RETURN"):
            raise WireError("unexpected text at the end of the command")
        parser.sp()
        parser.parenthesised(return_option, allow_empty=True)
    parser.end()
    kept = _accepted(reference, patterns)
    return ListArgs(reference or "", kept, selection, frozenset(returns), status, metadata, extended)


def parse_lsub(parser: Parser) -> ListArgs:
    """The arguments of LSUB, which has no extended form."""
    parser.sp()
    reference = parser.reference()
    parser.sp()
    pattern = parser.list_mailbox()
    parser.end()
    return ListArgs(reference or "", _accepted(reference, [pattern]))


def _accepted(reference: str | None, patterns: Sequence[str | None]) -> tuple[str, ...]:
    """The patterns that can match a name."""
    return () if reference is None else tuple(each for each in patterns if each is not None)


def _selection(parser: Parser) -> frozenset[bytes]:
    def option() -> bytes:
        name = parser.keyword()
        if name not in SELECTION_OPTIONS:
            raise WireError("unknown LIST selection option")
        return name

    selection = frozenset(parser.parenthesised(option, allow_empty=True))
    # "If a list-select-mod-opt appears, then a list-select-base-opt must also appear" (RFC 5258 §6), and SUBSCRIBED is
    # the only one: REMOTE and SPECIAL-USE (RFC 6154 §6) are independent options.
    if b"RECURSIVEMATCH" in selection and b"SUBSCRIBED" not in selection:
        raise WireError("RECURSIVEMATCH needs SUBSCRIBED")
    return selection

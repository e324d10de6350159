"""Rules about what is said of mailboxes and of search results: LIST, STATUS, ESEARCH, response codes."""

from __future__ import annotations

import re

from mailproof_suites.clients.imap.names import is_utf7
from mailproof_suites.clients.imap.values import Response, Tagged, Untagged
from mailproof_suites.clients.observer import SentCommand
from mailproof_suites.monitors.imap.session import ImapSession, canonical, codes, first_mailbox, top_level
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict

TABLE: RuleTable[ImapSession, Response] = RuleTable()

_SELECTABILITY = {b"\\marked", b"\\unmarked", b"\\noselect"}
_SEARCHES = {"SEARCH", "UID SEARCH", "SORT", "UID SORT", "THREAD", "UID THREAD"}
_COPIES = {"COPY", "UID COPY", "MOVE", "UID MOVE"}
_SAME_ENDS = re.compile(rb"(?<![0-9])([0-9]+):\1(?![0-9])")


@TABLE.on("LIST", "LSUB", ids=("RFC9051:7.3.1-51",))
def a_mailbox_has_children_or_has_none(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.1: "It is an error for the server to return both"."""
    attributes = _attributes(response)
    both = {b"\\haschildren", b"\\hasnochildren"} <= set(attributes)
    return verdict(not both, "\\HasChildren or \\HasNoChildren, not both", "both")


@TABLE.on("LIST", "LSUB", ids=("RFC9051:7.3.1-52",))
def a_mailbox_has_one_selectability(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.1: "MUST NOT send more than one of \\Marked, \\Unmarked, and \\Noselect"."""
    found = _SELECTABILITY & set(_attributes(response))
    shown = b" ".join(sorted(found)).decode("latin-1")
    return verdict(len(found) <= 1, "at most one of \\Marked, \\Unmarked, \\Noselect", shown)


@TABLE.on("LIST", "LSUB", ids=("RFC9051:7.3.1-53",))
def an_attribute_is_listed_once(session: ImapSession, response: Response) -> Finding:
    """The grammar of mbx-list-oflag: "each flag can only appear once per LIST response"."""
    attributes = _attributes(response)
    shown = b" ".join(attributes).decode("latin-1")
    return verdict(len(set(attributes)) == len(attributes), "each attribute once", shown)


@TABLE.on("LIST", "LSUB", ids=("RFC9051:7.3.1-54", "RFC9051:5.1.1-51", "RFC3501:7.2.2-51", "RFC3501:5.1.1-51"))
def names_of_a_top_level_have_one_delimiter(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.1: "All children of a top-level hierarchy node MUST use the same separator character"."""
    assert isinstance(response, Untagged)
    top, delimiter = top_level(response.data)
    if not delimiter:
        return None
    known = session.delimiters.get(top, delimiter)
    right = delimiter == known and len(delimiter) == 1 and delimiter.isascii()
    return verdict(right, f"the one ASCII character {known!r} below {bytes(top)!r}", repr(bytes(delimiter)))


@TABLE.on(
    "LIST",
    "LSUB",
    "STATUS",
    ids=(
        "RFC3501:5.1.3-51",
        "RFC3501:5.1.3-52",
        "RFC3501:5.1-51",
        "RFC9051:A.1-51",
    ),
)
def a_name_is_modified_utf7(session: ImapSession, response: Response) -> Finding:
    """Names are modified UTF-7 until the client enables UTF-8; one that is not cannot be shown or typed by clients."""
    assert isinstance(response, Untagged)
    if session.enabled & {"IMAP4REV2", "UTF8=ACCEPT"} or session.only_rev2:
        return None
    name = response.data.mailbox
    return verdict(is_utf7(name), "a mailbox name in modified UTF-7", repr(bytes(name)))


@TABLE.on("STATUS", ids=("RFC9051:7.3.3-51",))
def status_tells_what_was_asked(session: ImapSession, response: Response) -> Finding:
    """It "returns the mailbox name that matches the STATUS specification and the requested mailbox status
    information"; news that NOTIFY pushes is another thing."""
    assert isinstance(response, Untagged)
    command = session.only_command()
    if command is None or command.name != "STATUS" or session.notify:
        return None
    if first_mailbox(command) != canonical(response.data.mailbox):
        return Broken(f"STATUS of {first_mailbox(command)!r}", f"of {bytes(response.data.mailbox)!r}")
    asked = _asked_items(command)
    extra = response.data.items.keys() - asked
    return verdict(not extra, f"only {' '.join(sorted(asked))}", " ".join(sorted(extra)))


def _asked_items(command: SentCommand) -> set[str]:
    inner = command.line.decode("latin-1").upper().rpartition("(")[2].rstrip(")")
    return set(inner.split())


@TABLE.on("ESEARCH", ids=("RFC9051:7.3.4-51",))
def a_correlator_is_the_tag_of_the_search(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.4: the correlator "contains the tag of the command that caused the response"."""
    assert isinstance(response, Untagged)
    searches = [tag for tag, pending in session.outstanding.items() if pending.command.name in _SEARCHES]
    if session.uncertain or session.notify or not searches or session.watches_searches:
        return None
    expected = "TAG " + " or ".join(tag.decode("latin-1") for tag in searches)
    return verdict(response.data.tag in searches, expected, f"TAG {response.data.tag!r}")


@TABLE.on("ESEARCH", ids=("RFC9051:7.3.4-52",))
def search_results_agree(session: ImapSession, response: Response) -> Finding:
    """MIN is the lowest, MAX the highest and COUNT the number of what ALL lists."""
    assert isinstance(response, Untagged)
    items = response.data.items
    pending = session.outstanding.get(response.data.tag or b"")
    if pending is not None and pending.command.name.endswith("SORT"):
        # RFC 5267 section 3.1: MIN and MAX are the ends of the sorted list, whatever their numbers.
        items = {name: value for name, value in items.items() if name not in ("MIN", "MAX")}
    found = items.get("ALL")
    faults = []
    if found is not None:
        faults += [
            f"{name} {items[name]} beside ALL {found}" for name in ("MIN", "MAX") if _differs(items, name, found)
        ]
        if "COUNT" in items and items["COUNT"] != found.count:
            faults.append(f"COUNT {items['COUNT']} beside ALL {found}")
    if items.get("COUNT") == 0 and items.keys() & {"MIN", "MAX", "ALL"}:
        faults.append("COUNT 0 beside results")
    if items.get("COUNT", 1) > 0 and items.get("MIN", 0) > items.get("MAX", items.get("MIN", 0)):
        faults.append("MIN above MAX")
    if len(items.keys() & {"MIN", "MAX", "ALL", "COUNT"}) < 2:
        return None
    return verdict(not faults, "MIN, MAX, COUNT and ALL that agree", "; ".join(faults))


def _differs(items: dict[str, int], name: str, found: object) -> bool:
    end = getattr(found, "lowest" if name == "MIN" else "highest")
    return name in items and items[name] != end


@TABLE.on("tagged", ids=("RFC9051:6.4.4-51",))
def a_search_in_rev2_is_answered_with_esearch(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 6.4.4: results come "in an untagged ESEARCH response", also when nothing matches; only a search
    that just saves its result (RETURN (SAVE)) has none."""
    assert isinstance(response, Tagged)
    pending = session.outstanding.get(response.tag)
    if pending is None or pending.command.raw or pending.command.name not in ("SEARCH", "UID SEARCH"):
        return None
    if not session.rev2 or response.condition.status != "OK" or b"SAVE" in pending.command.line.upper():
        return None
    return verdict(response.tag in session.esearch_tags, "an ESEARCH response with this tag", "none")


@TABLE.on(
    "ESEARCH",
    ids=(
        "RFC9051:6.4.9-52",
        "RFC4731:3.1-51",
    ),
)
def a_uid_search_says_so(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 6.4.9: "the corresponding ESEARCH response MUST include the UID indicator"."""
    assert isinstance(response, Untagged)
    pending = session.outstanding.get(response.data.tag or b"")
    if pending is None or pending.command.name not in _SEARCHES or session.uncertain:
        return None
    by_uid = pending.command.name.startswith("UID ")
    return verdict(
        response.data.uid == by_uid, "UID exactly in the answer to a UID command", f"UID {response.data.uid}"
    )


@TABLE.on(
    "code:APPENDUID",
    ids=(
        "RFC9051:7.1-52",
        "RFC4315:3-52",
    ),
)
def appenduid_ends_an_append(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.1: in the tagged OK of APPEND; "MUST NOT send a range such as 123:123". (RFC 8508 section 3.4
    lets REPLACE send it untagged, before it expunges the old message.)"""
    running = session.names_in_progress(response)
    if session.raw:
        return None
    if not running & {"APPEND", "REPLACE", "UID REPLACE"}:
        return Broken("APPENDUID only for APPEND or REPLACE", f"for {', '.join(sorted(running)) or 'nothing'}")
    if not isinstance(response, Tagged) and "APPEND" in running:
        return Broken("APPENDUID in the tagged OK", "in an untagged response")
    return _set_form(response)


@TABLE.on("code:COPYUID", ids=("RFC9051:7.1-53",))
def copyuid_pairs_the_uids(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.1: "the destination UID set corresponds to the source UID set"."""
    running = session.names_in_progress(response)
    if not session.raw and not running & _COPIES:
        return Broken("COPYUID only for COPY or MOVE", f"for {', '.join(sorted(running)) or 'nothing'}")
    for code in codes(response):
        _, source, target = code.args
        right = source.count == target.count
        return verdict(right, "as many destination UIDs as source UIDs", f"{source} and {target}")
    return None


def _set_form(response: Response) -> Finding:
    for code in codes(response):
        return verdict(not _SAME_ENDS.search(code.raw), "a single UID, not a range of one", code.raw.decode("latin-1"))
    return None


@TABLE.on("code:any", ids=("RFC9051:7.1-51",))
def a_code_has_its_arguments(session: ImapSession, response: Response) -> Finding:
    """The parser has checked the arguments of the code; this counts it."""
    return HELD


def _attributes(response: Response) -> list[bytes]:
    assert isinstance(response, Untagged)
    return [attribute.lower() for attribute in response.data.attributes]

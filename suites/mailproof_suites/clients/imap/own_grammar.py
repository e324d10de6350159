"""The grammar of what we ourselves send: a mistake of a case must not look like the server's (RFC 9051 section 9).

Every command that a case sends without saying that it is broken on purpose has to be one line of this table: IMAP4rev2,
what IMAP4rev1 had (RFC 3501), and the extensions that the suites know. The open ends of the ABNF (tagged-ext of RFC
4466, "X" commands) are left out, because through them every misspelling would pass. What a command means in the
session's state, and whether the server offers it, is no grammar and no business of this module.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from mailproof_suites.clients.errors import HarnessError
from mailproof_suites.clients.imap.command import Literal, Part
from mailproof_suites.clients.imap.own_search import is_program
from mailproof_suites.clients.imap.own_terms import (
    ASTRING,
    ATOM,
    BASE64,
    DATE_TIME,
    ENTRIES,
    ENTRY,
    FETCH_ATT,
    FLAG,
    KNOWN_SET,
    LIST_MAILBOX,
    LITERAL,
    LITERAL8,
    MODSEQ,
    NSTRING,
    NUMBER,
    NUMBER64,
    NZ_NUMBER,
    PARTIAL_RANGE,
    QUOTED,
    RIGHTS,
    SEQUENCE_SET,
    STATUS_ATT,
    STRING,
    listed,
    one_of,
    spaced,
)

_FLAG_LIST = listed(FLAG, least=0)
# RFC 3502 and RFC 9755: append-message, with UTF8 (~{n} …) for headers in UTF-8.
_APPEND_MESSAGE = rf"(?: {_FLAG_LIST})?(?: {DATE_TIME})? (?:{LITERAL}|{LITERAL8}|UTF8 \({LITERAL8}\))"
_QRESYNC = rf"QRESYNC \({NZ_NUMBER} {MODSEQ}(?: {KNOWN_SET})?(?: \({KNOWN_SET} {KNOWN_SET}\))?\)"
_OPEN = f" {ASTRING}(?: {listed(f'(?:CONDSTORE|{_QRESYNC})')})?"
_FETCH_MODIFIER = f"(?:CHANGEDSINCE {MODSEQ}|VANISHED|PARTIAL {PARTIAL_RANGE})"
_FETCH = f" {SEQUENCE_SET} (?:ALL|FULL|FAST|{FETCH_ATT}|{listed(FETCH_ATT)})(?: {listed(_FETCH_MODIFIER)})?"
_STORE = (
    rf" {SEQUENCE_SET}(?: \(UNCHANGEDSINCE (?:{MODSEQ}|0)\))? [+-]?FLAGS(?:\.SILENT)? (?:{_FLAG_LIST}|{spaced(FLAG)})"
)
# RFC 5258: RECURSIVEMATCH only beside an option that it can modify.
_LIST_OPTION = one_of("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE")
_LIST_SELECT = r"(?!\([^)]*RECURSIVEMATCH)|(?=\([^)]*(?:SUBSCRIBED|SPECIAL-USE))"
_LIST_RETURN = f"(?:SUBSCRIBED|CHILDREN|SPECIAL-USE|MYRIGHTS|STATUS {listed(STATUS_ATT)}|METADATA {listed(ENTRY)})"
_LIST = (
    f"(?: (?:{_LIST_SELECT}){listed(_LIST_OPTION, least=0)})? {ASTRING}"
    f" (?:{LIST_MAILBOX}|{listed(LIST_MAILBOX)})(?: RETURN {listed(_LIST_RETURN, least=0)})?"
)
_USE = rf"\\{ATOM}"
_METADATA_OPTION = rf"(?:MAXSIZE {NUMBER}|DEPTH (?:0|1|infinity))"
_SET_ENTRY = f"{ENTRY} (?:{NSTRING}|{LITERAL8})"
_MAILBOXES = f"(?:{listed(ASTRING)}|{ASTRING})"
_FILTER = f"(?:selected-delayed|selected|inboxes|personal|subscribed|(?:subtree|mailboxes) {_MAILBOXES})"
_EVENT = (
    f"(?:MessageNew(?: {listed(FETCH_ATT)})?|MessageExpunge|FlagChange|AnnotationChange|MailboxName"
    "|SubscriptionChange|MailboxMetadataChange|ServerMetadataChange)"
)
_NOTIFY = spaced(rf"\({_FILTER} (?:{listed(_EVENT)}|NONE)\)")

_NUMBERED = {
    "FETCH": _FETCH,
    "STORE": _STORE,
    "COPY": f" {SEQUENCE_SET} {ASTRING}",
    "MOVE": f" {SEQUENCE_SET} {ASTRING}",
    "REPLACE": rf" (?:{NZ_NUMBER}|\*) {ASTRING}{_APPEND_MESSAGE}",
}
"""Commands that exist with and without UID."""

_ARGUMENTS = {
    **dict.fromkeys(("CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "IDLE"), ""),
    **dict.fromkeys(("NAMESPACE", "UNAUTHENTICATE"), ""),
    **dict.fromkeys(("DELETE", "SUBSCRIBE", "UNSUBSCRIBE"), f" {ASTRING}"),
    **dict.fromkeys(("GETACL", "MYRIGHTS", "GETQUOTA", "GETQUOTAROOT"), f" {ASTRING}"),
    **dict.fromkeys(("LOGIN", "RENAME", "DELETEACL", "LISTRIGHTS"), f" {ASTRING} {ASTRING}"),
    **dict.fromkeys(("SELECT", "EXAMINE"), _OPEN),
    **_NUMBERED,
    **{f"UID {name}": arguments for name, arguments in _NUMBERED.items()},
    "UID EXPUNGE": f" {SEQUENCE_SET}",
    "AUTHENTICATE": f" {ATOM}(?: (?:=|(?! |$){BASE64}))?",
    "ENABLE": f" {spaced(ATOM)}",
    "ID": rf" (?:NIL|\((?:{spaced(f'{STRING} {NSTRING}')})?\))",
    "COMPRESS": " DEFLATE",
    "CREATE": rf" {ASTRING}(?: \(USE {listed(_USE, least=0)}\))?",
    "LIST": _LIST,
    "LSUB": f" {ASTRING} {LIST_MAILBOX}",
    "STATUS": f" {ASTRING} {listed(STATUS_ATT)}",
    "APPEND": f" {ASTRING}(?:{_APPEND_MESSAGE})+",
    "SETACL": f" {ASTRING} {ASTRING} {RIGHTS}",
    "SETQUOTA": f" {ASTRING} {listed(f'{ATOM} {NUMBER64}', least=0)}",
    "GETMETADATA": f"(?: {listed(_METADATA_OPTION)})? {ASTRING} {ENTRIES}",
    "SETMETADATA": f" {ASTRING} {listed(_SET_ENTRY)}",
    "NOTIFY": f" (?:NONE|SET (?:STATUS )?{_NOTIFY})",
    "CANCELUPDATE": f" {spaced(QUOTED)}",
}
"""Name → its arguments with the space before them. Section 6.2.2 of RFC 9051: "=" is an empty initial response."""

_SEARCH_RETURN = listed(f"(?:MIN|MAX|ALL|COUNT|SAVE|UPDATE|CONTEXT|PARTIAL {PARTIAL_RANGE})", least=0)
_SORT_KEY = (
    f"(?:REVERSE )?{one_of('ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO')}"
)
_BEFORE_KEYS = {
    "SEARCH": f"(?: RETURN {_SEARCH_RETURN})?(?: CHARSET {ASTRING})? ",
    "SORT": f"(?: RETURN {_SEARCH_RETURN})? {listed(_SORT_KEY)} {ASTRING} ",
    "THREAD": f" {ATOM} {ASTRING} ",
}
"""Commands that end with search keys → what stands before those."""

_TAG = re.compile(rb"[!#$&',\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_ANSWER = re.compile(rf"(?:{BASE64}|\*)".encode())


def check_command(tag: bytes, parts: Iterable[Part], *, utf8: bool = False) -> None:
    """Raises HarnessError unless tag and parts are a command; ``utf8``: quoted strings may hold UTF-8."""
    line = outline(parts)
    if not _TAG.fullmatch(tag):
        raise HarnessError(f"no tag: {tag!r}; {_ON_PURPOSE}")
    if not line.isascii():
        _check_utf8(line, allowed=utf8)
    name, form, keys = _form(line)
    if form is None:
        raise HarnessError(f"no command that our own grammar knows: {name}; {_ON_PURPOSE}")
    found = form.match(line, len(name))
    if found is None or not (is_program(line, found.end()) if keys else found.end() == len(line)):
        raise HarnessError(f"the arguments of our own {name} break the grammar: {_shown(name, line)}; {_ON_PURPOSE}")


def check_continued(names: Iterable[str], line: bytes) -> None:
    """Raises HarnessError unless a line that continues one of these running commands may look like this."""
    running = set(names)
    if "AUTHENTICATE" in running and _ANSWER.fullmatch(line):
        return
    if "IDLE" in running and line.upper() == b"DONE":
        return
    raise HarnessError(f"{line[:80]!r} continues none of {sorted(running)}; {_ON_PURPOSE}")


def outline(parts: Iterable[Part]) -> bytes:
    """The command without its tag, a literal shown as NUL, a literal8 as NUL and ``~``.

    Raises HarnessError for a NUL in what is no literal8: "literal = "{" number64 ["+"] "}" CRLF *CHAR8", and CHAR8 is
    "any OCTET except NUL".
    """
    return b" ".join([_outlined(part) for part in parts])


def _outlined(part: Part) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        return part.encode()
    if isinstance(part, int):
        return b"%d" % part
    if isinstance(part, Literal):
        if part.binary:
            return b"\0~"
        if b"\0" in part.data:
            raise HarnessError(f"a NUL in a literal that is not binary; {_ON_PURPOSE}")
        return b"\0"
    return b"(" + outline(part) + b")"


_ON_PURPOSE = "on_purpose=True sends it all the same"
_SECRET = frozenset(("LOGIN", "AUTHENTICATE"))


def _shown(name: str, line: bytes) -> str:
    return "(not shown)" if name in _SECRET else repr(line[:200].replace(b"\0", b"{...}"))


def _check_utf8(line: bytes, *, allowed: bool) -> None:
    if not allowed:
        raise HarnessError(f"octets above 127 outside a literal before ENABLE: {line[:200]!r}; {_ON_PURPOSE}")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        raise HarnessError(f"no UTF-8: {line[:200]!r}; {_ON_PURPOSE}") from None


def _form(line: bytes) -> tuple[str, re.Pattern[bytes] | None, bool]:
    """Name of the command, what its arguments have to match, and whether search keys follow."""
    words = line.split(b" ", 2)
    name = words[0].decode("latin-1").upper()
    if name == "UID" and len(words) > 1:
        name += " " + words[1].decode("latin-1").upper()
    return name, _pattern(name), name.removeprefix("UID ") in _BEFORE_KEYS


@functools.cache
def _pattern(name: str) -> re.Pattern[bytes] | None:
    text = _ARGUMENTS.get(name, _BEFORE_KEYS.get(name.removeprefix("UID ")))
    return None if text is None else re.compile(text.encode("latin-1"), re.IGNORECASE)

"""Search keys of our own commands: the one part of the grammar that nests without end (RFC 9051 section 9)."""

from __future__ import annotations

import re

from mailproof_suites.clients.imap.own_terms import (
    ASTRING,
    ATOM,
    DATE,
    MODSEQ,
    NUMBER64,
    NZ_NUMBER,
    OBJECT_ID,
    SEQUENCE_SET,
    one_of,
)

_ENTRY_NAME = rf'"/flags/(?:\\\\)?{ATOM}"'
_KEY = "|".join(
    (
        "(?:UN)?(?:ANSWERED|DELETED|DRAFT|FLAGGED|SEEN)",
        one_of("ALL", "NEW", "OLD", "RECENT", "SAVEDATESUPPORTED"),
        f"{one_of('BCC', 'BODY', 'CC', 'FROM', 'SUBJECT', 'TEXT', 'TO')} {ASTRING}",
        f"(?:SENT|SAVED)?{one_of('BEFORE', 'ON', 'SINCE')} {DATE}",
        f"HEADER {ASTRING} {ASTRING}",
        f"{one_of('KEYWORD', 'UNKEYWORD', 'FILTER')} {ATOM}",
        f"{one_of('LARGER', 'SMALLER')} {NUMBER64}",
        f"{one_of('OLDER', 'YOUNGER')} {NZ_NUMBER}",  # RFC 5032
        f"{one_of('EMAILID', 'THREADID')} {OBJECT_ID}",  # RFC 8474
        f"MODSEQ(?: {_ENTRY_NAME} {one_of('priv', 'shared', 'all')})? (?:{MODSEQ}|0)",  # RFC 7162
        f"(?:UID )?{SEQUENCE_SET}",
    )
)
_TOKEN = re.compile(
    rf"(?P<not>(?:NOT|FUZZY) )|(?P<or>OR )|(?P<open>\()|(?P<key>(?:{_KEY})(?=[ )]|\Z))".encode("latin-1"),
    re.IGNORECASE,
)


def is_program(line: bytes, at: int) -> bool:
    """Whether ``line`` from ``at`` to its end is ``search-key *(SP search-key)``."""
    due = 1  # keys that the operators before still want, in the innermost parentheses
    outer: list[int] = []
    while True:
        found = _TOKEN.match(line, at)
        if found is None:
            return False
        at = found.end()
        match found.lastgroup:
            case "or":
                due += 1
                continue
            case "open":
                outer.append(due)
                due = 1
                continue
            case "not":
                continue
        due -= 1
        while due == 0 and outer and line[at : at + 1] == b")":
            due = outer.pop() - 1
            at += 1
        if at == len(line):
            return due == 0 and not outer
        if line[at : at + 1] != b" ":
            return False
        due = due or 1
        at += 1

"""The productions that our own commands are made of, as regular expressions (RFC 9051 section 9, RFC 4466 and others).

Each stands for the production of the same name; they are written for `re.IGNORECASE`. A literal is seen as one NUL, and
a literal8 as NUL and ``~``: no other part of a command can hold a NUL. Octets above 127 stand in quoted strings only.
"""

from __future__ import annotations


def up_to(limit: int) -> str:
    """1 … ``limit`` without leading zeros, followed by no digit."""
    digits = str(limit)
    ways = [f"[1-9][0-9]{{0,{len(digits) - 2}}}", digits]
    for at, digit in enumerate(digits):
        lowest, highest = int(at == 0), int(digit) - 1
        if highest >= lowest:
            ways.append(f"{digits[:at]}[{lowest}-{highest}][0-9]{{{len(digits) - 1 - at}}}")
    return f"(?:{'|'.join(f'{way}(?![0-9])' for way in ways)})"


def spaced(item: str, least: int = 1) -> str:
    """``item *(SP item)``; with ``least=0`` perhaps nothing."""
    several = f"{item}(?: {item})*+"
    return several if least else f"(?:{several})?"


def listed(item: str, least: int = 1) -> str:
    """``"(" item *(SP item) ")"``."""
    return rf"\({spaced(item, least)}\)"


def one_of(*words: str) -> str:
    """Any of these, the longest first where one begins another."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


# -- numbers and dates -------------------------------------------------------------------------------------------------

NZ_NUMBER = up_to(2**32 - 1)
NUMBER = f"(?:0*{NZ_NUMBER}|0++)"
NZ_NUMBER64 = up_to(2**63 - 1)
NUMBER64 = f"(?:0*{NZ_NUMBER64}|0++)"
MODSEQ = f"0*{NZ_NUMBER64}"  # RFC 7162: "1*DIGIT", "Positive unsigned 63-bit integer"
_SEQ_NUMBER = rf"(?:{NZ_NUMBER}|\*)"
_RANGE = f"{_SEQ_NUMBER}(?::{_SEQ_NUMBER})?"
SEQUENCE_SET = rf"(?:{_RANGE}(?:,{_RANGE})*+|\$)"
KNOWN_SET = f"{NZ_NUMBER}(?::{NZ_NUMBER})?(?:,{NZ_NUMBER}(?::{NZ_NUMBER})?)*+"  # RFC 7162: "* is not allowed"
PARTIAL_RANGE = f"(?:{NZ_NUMBER}:{NZ_NUMBER}|-{NZ_NUMBER}:-{NZ_NUMBER})"  # RFC 9394
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE_TEXT = f"[0-9]{{1,2}}-{_MONTH}-[0-9]{{4}}"
DATE = f'(?:"{_DATE_TEXT}"|{_DATE_TEXT})'
DATE_TIME = f'"[ 0-9][0-9]-{_MONTH}-[0-9]{{4}} [0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}} [+-][0-9]{{4}}"'

# -- strings -----------------------------------------------------------------------------------------------------------

ATOM_CHAR = r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]"
ASTRING_CHAR = r"[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]"
ATOM = f"{ATOM_CHAR}++"
LITERAL = r"\x00(?!~)"
LITERAL8 = r"\x00~"
QUOTED = r'"(?:[^\x00\r\n"\\]++|\\["\\])*+"'
STRING = f"(?:{QUOTED}|{LITERAL})"
NSTRING = f"(?:{STRING}|NIL)"
ASTRING = f"(?:{ASTRING_CHAR}++|{STRING})"
LIST_MAILBOX = rf"(?:[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}}~%*]++|{STRING})"
BASE64 = "(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
FLAG = rf"(?:\\(?!Recent[ )]|Recent\Z){ATOM}|{ATOM})"  # RFC 3501: 'Does not include "\Recent"'
OBJECT_ID = "[A-Za-z0-9_-]{1,255}"

# -- items -------------------------------------------------------------------------------------------------------------

_HEADER_LIST = listed(ASTRING)
_MSGTEXT = rf"(?:HEADER\.FIELDS(?:\.NOT)? {_HEADER_LIST}|HEADER|TEXT)"
_PART = rf"{NZ_NUMBER}(?:\.{NZ_NUMBER})*+"
_SECTION = rf"\[(?:{_MSGTEXT}|{_PART}(?:\.(?:{_MSGTEXT}|MIME))?)?\]"
_SECTION_BINARY = rf"\[(?:{_PART})?\]"
_PARTIAL = rf"(?:<{NUMBER64}\.{NZ_NUMBER64}>)?"
FETCH_ATT = (
    rf"(?:BODY(?:\.PEEK)?{_SECTION}{_PARTIAL}|BINARY(?:\.PEEK)?{_SECTION_BINARY}{_PARTIAL}"
    rf"|BINARY\.SIZE{_SECTION_BINARY}|RFC822(?:\.(?:HEADER|SIZE|TEXT))?|PREVIEW(?: {listed('LAZY')})?"
    r"|ENVELOPE|FLAGS|INTERNALDATE|BODYSTRUCTURE|BODY|UID|MODSEQ|EMAILID|THREADID|SAVEDATE)"
)
STATUS_ATT = one_of(
    "MESSAGES", "RECENT", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED", "SIZE",  # RFC 3501, RFC 9051
    "HIGHESTMODSEQ", "APPENDLIMIT", "MAILBOXID", "DELETED-STORAGE",  # RFC 7162, RFC 7889, RFC 8474, RFC 9208
)  # fmt: skip
# RFC 5464 section 3.2: entries begin with "/", do not end with it, hold no two in a row, neither "*" nor "%", and no
# control characters.
ENTRY = (
    rf"(?:(?:/[!#$&'+,\-.0-9:;<=>?@A-Z\[\]^_`a-z|}}~]++)++"
    rf'|"(?:/(?:[ !#$&-)+-.0-\[\]-~]|\\["\\])++)++"|{LITERAL})'
)
ENTRIES = f"(?:{ENTRY}|{listed(ENTRY)})"
# RFC 4314: "only lowercase ASCII letters and digits are allowed"; whatever else is said in capitals may be small.
RIGHTS = rf'(?:(?-i:[+-][a-z0-9]*+|[a-z0-9]++|"[+-]?[a-z0-9]*+")|{LITERAL})'

"""The grammar of what we ourselves send: a mistake of a case must not look like the server's (RFC 5321 section 4.1).

Every command line that a case sends without saying that it is broken on purpose has to be in this table, with the
parameters of the extensions that the suites know; the open end of the ABNF (any esmtp-keyword) is left out, because
through it every misspelling would pass. Order of commands, lengths, and what the server offers are no grammar.
"""

from __future__ import annotations

import re

from mailproof_suites.clients.errors import HarnessError

# -- RFC 5321 section 4.1.2 and 4.1.3; with octets above 127 RFC 6531 section 3.3 --------------------------------------

_LET_DIG = r"[A-Za-z0-9\x80-\xff]"
_SUB_DOMAIN = rf"{_LET_DIG}(?:[A-Za-z0-9\x80-\xff-]*{_LET_DIG})?"
_DOMAIN = rf"{_SUB_DOMAIN}(?:\.{_SUB_DOMAIN})*"
_SNUM = r"[0-9]{1,3}"
_IPV4 = rf"{_SNUM}(?:\.{_SNUM}){{3}}"
_HEX = "[0-9A-F]{1,4}"
_GROUPS = f"{_HEX}(?::{_HEX})"
_SOME = f"(?:{_GROUPS}{{0,5}})?"
_IPV6 = (
    rf"(?:{_GROUPS}{{7}}|{_SOME}::{_SOME}|{_GROUPS}{{5}}:{_IPV4}"
    rf"|(?:{_GROUPS}{{0,3}})?::(?:{_GROUPS}{{0,3}}:)?{_IPV4})"
)
# Standardized-tag is "specified in a Standards-Track RFC and registered with IANA": there is IPv6 alone.
_ADDRESS_LITERAL = rf"\[(?:{_IPV4}|IPv6:{_IPV6})\]"
_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\x80-\xff]++"
_QUOTED = r'"(?:[ !#-\[\]-~\x80-\xff]|\\[ -~])*+"'
_LOCAL_PART = rf"(?:{_ATOM}(?:\.{_ATOM})*+|{_QUOTED})"
_MAILBOX = rf"{_LOCAL_PART}@(?:{_DOMAIN}|{_ADDRESS_LITERAL})"
_SOURCE_ROUTE = f"(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?"
_PATH = f"<{_SOURCE_ROUTE}{_MAILBOX}>"
_STRING = f"(?:{_ATOM}|{_QUOTED})"
# "String" has no "@", and section 3.5.1 wants "local-part@domain" taken all the same, in a path or without one.
_WHO = f"(?:{_PATH}|{_MAILBOX}|{_STRING})(?: SMTPUTF8)?"

# -- parameters --------------------------------------------------------------------------------------------------------

_XTEXT = r"(?:[!-*,-<>-~]|\+(?-i:[0-9A-F]{2}))"  # RFC 3461 section 4
# RFC 6533 section 3, beside xtext: utf-8-address may hold \x{…}, and UTF-8 itself.
_UTF8_ADDRESS = r"(?:[!-*,-<>-~\x80-\xff]|\+(?-i:[0-9A-F]{2}))+"
_MAIL_PARAMETERS = "|".join(
    (
        "SIZE=[0-9]{1,20}",  # RFC 1870
        "BODY=(?:7BIT|8BITMIME|BINARYMIME)",  # RFC 6152, RFC 3030
        "RET=(?:FULL|HDRS)",  # RFC 3461
        f"ENVID={_XTEXT}+",
        f"AUTH=(?:<>|{_XTEXT}+)",  # RFC 4954
        "SMTPUTF8",  # RFC 6531
    )
)
_NOTIFY = "(?:SUCCESS|FAILURE|DELAY)"
_RCPT_PARAMETERS = "|".join(
    (
        f"NOTIFY=(?:NEVER|{_NOTIFY}(?:,{_NOTIFY})*)",
        rf"ORCPT=(?:utf-8;{_UTF8_ADDRESS}|[A-Za-z0-9!#$%&'*+\-/=?^_`{{|}}~]+;{_XTEXT}+)",
    )
)

BASE64 = "(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_ARGUMENTS = {
    **dict.fromkeys(("DATA", "RSET", "QUIT", "STARTTLS"), ""),
    **dict.fromkeys(("HELP", "NOOP"), f"(?: {_STRING})?"),
    **dict.fromkeys(("VRFY", "EXPN"), f" {_WHO}"),
    "EHLO": f" (?:{_DOMAIN}|{_ADDRESS_LITERAL})",
    "HELO": f" {_DOMAIN}",
    "MAIL": f" FROM:(?:<>|{_PATH})(?: (?:{_MAIL_PARAMETERS}))*",
    "RCPT": f" TO:(?:<Postmaster>|{_PATH})(?: (?:{_RCPT_PARAMETERS}))*",
    "BDAT": " [0-9]{1,20}(?: LAST)?",  # RFC 3030: chunk-size ::= 1*DIGIT, end-marker ::= "LAST"
    "AUTH": rf" [A-Z0-9_-]{{1,20}}(?: (?:=|(?!\Z){BASE64}))?",  # RFC 4954 section 4, RFC 4422 section 3.1
}
_PATTERNS = {name: re.compile(text.encode("latin-1"), re.IGNORECASE) for name, text in _ARGUMENTS.items()}
_ANSWER = re.compile(rf"(?:{BASE64}|\*)".encode())
_UTF8_PARAMETER = re.compile(rb" SMTPUTF8(?: |\Z)", re.IGNORECASE)
_ON_PURPOSE = "on_purpose=True sends it all the same"


def check_command(line: bytes, *, utf8: bool = False) -> None:
    """Raises HarnessError unless ``line`` (without CRLF) is a command; ``utf8``: SMTPUTF8 was asked for before."""
    name, _, _ = line.partition(b" ")
    verb = name.decode("latin-1").upper()
    pattern = _PATTERNS.get(verb)
    if pattern is None:
        raise HarnessError(f"no command that our own grammar knows: {verb[:40]}; {_ON_PURPOSE}")
    if not line.isascii():
        _check_utf8(line, allowed=utf8 or _UTF8_PARAMETER.search(line) is not None)
    if not pattern.fullmatch(line, len(name)):
        shown = "(not shown)" if verb == "AUTH" else repr(line[:200])
        raise HarnessError(f"the arguments of our own {verb} break the grammar: {shown}; {_ON_PURPOSE}")


def check_answer(line: bytes) -> None:
    """Raises HarnessError unless ``line`` may answer a 334: base64, perhaps of nothing, or ``*`` (RFC 4954)."""
    if not _ANSWER.fullmatch(line):
        raise HarnessError(f"an answer to 334 that is neither base64 nor '*'; {_ON_PURPOSE}")


def _check_utf8(line: bytes, *, allowed: bool) -> None:
    if not allowed:
        raise HarnessError(f"octets above 127 without SMTPUTF8: {line[:200]!r}; {_ON_PURPOSE}")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        raise HarnessError(f"no UTF-8: {line[:200]!r}; {_ON_PURPOSE}") from None

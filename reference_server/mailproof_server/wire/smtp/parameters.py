"""MAIL and RCPT with their parameters (RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.1.11).

Known on MAIL: SIZE (RFC 1870), BODY (6152), SMTPUTF8 (6531), RET and ENVID (3461), AUTH (4954); on RCPT: NOTIFY and
ORCPT (3461). BODY=BINARYMIME is not among the values: it is not advertised.
"""

import re
from dataclasses import dataclass

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.path import BadPath, Path, parse_path
from mailproof_server.wire.smtp.reply import Reply
from mailproof_server.wire.smtp.xtext import decode_original_recipient, decode_xtext

_PARAMETER = re.compile(r"(?P<keyword>[A-Za-z0-9][A-Za-z0-9-]*)(?:=(?P<value>[^=\x00-\x20\x7f]+))?")
_FROM = re.compile(r"from: ?", re.IGNORECASE)
_TO = re.compile(r"to: ?", re.IGNORECASE)
NOTIFY_WORDS = frozenset({"NEVER", "SUCCESS", "FAILURE", "DELAY"})
MAX_ENVID_OCTETS = 100
MAX_ORCPT_OCTETS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFrom:
    """The argument of MAIL."""

    path: Path
    size: int | None = None
    """Declared octets; None when not declared."""
    body_8bit: bool = False
    smtp_utf8: bool = False
    return_full: bool | None = None
    envelope_id: str | None = None
    """Decoded."""
    auth: str | None = None
    """Decoded; `<>` as it is. Kept for completeness: a submission server believes only its own AUTH (RFC 4954 §5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RcptTo:
    """The argument of RCPT."""

    path: Path
    notify: frozenset[str] = frozenset()
    original: str | None = None
    """ORCPT, decoded, as `type;address`."""


def parse_mail(argument: bytes) -> MailFrom:
    """`FROM:<path> [parameters]`. Raises WireError."""
    path, parameters = _take_apart(argument, _FROM, replies.BAD_MAIL_SYNTAX, replies.BAD_SENDER_ADDRESS, mail=True)
    size: int | None = None
    body_8bit = smtp_utf8 = False
    return_full: bool | None = None
    envelope_id: str | None = None
    auth: str | None = None
    for keyword, value in parameters.items():
        match keyword:
            case "SIZE":
                size = _size(value)
            case "BODY":
                body_8bit = _one_of(keyword, value, {"7BIT": False, "8BITMIME": True})
            case "SMTPUTF8":
                if value is not None:
                    # RFC 6531 §3.4: "If a value is given the server MUST reject it" with 501.
                    raise _bad_value(keyword)
                smtp_utf8 = True
            case "RET":
                return_full = _one_of(keyword, value, {"FULL": True, "HDRS": False})
            case "ENVID":
                envelope_id = _xtext(keyword, value, MAX_ENVID_OCTETS)
            case "AUTH":
                auth = value if value == "<>" else _xtext(keyword, value, MAX_ORCPT_OCTETS)
            case _:
                raise WireError(replies.UNKNOWN_PARAMETER)
    if not path.is_ascii and not smtp_utf8:
        raise WireError(replies.NEEDS_SMTPUTF8)
    return MailFrom(
        path=path,
        size=size,
        body_8bit=body_8bit,
        smtp_utf8=smtp_utf8,
        return_full=return_full,
        envelope_id=envelope_id,
        auth=auth,
    )


def parse_rcpt(argument: bytes, *, smtp_utf8: bool) -> RcptTo:
    """`TO:<path> [parameters]`; `smtp_utf8`: what MAIL of the same transaction said. Raises WireError."""
    path, parameters = _take_apart(argument, _TO, replies.BAD_RCPT_SYNTAX, replies.BAD_RECIPIENT_ADDRESS, mail=False)
    notify: frozenset[str] = frozenset()
    original: str | None = None
    for keyword, value in parameters.items():
        match keyword:
            case "NOTIFY":
                notify = _notify(value)
            case "ORCPT":
                original = _original(value)
                if not (original.isascii() or smtp_utf8):
                    raise WireError(replies.NEEDS_SMTPUTF8)
            case _:
                raise WireError(replies.UNKNOWN_PARAMETER)
    if not path.is_ascii and not smtp_utf8:
        raise WireError(replies.NEEDS_SMTPUTF8)
    return RcptTo(path=path, notify=notify, original=original)


def _take_apart(
    argument: bytes, prefix: re.Pattern[str], syntax: Reply, bad_address: Reply, *, mail: bool
) -> tuple[Path, dict[str, str | None]]:
    try:
        text = argument.decode("utf-8")
    except UnicodeDecodeError:
        raise WireError(bad_address) from None
    # "no space between the colon and the path" (§3.3), but many clients send one: one is tolerated.
    start = prefix.match(text)
    if start is None:
        raise WireError(syntax)
    try:
        path, rest = parse_path(text[start.end() :], null=mail, postmaster=not mail)
    except BadPath:
        raise WireError(bad_address) from None
    if rest and not rest.startswith(" "):
        raise WireError(syntax)
    return path, _parameters(rest, syntax)


def _parameters(text: str, syntax: Reply) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for word in text.split(" "):
        if not word:
            continue
        parameter = _PARAMETER.fullmatch(word)
        if parameter is None:
            raise WireError(syntax)
        keyword = parameter.group("keyword").upper()
        if keyword in found:
            raise WireError(Reply(501, "5.5.4", f"{keyword} given twice"))
        found[keyword] = parameter.group("value")
    return found


def _bad_value(keyword: str) -> WireError:
    return WireError(Reply(501, "5.5.4", f"Bad value of {keyword}"))


def _size(value: str | None) -> int:
    # RFC 1870 §3: "size-value ::= 1*20DIGIT".
    if value is None or not re.fullmatch(r"[0-9]{1,20}", value):
        raise _bad_value("SIZE")
    return int(value)


def _one_of(keyword: str, value: str | None, choices: dict[str, bool]) -> bool:
    chosen = choices.get((value or "").upper())
    if chosen is None:
        raise _bad_value(keyword)
    return chosen


def _xtext(keyword: str, value: str | None, most: int) -> str:
    if value is None or len(value) > most:
        raise _bad_value(keyword)
    try:
        return decode_xtext(value)
    except ValueError:
        raise _bad_value(keyword) from None


def _notify(value: str | None) -> frozenset[str]:
    words = frozenset((value or "").upper().split(","))
    # RFC 3461 §4.1: "the NEVER keyword ... MUST appear by itself".
    if not words <= NOTIFY_WORDS or ("NEVER" in words and len(words) > 1):
        raise _bad_value("NOTIFY")
    return words


def _original(value: str | None) -> str:
    if value is None or len(value.encode()) > MAX_ORCPT_OCTETS:
        raise _bad_value("ORCPT")
    try:
        return decode_original_recipient(value)
    except ValueError:
        raise _bad_value("ORCPT") from None

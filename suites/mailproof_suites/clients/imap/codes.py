"""Response codes: ``[`` name arguments ``]``, each by its own grammar (RFC 9051 section 7.1 and the extensions')."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mailproof_suites.clients.imap.scan import MAX_NUMBER64, Scanner
from mailproof_suites.clients.imap.values import Atom, Code, NumberSet

_P = "resp-text-code"


def response_code(scan: Scanner) -> Code:
    """The code at the cursor, brackets included. Unknown codes keep their argument text as one bytes argument."""
    start = scan.at
    scan.expect(b"[", _P)
    name = bytes(scan.atom(_P)).decode("ascii").upper()
    reader = _READERS.get(name, _unknown)
    args = reader(scan)
    scan.expect(b"]", f"{_P} {name}")
    return Code(name, args, scan.raw[start : scan.at])


def _none(scan: Scanner) -> tuple[Any, ...]:
    return ()


def _unknown(scan: Scanner) -> tuple[Any, ...]:
    """atom [SP 1*<any TEXT-CHAR except "]">]."""
    if not scan.skip(b" "):
        return ()
    end = scan.raw.find(b"]", scan.at)
    stop = scan.raw.find(b"\r", scan.at)
    if end < 0 or (0 <= stop < end):
        scan.fail(_P, "']' on the same line")
    text = scan.raw[scan.at : end]
    if not text:
        scan.fail(_P, "an argument after the space")
    scan.at = end
    return (text,)


def _nz(scan: Scanner) -> tuple[int]:
    scan.space(_P)
    return (scan.nz_number(_P),)


def _modseq(scan: Scanner) -> tuple[int]:
    scan.space(_P)
    return (scan.nz_number(_P, limit=MAX_NUMBER64),)


def _number(scan: Scanner) -> tuple[int]:
    scan.space(_P)
    return (scan.number(_P, limit=MAX_NUMBER64),)


def _set(scan: Scanner) -> tuple[NumberSet]:
    scan.space(_P)
    return (scan.number_set(_P),)


def _flags(scan: Scanner) -> tuple[tuple[Atom, ...]]:
    scan.space(_P)
    return (scan.flag_list(f"{_P} PERMANENTFLAGS", wildcard=True),)


def _capability(scan: Scanner) -> tuple[Atom, ...]:
    return capabilities(scan)


def _append_uid(scan: Scanner) -> tuple[int, NumberSet]:
    scan.space(_P)
    validity = scan.nz_number(_P)
    scan.space(_P)
    return validity, scan.number_set(_P)


def _copy_uid(scan: Scanner) -> tuple[int, NumberSet, NumberSet]:
    validity, source = _append_uid(scan)
    scan.space(_P)
    return validity, source, scan.number_set(_P)


def _bad_charset(scan: Scanner) -> tuple[bytes, ...]:
    if not scan.skip(b" "):
        return ()
    scan.expect(b"(", _P)
    names: list[bytes] = [scan.astring(_P)]
    while not scan.skip(b")"):
        scan.space(_P)
        names.append(scan.astring(_P))
    return tuple(names)


def _metadata(scan: Scanner) -> tuple[str] | tuple[str, int]:
    """RFC 5464 section 5: LONGENTRIES n, MAXSIZE n, TOOMANY, NOPRIVATE."""
    scan.space(_P)
    word = scan.word(_P)
    if word in ("TOOMANY", "NOPRIVATE"):
        return (word,)
    if word not in ("LONGENTRIES", "MAXSIZE"):
        scan.fail(_P, "LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE")
    return (word, *_number(scan))


def _mailbox_id(scan: Scanner) -> tuple[bytes]:
    scan.space(_P)
    return (scan.objectid(f"{_P} MAILBOXID"),)


def capabilities(scan: Scanner) -> tuple[Atom, ...]:
    """1*(SP capability)."""
    names = []
    while scan.skip(b" "):
        names.append(scan.atom("capability"))
    if not names:
        scan.fail("capability", "at least one capability")
    return tuple(names)


_BARE = (
    "ALERT PARSE READ-ONLY READ-WRITE TRYCREATE CLOSED NOMODSEQ UIDNOTSTICKY UNKNOWN-CTE NOTSAVED HASCHILDREN"
    " UNAVAILABLE AUTHENTICATIONFAILED AUTHORIZATIONFAILED EXPIRED PRIVACYREQUIRED CONTACTADMIN NOPERM INUSE"
    " EXPUNGEISSUED CORRUPTION SERVERBUG CLIENTBUG CANNOT LIMIT OVERQUOTA ALREADYEXISTS NONEXISTENT USEATTR"
    " COMPRESSIONACTIVE NOTIFICATIONOVERFLOW TOOBIG UIDREQUIRED"
)

_READERS: dict[str, Callable[[Scanner], tuple[Any, ...]]] = {
    **dict.fromkeys(_BARE.split(), _none),
    "UIDNEXT": _nz,
    "UIDVALIDITY": _nz,
    "UNSEEN": _nz,
    "HIGHESTMODSEQ": _modseq,
    "PERMANENTFLAGS": _flags,
    "CAPABILITY": _capability,
    "APPENDUID": _append_uid,
    "COPYUID": _copy_uid,
    "MODIFIED": _set,
    "BADCHARSET": _bad_charset,
    "METADATA": _metadata,
    "MAILBOXID": _mailbox_id,
}

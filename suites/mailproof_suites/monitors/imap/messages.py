"""Rules about the content of FETCH responses: flags, sizes, what never changes, mod-sequences."""

from __future__ import annotations

from typing import Any

from mailproof_suites.clients.imap.values import FetchData, Response, Untagged
from mailproof_suites.monitors.imap.session import ImapSession, canonical, codes
from mailproof_suites.monitors.imap.view import immutable_facts
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict

TABLE: RuleTable[ImapSession, Response] = RuleTable()

_SYSTEM_FLAGS = frozenset({b"\\answered", b"\\flagged", b"\\deleted", b"\\seen", b"\\draft"})
_CHANGING = {"FLAGS", "MODSEQ", "UID"}


@TABLE.on("FLAGS", ids=("RFC9051:7.3.5-51",))
def flags_lists_the_system_flags(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.5: "at a minimum, the system-defined flags", of which \\Recent is one in RFC 3501 alone."""
    assert isinstance(response, Untagged)
    listed = {flag.lower() for flag in response.data}
    missing = b" ".join(sorted(_SYSTEM_FLAGS - listed)).decode("latin-1")
    actual = f"without {missing}" if missing else "with \\Recent"
    # interpretations.md: the sentence of RFC 3501 lets \Recent in, its grammar does not.
    alien = b"\\recent" in listed and (session.rev2 or session.only_rev2)
    return verdict(not missing and not alien, "the five system flags, and no \\Recent in IMAP4rev2", actual)


@TABLE.on("code:PERMANENTFLAGS", ids=("RFC9051:7.1-55",))
def permanent_flags_are_known_flags(session: ImapSession, response: Response) -> Finding:
    """PERMANENTFLAGS tells "which of the known flags the client can change permanently"."""
    view = session.current_view()
    if view is None or view.flags is None:
        return None
    for code in codes(response):
        strange = [flag for flag in code.args[0] if flag != b"\\*" and flag.lower() not in view.flags]
        return verdict(not strange, "flags of the FLAGS response, and \\*", b" ".join(strange).decode("latin-1"))
    return None


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-55",))
def a_flag_is_listed_once(session: ImapSession, response: Response) -> Finding:
    """A message has a set of flags, so none can be there twice."""
    flags = _data(response).flags
    if flags is None:
        return None
    shown = b" ".join(flags).decode("latin-1")
    return verdict(len({flag.lower() for flag in flags}) == len(flags), "each flag once", shown)


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-56",))
def a_flag_was_announced(session: ImapSession, response: Response) -> Finding:
    """FLAGS lists "the flags that are applicable for this mailbox"; one that is set must be one of them."""
    view = session.settled_view()
    flags = _data(response).flags
    if view is None or view.flags is None or flags is None:
        return None
    strange = [flag for flag in flags if flag.lower() not in view.flags and flag.lower() != b"\\recent"]
    return verdict(not strange, "flags that a FLAGS response announced", b" ".join(strange).decode("latin-1"))


@TABLE.on("FETCH", ids=("RFC9051:2.3.4-51",))
def size_is_the_octets_of_the_body(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 2.3.4: RFC822.SIZE is "the number of octets in the message when the message is expressed in
    [RFC5322] format", which is what BODY[] gives."""
    facts = _known_and_new(session, response)
    size = facts.get("RFC822.SIZE")
    whole = facts.get("BODY[]") or facts.get("RFC822")
    if size is None or whole is None or not _tells(response, "RFC822.SIZE", "BODY[]", "RFC822"):
        return None
    return verdict(size == whole[0], f"BODY[] of RFC822.SIZE {size} octets", f"{whole[0]} octets")


@TABLE.on("FETCH", ids=("RFC9051:2.3.4-51",))
def header_and_text_make_the_size(session: ImapSession, response: Response) -> Finding:
    """The header with its empty line and the text are the whole message."""
    facts = _known_and_new(session, response)
    size = facts.get("RFC822.SIZE")
    header = facts.get("BODY[HEADER]") or facts.get("RFC822.HEADER")
    text = facts.get("BODY[TEXT]") or facts.get("RFC822.TEXT")
    if size is None or header is None or text is None:
        return None
    total = header[0] + text[0]
    return verdict(size == total, f"header and text of RFC822.SIZE {size} octets together", f"{total} octets")


@TABLE.on(
    "FETCH",
    ids=(
        "RFC3516:4.3-51",
        "RFC9051:7.5.2-57",
    ),
)
def binary_size_is_the_octets_of_binary(session: ImapSession, response: Response) -> Finding:
    """BINARY.SIZE is "the decoded size", the length of BINARY of the same part."""
    data = _data(response)
    for name, value in data.items.items():
        decoded = data.items.get(f"BINARY{name.removeprefix('BINARY.SIZE')}") if "BINARY.SIZE" in name else None
        if isinstance(decoded, bytes):
            return verdict(value == len(decoded), f"{name} {len(decoded)}, the length of BINARY", value)
    return None


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:2.3.1.1-55",
        "RFC3501:6.4.5-51",
        "RFC9051:6.4.5-51",
    ),
)
def what_is_immutable_stays(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 2.3.1.1: "the internal date, RFC822.SIZE, envelope, body structure, and message texts … MUST
    never change"."""
    view = session.current_view()
    data = _data(response)
    uid = view.uid_of(data) if view is not None else None
    known = view.facts.get(uid) if view is not None and uid is not None else None
    if not known:
        return None
    new = immutable_facts(data)
    shared = known.keys() & new.keys()
    changed = sorted(name for name in shared if known[name] != new[name])
    return verdict(not changed, f"the same as before for UID {uid}", ", ".join(changed)) if shared else None


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:6.4.9-51",
        "RFC3501:6.4.8-51",
    ),
)
def a_uid_command_is_answered_with_uids(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 6.4.9: "MUST implicitly include the UID … as part of any FETCH response caused by a UID
    command". News of flags that happens to come meanwhile is not caused by it."""
    command = session.only_command()
    data = _data(response)
    if command is None or command.name != "UID FETCH" or data.items.keys() <= _CHANGING:
        return None
    return verdict(data.uid is not None, "UID in what UID FETCH asked for", f"only {', '.join(data.items)}")


@TABLE.on(
    "FETCH",
    ids=(
        "RFC7162:3.1-51",
        "RFC7162:3.1.3-51",
    ),
)
def after_condstore_news_of_flags_has_modseq(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.1: "MUST include mod-sequence data in all subsequent untagged FETCH responses"; section 3.2.4
    excepts what a FETCH command without MODSEQ asked for."""
    if not _news_of_flags(session, response):
        return None
    view = session.settled_view()
    if view is None or view.no_modseq:
        return None
    return verdict(_data(response).modseq is not None, "MODSEQ, since CONDSTORE is in force", "no MODSEQ")


@TABLE.on("FETCH", ids=("RFC7162:3.2.4-51",))
def after_condstore_news_of_flags_has_uid(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.2.4: a QRESYNC server "MUST automatically include both UID and mod-sequence data"."""
    if "QRESYNC" not in session.capabilities or not _news_of_flags(session, response):
        return None
    return verdict(_data(response).uid is not None, "UID in news of flags from a QRESYNC server", "no UID")


def _news_of_flags(session: ImapSession, response: Response) -> bool:
    """Flags that no FETCH command asked for, while CONDSTORE is in force and the commands are known."""
    if not session.condstore or session.uncertain or session.opening is not None:
        return False
    if any(pending.command.name in ("FETCH", "UID FETCH") for pending in session.outstanding.values()):
        return False
    return _data(response).flags is not None


@TABLE.on("FETCH", ids=("RFC7162:3.1-52",))
def a_modseq_is_a_positive_63_bit_number(session: ImapSession, response: Response) -> Finding:
    """MODSEQ is a positive 63-bit number (the parser saw to that); this counts it."""
    return HELD if _data(response).modseq is not None else None


@TABLE.on("tagged", ids=("RFC7162:3.1.2.1-51",))
def highestmodseq_never_falls(session: ImapSession, response: Response) -> Finding:
    """Mod-sequences only rise, and a QRESYNC server counts expunges too (RFC 7162 section 3.2), so the highest cannot
    become lower while UIDVALIDITY stays."""
    opened = session.opened_by(response)
    if opened is None or opened.highest_modseq is None or "QRESYNC" not in session.capabilities:
        return None
    validity, before = session.highest.get(opened.name, (None, None))
    if before is None or validity != opened.uid_validity or session.epoch != session.collector.epoch:
        return None
    return verdict(opened.highest_modseq >= before, f"at least {before}", opened.highest_modseq)


@TABLE.on("code:HIGHESTMODSEQ", ids=("RFC7162:3.1.2.1-51",))
def highestmodseq_never_falls_meanwhile(session: ImapSession, response: Response) -> Finding:
    """The same for the codes that come while the mailbox is selected."""
    view = session.settled_view()
    if view is None or view.highest_modseq is None or "QRESYNC" not in session.capabilities:
        return None
    told = max(code.args[0] for code in codes(response))
    return verdict(told >= view.highest_modseq, f"at least {view.highest_modseq}", told)


@TABLE.on("STATUS", ids=("RFC7162:3.1.2.1-51",))
def highestmodseq_in_status_never_falls(session: ImapSession, response: Response) -> Finding:
    """The same for the STATUS item."""
    assert isinstance(response, Untagged)
    told = response.data.items.get("HIGHESTMODSEQ")
    name = canonical(response.data.mailbox)
    known = session.highest.get(name)
    if not told or known is None or "QRESYNC" not in session.capabilities or session.epoch != session.collector.epoch:
        return None
    validity = response.data.items.get("UIDVALIDITY", session.validities.get(name))
    return verdict(told >= known[1], f"at least {known[1]}", told) if validity == known[0] else None


@TABLE.on(
    "tagged",
    ids=(
        "RFC7162:3.1.2.1-52",
        "RFC7162:3.1.2-51",
    ),
)
def after_condstore_select_tells_highestmodseq(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.1.2.1: "MUST send … the HIGHESTMODSEQ response code with every successful SELECT or EXAMINE"
    once CONDSTORE is in force; NOMODSEQ says that the mailbox has none."""
    opened = session.opened_by(response)
    if opened is None or not session.condstore:
        return None
    if opened.highest_modseq or opened.no_modseq:
        return HELD
    return Broken("HIGHESTMODSEQ or NOMODSEQ, since CONDSTORE is in force", "neither")


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-51",))
def envelope_has_its_ten_fields(session: ImapSession, response: Response) -> Finding:
    """The parser has checked the ENVELOPE; this counts it."""
    return HELD if _data(response).envelope is not None else None


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:7.5.2-52",
        "RFC3501:7.4.2-53",
        "RFC9051:9-55",
        "RFC9051:7.5.2-60",
    ),
)
def body_structure_has_its_fields(session: ImapSession, response: Response) -> Finding:
    """The parser has checked BODY and BODYSTRUCTURE; this counts them."""
    data = _data(response)
    return HELD if "BODYSTRUCTURE" in data or "BODY" in data else None


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-53",))
def internal_date_is_a_date_time(session: ImapSession, response: Response) -> Finding:
    """The parser has checked INTERNALDATE; this counts it."""
    return HELD if _data(response).internal_date is not None else None


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:4.3-51",
        "RFC7888:3-51",
        "RFC3501:9-52",
        "RFC3501:4.3.1-51",
        "RFC9051:9-53",
        "RFC9051:4.3.1-51",
    ),
)
def literals_have_their_announced_size(session: ImapSession, response: Response) -> Finding:
    """A literal of a wrong size puts everything behind it out of step, so a FETCH that parsed had right ones."""
    return HELD if b"}\r\n" in response.raw else None


def _known_and_new(session: ImapSession, response: Response) -> dict[str, Any]:
    """What is known about the message of this FETCH, with what it tells itself."""
    data = _data(response)
    view = session.current_view()
    uid = view.uid_of(data) if view is not None else None
    known = view.facts.get(uid, {}) if view is not None and uid is not None else {}
    return {**known, **immutable_facts(data)}


def _tells(response: Response, *names: str) -> bool:
    return any(name in _data(response) for name in names)


def _data(response: Response) -> FetchData:
    assert isinstance(response, Untagged)
    data: FetchData = response.data
    return data

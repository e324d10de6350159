"""Rules about what a server keeps to itself: extensions nobody asked for, undefined data, silence at the end."""

from __future__ import annotations

from mailproof_suites.clients.imap.values import FetchData, Response, Untagged
from mailproof_suites.monitors.imap.session import ImapSession, codes
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict

TABLE: RuleTable[ImapSession, Response] = RuleTable()

_SYSTEM_FLAGS = frozenset({b"\\answered", b"\\flagged", b"\\deleted", b"\\seen", b"\\draft", b"\\recent", b"\\*"})
_ASKED_BY: dict[str, tuple[str, ...]] = {
    "ENABLED": ("ENABLE",),
    "ESEARCH": ("SEARCH", "SORT", "NOTIFY", "ENABLE"),
    "ID": ("ID",),
    "LISTRIGHTS": ("LISTRIGHTS",),
    "METADATA": ("GETMETADATA", "ENABLE", "NOTIFY", "LIST"),
    "MYRIGHTS": ("MYRIGHTS", "LIST"),
    "NAMESPACE": ("NAMESPACE",),
    "QUOTAROOT": ("GETQUOTAROOT",),
    "SORT": ("SORT",),
    "THREAD": ("THREAD",),
    "VANISHED": ("ENABLE",),
}
"""Responses of extensions, and the commands of which one has to have been sent before. Not here: ACL and QUOTA, which
RFC 4314 section 5.1.1 and RFC 9208 section 4.1.3 let a server send unasked."""


@TABLE.on(*_ASKED_BY, ids=("RFC9051:6.5-51", "RFC5464:4.1-51", "RFC3501:6.5.1-51"))
def an_extension_speaks_to_who_used_it(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 6.5: no added responses "unless the client requested it by issuing the associated … command"."""
    assert isinstance(response, Untagged)
    if session.raw:
        return None
    wanted = _ASKED_BY[response.name]
    right = any(name.removeprefix("UID ") in wanted for name in session.used)
    return verdict(right, f"{response.name} only after {' or '.join(wanted)}", "none of them was sent")


@TABLE.on("FETCH", ids=("RFC9051:6.3.13-51", "RFC9051:7.5.2-61"))
def unasked_data_of_a_message_has_its_uid(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.5.2: "If the server chooses to send unsolicited FETCH responses, they MUST include UID"; for
    clients that have enabled IMAP4rev2."""
    if not session.rev2 or session.uncertain or session.opening is not None:
        return None
    if any(name.endswith(("FETCH", "STORE")) for name in session.names_in_progress(response)):
        return None
    return verdict(_data(response).uid is not None, "UID in a FETCH response that nobody asked for", "no UID")


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-58", "RFC3501:7.4.2-51"))
def an_origin_octet_answers_a_partial(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.5.2: the origin octet "MUST NOT be used … unless the client specifically requested it"."""
    texts = [name for name in _data(response).items if name.startswith(("BODY[", "BINARY["))]
    if not texts or session.uncertain:
        return None
    sliced = [name for name in texts if name.endswith(">")]
    asked = any(b"<" in pending.command.line for pending in session.outstanding.values())
    return verdict(asked or not sliced, "no origin octet, since no partial was asked for", " ".join(sliced))


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-59", "RFC3501:7.4.2-52"))
def a_structure_has_no_undefined_data(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.5.2: servers "MUST NOT send such extension data until it has been defined"."""
    structure = _data(response).body_structure
    if structure is None:
        return None
    strange = [number or "the whole" for number, part in structure.walk() if part.extensions]
    return verdict(not strange, "no data behind the location of a part", f"some in {', '.join(strange)}")


@TABLE.on("FETCH", "FLAGS", "code:PERMANENTFLAGS", ids=("RFC9051:9-54", "RFC7162:7-51", "RFC3501:9-54"))
def a_system_flag_is_a_known_one(session: ImapSession, response: Response) -> Finding:
    """The grammar of flag-extension: servers "MUST NOT generate" flags with a backslash that no standard defines."""
    flags = [flag for code in codes(response) if code.name == "PERMANENTFLAGS" for flag in code.args[0]]
    if isinstance(response, Untagged) and response.name == "FLAGS":
        flags += response.data
    elif isinstance(response, Untagged) and isinstance(response.data, FetchData):
        flags += response.data.flags or ()
    if not flags:
        return None
    strange = [flag for flag in flags if flag.startswith(b"\\") and flag.lower() not in _SYSTEM_FLAGS]
    return verdict(not strange, "flags with a backslash that a standard defines", b" ".join(strange).decode("latin-1"))


@TABLE.on("tagged", ids=("RFC9051:7.1-56", "RFC4315:3-51"))
def uids_are_permanent(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.1: "servers SHOULD NOT have any UIDNOTSTICKY mail stores"."""
    opened = session.opened_by(response)
    if opened is None:
        return None
    return verdict(not opened.uid_not_sticky, "a mailbox with permanent UIDs", "UIDNOTSTICKY")


@TABLE.on("any", ids=("RFC9051:A-51", "RFC9755:3-51"))
def text_is_7_bit_until_enabled(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 appendix A: no UTF-8 in quoted strings before ENABLE; the parser has checked it, this counts it."""
    enabled = session.enabled & {"IMAP4REV2", "UTF8=ACCEPT"}
    return None if enabled or session.only_rev2 or b'"' not in response.raw else HELD


@TABLE.on("ESEARCH", ids=("RFC9051:7.3.4-54",))
def a_return_item_stands_once(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.3.4: it "SHOULD appear only once"; the parser has checked it, this counts it."""
    return HELD


@TABLE.on("ID", ids=("RFC2971:3.3-52",))
def a_field_of_id_comes_once(session: ImapSession, response: Response) -> Finding:
    """RFC 2971 section 3.3: "MUST NOT send the same field name more than once"; field names have no letter case."""
    if not isinstance(response, Untagged) or response.data.pairs is None:
        return None
    names = [name.lower() for name, _ in response.data.pairs]
    twice = sorted({name.decode("latin-1") for name in names if names.count(name) > 1})
    return verdict(not twice, "each field once", " ".join(twice))


@TABLE.on("code:OVERQUOTA", ids=("RFC9208:4.3.1-51",))
def overquota_is_about_something(session: ImapSession, response: Response) -> Finding:
    """RFC 9208 section 4.3.1: not "if there is no mailbox selected and no command in progress that adds a message"."""
    if session.uncertain:
        return None
    right = session.view is not None or bool(session.outstanding)
    return verdict(right, "a selected mailbox, or a command that adds messages", "neither")


@TABLE.on("close", ids=("RFC9051:3.4-51", "RFC3501:3.4-51"))
def the_server_says_bye_before_it_goes(session: ImapSession, response: Response) -> Finding:
    """RFC 3501 section 3.4: a server "MUST NOT unilaterally close the connection without sending an untagged BYE"."""
    return HELD if session.bye else Broken("an untagged BYE before the server closes", "the end of the connection")


def _data(response: Response) -> FetchData:
    assert isinstance(response, Untagged)
    data: FetchData = response.data
    return data

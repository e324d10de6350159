"""Rules about the dialogue itself: greeting, tags, completions, continuations, the end."""

from __future__ import annotations

from mailproof_suites.clients.imap.values import Broken as BrokenResponse
from mailproof_suites.clients.imap.values import Continuation, Response, Tagged, Untagged
from mailproof_suites.monitors.imap.session import ImapSession
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict

TABLE: RuleTable[ImapSession, Response] = RuleTable()


@TABLE.on("any", ids=("RFC9051:9-52",))
def the_first_response_is_a_greeting(session: ImapSession, response: Response) -> Finding:
    """Greeting = "*" SP (resp-cond-auth / resp-cond-bye) CRLF."""
    if session.greeted:
        return None
    right = isinstance(response, Untagged) and response.name in ("OK", "PREAUTH", "BYE")
    return verdict(right, "a greeting: untagged OK, PREAUTH or BYE", "another response")


@TABLE.on("tagged", ids=("RFC9051:2.2.2-51",))
def a_tag_belongs_to_a_command_in_progress(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7: "have a tag matching the command"."""
    assert isinstance(response, Tagged)
    if response.tag in session.outstanding:
        return HELD
    if session.raw or response.tag in session.finished:
        return None
    known = ", ".join(tag.decode("latin-1") for tag in session.outstanding) or "none"
    return Broken(f"the tag of a command in progress ({known})", response.tag.decode("latin-1"))


@TABLE.on("tagged", ids=("RFC9051:2.2.2-52",))
def a_command_is_completed_once(session: ImapSession, response: Response) -> Finding:
    """One completion result response per command."""
    assert isinstance(response, Tagged)
    if response.tag in session.outstanding:
        return HELD
    if session.raw or response.tag not in session.finished:
        return None
    return Broken("one completion per command", f"a second completion of {response.tag.decode('latin-1')}")


@TABLE.on("tagged", ids=("RFC9051:6.1.3-51",))
def bye_comes_before_the_ok_of_logout(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 6.1.3: "The server MUST send a BYE untagged response before the (tagged) OK response"."""
    assert isinstance(response, Tagged)
    pending = session.outstanding.get(response.tag)
    if pending is None or pending.command.name != "LOGOUT" or response.condition.status != "OK":
        return None
    return verdict(session.bye, "an untagged BYE before the OK of LOGOUT", "no BYE")


@TABLE.on("any", ids=("RFC9051:6.1.3-52",))
def nothing_follows_the_ok_of_logout(session: ImapSession, response: Response) -> Finding:
    """After its OK the server closes the connection."""
    if not session.logged_out:
        pending = session.outstanding.get(response.tag) if isinstance(response, Tagged) else None
        return HELD if pending is not None and pending.command.name == "LOGOUT" else None
    return Broken("nothing after the tagged OK of LOGOUT", "another response")


@TABLE.on("+", ids=("RFC9051:7.6-52",))
def a_continuation_answers_a_command_that_waits(session: ImapSession, response: Response) -> Finding:
    """It "indicates that the server is ready to accept the continuation of a command"."""
    if not isinstance(response, (Continuation, BrokenResponse)) or session.raw:
        return None
    return verdict(session.asking() is not None, "a command that waits for a continuation", "none was waiting")


@TABLE.on("+", ids=("RFC9051:7.6-51",))
def a_continuation_is_plus_space_text(session: ImapSession, response: Response) -> Finding:
    """continue-req = "+" SP (resp-text / base64) CRLF; the parser has checked it, this counts it."""
    return HELD


@TABLE.on(
    "CAPABILITY",
    "code:CAPABILITY",
    ids=(
        "RFC9051:7.2.2-51",
        "RFC3501:7.2.1-51",
    ),
)
def a_capability_list_names_the_protocol(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.2.2 wants IMAP4rev2, RFC 3501 section 7.2.1 IMAP4rev1: at least one of them."""
    listed = session.listed_capabilities(response)
    right = bool(listed & {"IMAP4REV1", "IMAP4REV2"})
    return verdict(right, "IMAP4rev1 or IMAP4rev2 among the capabilities", " ".join(sorted(listed)))


@TABLE.on("ENABLED", ids=("RFC5161:3.2-51",))
def enabled_names_only_what_was_asked_for(session: ImapSession, response: Response) -> Finding:
    """RFC 5161 section 3.1: ENABLED "SHOULD only contain extensions enabled by the corresponding ENABLE command"."""
    command = session.only_command()
    if not isinstance(response, Untagged) or command is None or command.name != "ENABLE":
        return None
    asked = set(command.line.upper().split(b" ")[2:])
    if b"QRESYNC" in asked:
        asked.add(b"CONDSTORE")  # RFC 7162 section 3.2.3: "ENABLE QRESYNC" enables both
    extra = [name for name in response.data if name.upper() not in asked]
    return verdict(not extra, "only extensions of the ENABLE command", b" ".join(extra).decode("latin-1"))


@TABLE.on("ID", ids=("RFC2971:3.3-51",))
def id_stays_within_its_limits(session: ImapSession, response: Response) -> Finding:
    """RFC 2971 section 3.3: at most 30 pairs, field names of 30 octets, values of 1024 octets."""
    if not isinstance(response, Untagged) or response.data.pairs is None:
        return None
    pairs = response.data.pairs
    right = len(pairs) <= 30 and all(len(name) <= 30 and len(value or b"") <= 1024 for name, value in pairs)
    return verdict(right, "at most 30 pairs, names of 30 and values of 1024 octets", f"{len(pairs)} pairs")

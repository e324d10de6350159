"""Rules about message numbers and UIDs: EXISTS, EXPUNGE, VANISHED, UIDVALIDITY, UIDNEXT (RFC 9051 section 2.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mailproof_suites.clients.imap.values import FetchData, Response, Untagged
from mailproof_suites.monitors.imap.session import ImapSession, canonical
from mailproof_suites.monitors.rule import HELD, Broken, Finding, RuleTable, verdict

TABLE: RuleTable[ImapSession, Response] = RuleTable()

# RFC 9051 section 7.5.1 names the first three; RFC 5256 section 3 extends the rule to SORT and THREAD.
_NUMBERED = {"FETCH", "STORE", "SEARCH", "SORT", "THREAD"}


@TABLE.on("EXISTS", ids=("RFC9051:7.4.1-51",))
def exists_never_shrinks_without_expunge(session: ImapSession, response: Response) -> Finding:
    """Only EXPUNGE and VANISHED lower the number of messages."""
    view = session.settled_view()
    if view is None or not view.announced or not isinstance(response, Untagged):
        return None
    number = response.number or 0
    return verdict(number >= view.exists, f"at least {view.exists} messages, as announced before", f"{number} EXISTS")


@TABLE.on("RECENT", ids=("RFC3501:7.3.2-51",))
def recent_is_not_above_exists(session: ImapSession, response: Response) -> Finding:
    """Recent messages are messages of the mailbox. In a SELECT the two may come in either order, so it is judged then
    only when EXISTS came first."""
    view = session.current_view()
    if view is None or not view.announced or not isinstance(response, Untagged):
        return None
    number = response.number or 0
    return verdict(number <= view.exists, f"at most {view.exists}, the number of messages", f"{number} RECENT")


@TABLE.on("EXPUNGE", ids=("RFC9051:7.5.1-52",))
def expunge_names_an_existing_message(session: ImapSession, response: Response) -> Finding:
    """The number is "the specified message sequence number", between 1 and EXISTS."""
    view = session.settled_view()
    if view is None or not view.announced or not isinstance(response, Untagged):
        return None
    number = response.number or 0
    return verdict(1 <= number <= view.exists, f"a number from 1 to {view.exists}", f"{number} EXPUNGE")


@TABLE.on(
    "EXPUNGE",
    ids=(
        "RFC9051:7.5.1-51",
        "RFC3501:7.4.1-51",
    ),
)
def expunge_waits_for_a_command_that_allows_it(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 7.5.1: not "when no command is in progress, nor while responding to a FETCH, STORE, or
    SEARCH command"."""
    return _allowed_now(session)


@TABLE.on("VANISHED", ids=("RFC7162:3.2.10-52",))
def vanished_waits_for_a_command_that_allows_it(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.2.10 says of VANISHED what RFC 9051 section 7.5.1 says of EXPUNGE."""
    if not isinstance(response, Untagged) or response.data.earlier:
        return None
    return _allowed_now(session)


def _allowed_now(session: ImapSession) -> Finding:
    if session.uncertain or session.notify:
        return None
    running = session.in_progress()
    if not running:
        return Broken("a command in progress", "none is (a command waiting for a continuation is not in progress)")
    forbidden = [command.name for command in running if command.name in _NUMBERED]
    expected = "no message removed while FETCH, STORE, SEARCH, SORT or THREAD is answered"
    return verdict(len(forbidden) < len(running), expected, f"during {', '.join(forbidden)}")


@TABLE.on("VANISHED", ids=("RFC7162:3.2.10-53",))
def vanished_names_messages_that_were_announced(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.2.10: "each UID listed … results in the client decrementing the message count by one"."""
    view = session.settled_view()
    if not isinstance(response, Untagged) or response.data.earlier or view is None or not view.announced:
        return None
    gone = response.data.uids
    if gone.count > view.exists:
        return Broken(f"at most {view.exists} UIDs, all of messages present", f"{gone.count} UIDs: {gone}")
    if None in view.uids:
        return HELD
    strangers = gone.count - sum(uid in gone for uid in view.uids if uid is not None)
    return verdict(not strangers, "UIDs of messages that are present", f"{strangers} of {gone} are not")


@TABLE.on("EXPUNGE", ids=("RFC7162:3.2.10-51",))
def after_qresync_vanished_replaces_expunge(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.2.3: VANISHED "instead of EXPUNGE responses", unless the mailbox has no mod-sequences."""
    view = session.settled_view()
    if "QRESYNC" not in session.enabled or (view is not None and view.no_modseq):
        return None
    return Broken("VANISHED, since QRESYNC was enabled", "EXPUNGE")


@TABLE.on("VANISHED", ids=("RFC7162:3.2.10-51",))
def vanished_needs_qresync(session: ImapSession, response: Response) -> Finding:
    """Without ENABLE QRESYNC (or UIDONLY) the client cannot be expected to know VANISHED."""
    right = bool(session.enabled & {"QRESYNC", "UIDONLY"})
    return None if session.uncertain else verdict(right, "no VANISHED before ENABLE QRESYNC", "VANISHED")


@TABLE.on("FETCH", ids=("RFC9051:7.5.2-54",))
def fetch_names_an_existing_message(session: ImapSession, response: Response) -> Finding:
    """The number is a message sequence number, between 1 and EXISTS."""
    view = session.current_view()
    if view is None or not view.announced or not isinstance(response, Untagged):
        return None
    number = response.number or 0
    return verdict(number <= view.exists, f"a message number from 1 to {view.exists}", f"{number} FETCH")


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:2.3.1.1-51",
        "RFC3501:2.3.1.2-51",
        "RFC3501:2.3.1.1-52",
        "RFC9051:2.3.1.2-51",
    ),
)
def uids_ascend_with_message_numbers(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 2.3.1.1: "Unique identifiers MUST be strictly ascending in the mailbox at all times"."""
    view = session.current_view()
    data = _fetched(response)
    if view is None or data is None or data.uid is None or not 1 <= data.seq <= view.exists:
        return None
    below, above = view.neighbours(data.seq)
    right = (below is None or below < data.uid) and (above is None or data.uid < above)
    return verdict(right, f"a UID between those of the neighbours ({below}, {above})", f"{data.seq} has UID {data.uid}")


@TABLE.on(
    "FETCH",
    ids=(
        "RFC9051:2.3.1.1-52",
        "RFC3501:2.3.1.1-51",
    ),
)
def a_message_keeps_its_uid(session: ImapSession, response: Response) -> Finding:
    """RFC 9051 section 2.3.1.1: "The unique identifier of a message MUST NOT change during the session"."""
    view = session.current_view()
    data = _fetched(response)
    if view is None or data is None or data.uid is None or not 1 <= data.seq <= view.exists:
        return None
    known = view.uids[data.seq - 1]
    return None if known is None else verdict(known == data.uid, f"{data.seq} still has UID {known}", f"UID {data.uid}")


@TABLE.on("FETCH", ids=("RFC9051:2.3.1.1-53",))
def uidnext_parts_old_messages_from_new(session: ImapSession, response: Response) -> Finding:
    """Messages present when UIDNEXT was told have lower UIDs, later ones "greater than or equal to that value"."""
    view = session.settled_view()
    data = _fetched(response)
    if view is None or data is None or data.uid is None or view.settled is None or view.uid_next is None:
        return None
    if data.seq > view.exists:
        return None
    if data.seq <= view.settled:
        expected = f"a UID below UIDNEXT {view.uid_next} for a message that was there"
        return verdict(data.uid < view.uid_next, expected, f"UID {data.uid}")
    expected = f"a UID of at least UIDNEXT {view.uid_next} for a message that came later"
    return verdict(data.uid >= view.uid_next, expected, f"UID {data.uid}")


@TABLE.on("tagged", ids=("RFC9051:2.3.1.1-54",))
def uidvalidity_stays(session: ImapSession, response: Response) -> Finding:
    """As long as nobody deletes or renames the mailbox, its UIDVALIDITY in one connection is one number."""
    opened = session.opened_by(response)
    if opened is None or opened.uid_validity is None:
        return None
    known = session.validities.get(opened.name)
    if known is None or session.epoch != session.collector.epoch:
        return None
    return verdict(opened.uid_validity == known, f"UIDVALIDITY {known} as before", opened.uid_validity)


@TABLE.on("STATUS", ids=("RFC9051:2.3.1.1-54",))
def uidvalidity_in_status_stays(session: ImapSession, response: Response) -> Finding:
    """STATUS tells the same UIDVALIDITY as SELECT."""
    if not isinstance(response, Untagged) or "UIDVALIDITY" not in response.data.items:
        return None
    known = session.validities.get(canonical(response.data.mailbox))
    if known is None or session.epoch != session.collector.epoch:
        return None
    told = response.data.items["UIDVALIDITY"]
    return verdict(told == known, f"UIDVALIDITY {known} as before", told)


@TABLE.on("SEARCH", "SORT", ids=("RFC3501:7.2.5-51",))
def search_finds_existing_messages(session: ImapSession, response: Response) -> Finding:
    """The numbers of a SEARCH (not UID SEARCH) are message numbers, between 1 and EXISTS."""
    view = session.settled_view()
    command = session.only_command()
    if view is None or command is None or command.name not in ("SEARCH", "SORT") or not isinstance(response, Untagged):
        return None
    beyond = [number for number in response.data.numbers if number > view.exists]
    return verdict(not beyond, f"message numbers from 1 to {view.exists}", beyond[:5])


@TABLE.on("ESEARCH", ids=("RFC9051:7.3.4-53",))
def esearch_finds_existing_messages(session: ImapSession, response: Response) -> Finding:
    """Without the UID indicator "all returned data refers to message numbers", between 1 and EXISTS."""
    view = session.settled_view()
    if view is None or not view.announced or not isinstance(response, Untagged) or response.data.uid:
        return None
    if session.only_command() is None:
        return None
    items = response.data.items
    highest = [items[name] for name in ("MIN", "MAX", "COUNT") if name in items]
    highest += [items["ALL"].highest] if "ALL" in items else []
    if not highest:
        return None
    return verdict(max(highest) <= view.exists, f"message numbers from 1 to {view.exists}", max(highest))


@TABLE.on("THREAD", ids=("RFC5256:4-51",))
def thread_finds_existing_messages(session: ImapSession, response: Response) -> Finding:
    """THREAD (not UID THREAD) answers with message numbers, each at most once."""
    view = session.settled_view()
    command = session.only_command()
    if view is None or command is None or command.name != "THREAD" or not isinstance(response, Untagged):
        return None
    numbers = list(_numbers(response.data.threads))
    right = len(set(numbers)) == len(numbers) and max(numbers, default=0) <= view.exists
    return verdict(right, f"message numbers from 1 to {view.exists}, each once", sorted(numbers)[-5:])


def _numbers(thread: tuple[Any, ...]) -> Iterator[int]:
    """Every message number of a thread, however deep."""
    for member in thread:
        if isinstance(member, int):
            yield member
        else:
            yield from _numbers(member)


@TABLE.on(
    "tagged",
    ids=(
        "RFC9051:7.1-54",
        "RFC7162:3.2.11-51",
    ),
)
def a_changed_mailbox_is_closed_first(session: ImapSession, response: Response) -> Finding:
    """RFC 7162 section 3.2.11 (and RFC 9051 section 7.1): CLOSED comes when SELECT closes the mailbox that was open."""
    if session.opened_by(response) is None or not (session.rev2 or "QRESYNC" in session.capabilities):
        return None
    if not session.closed_seen and (session.view is None or session.view.epoch != session.collector.epoch):
        return None  # nothing was open, or what was open may have been deleted
    return verdict(session.closed_seen, "untagged OK [CLOSED] before the new mailbox's data", "no CLOSED")


def _fetched(response: Response) -> FetchData | None:
    return response.data if isinstance(response, Untagged) and isinstance(response.data, FetchData) else None

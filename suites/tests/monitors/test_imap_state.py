"""What the monitors must not be fooled by: pipelining, raw octets, re-selection, lost responses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.clients.imap import parse_response
from mailproof_suites.clients.imap.values import FetchData, NumberSet
from mailproof_suites.clients.observer import ConnectionInfo, SentCommand
from mailproof_suites.monitors import Collector, observers_for, requirements_checked
from mailproof_suites.monitors.imap.view import MailboxView
from mailproof_suites.requirements import catalogue

GREETING = "S: * OK [CAPABILITY IMAP4rev1 IDLE] ready\n"
SELECTED = (
    GREETING
    + "C: s SELECT INBOX\nS: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\nS: * 3 EXISTS\n"
    + "S: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 40] n\nS: s OK done\n"
)

CLEAN = {
    "pipelined commands, EXPUNGE between their completions": (
        SELECTED + "C: a FETCH 1 (UID)\nC: b NOOP\nS: * 1 FETCH (UID 5)\nS: a OK done\nS: * 3 EXPUNGE\nS: b OK done"
    ),
    "EXPUNGE moves the UIDs down": (
        SELECTED
        + "C: a FETCH 1:3 (UID)\nS: * 1 FETCH (UID 5)\nS: * 2 FETCH (UID 6)\nS: * 3 FETCH (UID 8)\nS: a OK done\n"
        + "C: b NOOP\nS: * 2 EXPUNGE\nS: b OK done\nC: c FETCH 2 (UID)\nS: * 2 FETCH (UID 8)\nS: c OK done"
    ),
    "a message that arrives during SELECT, behind UIDNEXT": (
        GREETING
        + "C: s SELECT INBOX\nS: * 1 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 2] n\n"
        + "S: * 2 EXISTS\nS: s OK done\nC: a FETCH 2 (UID)\nS: * 2 FETCH (UID 2)\nS: a OK done"
    ),
    "another mailbox without CLOSED, on a server that does not know it": (
        SELECTED + "C: t SELECT b\nS: * 1 EXISTS\nS: * OK [UIDVALIDITY 9] v\nS: t OK done\nC: a NOOP\nS: a OK done"
    ),
    "a failed SELECT leaves no mailbox": (
        SELECTED + "C: t SELECT b\nS: t NO none\nC: u SELECT INBOX\nS: * 1 EXISTS\nS: u OK done"
    ),
    "octets sent by hand": SELECTED + "R: x SELECT b\nS: * 1 EXISTS\nS: x OK done\nS: * BAD what\nS: y BAD what",
    "NOTIFY allows news at any time": (
        SELECTED + "C: n NOTIFY SET (selected (MessageExpunge))\nS: n OK done\nS: * 1 EXPUNGE"
    ),
    "flags changed elsewhere, told during a UID FETCH": (
        SELECTED + "C: a UID FETCH 5 (UID)\nS: * 2 FETCH (FLAGS (\\Seen))\nS: * 1 FETCH (UID 5)\nS: a OK done"
    ),
    "a mailbox that was made anew": (
        SELECTED
        + "C: d DELETE INBOX\nS: d OK done\nC: t SELECT INBOX\nS: * 0 EXISTS\nS: * OK [UIDVALIDITY 8] v\nS: t OK done"
    ),
    "a mailbox that was deleted under its reader": (
        SELECTED.replace("IDLE", "QRESYNC")
        + "C: a NOOP\nS: * OK [CLOSED] gone\nS: a OK done\nC: t SELECT b\nS: * 1 EXISTS\nS: t OK done"
    ),
    "a mailbox that was deleted without a word": (
        SELECTED.replace("IDLE", "QRESYNC")
        + "C: d DELETE INBOX\nS: d OK done\nC: t SELECT b\nS: * 1 EXISTS\nS: t OK done"
    ),
    "a literal refused before it was sent": SELECTED + "C: a APPEND INBOX {3}\nS: a NO [TOOBIG] no",
    "SEARCH by UID finds numbers above EXISTS": SELECTED + "C: q UID SEARCH ALL\nS: * SEARCH 39 17\nS: q OK done",
}

DIRTY = {
    "EXPUNGE while the literal of an APPEND is still awaited": (
        SELECTED + "C: a APPEND INBOX {3}\nS: * 1 EXPUNGE",
        "expunge_waits_for_a_command_that_allows_it",
    ),
    "EXPUNGE with no command in progress": (
        SELECTED + "S: * 1 EXPUNGE",
        "expunge_waits_for_a_command_that_allows_it",
    ),
    "a UID that is only wrong after an EXPUNGE": (
        SELECTED
        + "C: a FETCH 1:3 (UID)\nS: * 1 FETCH (UID 5)\nS: * 2 FETCH (UID 6)\nS: * 3 FETCH (UID 8)\nS: a OK done\n"
        + "C: b NOOP\nS: * 1 EXPUNGE\nS: b OK done\nC: c FETCH 2 (UID)\nS: * 2 FETCH (UID 6)\nS: c OK done",
        "a_message_keeps_its_uid",
    ),
    "a later message with a UID below UIDNEXT": (
        SELECTED + "C: a NOOP\nS: * 4 EXISTS\nS: a OK done\nC: b FETCH 4 (UID)\nS: * 4 FETCH (UID 39)\nS: b OK done",
        "uidnext_parts_old_messages_from_new",
    ),
    "APPENDUID for another command": (
        GREETING + "C: a NOOP\nS: a OK [APPENDUID 7 9] done",
        "appenduid_ends_an_append",
    ),
}


@pytest.mark.parametrize("name", sorted(CLEAN))
def test_a_lawful_dialogue_is_let_pass(name: str, play_imap: Callable[[str], Collector]) -> None:
    assert play_imap(CLEAN[name]).violations == []


@pytest.mark.parametrize("name", sorted(DIRTY))
def test_an_unlawful_dialogue_is_seen(name: str, play_imap: Callable[[str], Collector]) -> None:
    script, rule = DIRTY[name]
    assert rule in {violation.rule for violation in play_imap(script).violations}


def test_a_broken_count_makes_the_mailbox_unknown_not_wrong(play_imap: Callable[[str], Collector]) -> None:
    script = SELECTED + "C: a NOOP\nS: * 4  EXISTS\nS: * 9 FETCH (UID 77)\nS: a OK done"
    assert {violation.rule for violation in play_imap(script).violations} == {"the_response_is_grammatical"}


def test_a_deletion_on_one_connection_is_known_to_the_other() -> None:
    collector = Collector()
    (first,) = observers_for("imap", collector)
    (second,) = observers_for("imap", collector)
    for name, observer in (("A", first), ("B", second)):
        observer.on_open(ConnectionInfo("imap", "server.test", 993, name))
        observer.on_response(parse_response(b"* OK ready\r\n"))

    def status(validity: int) -> None:
        first.on_sent(SentCommand("STATUS", b"a STATUS x (UIDVALIDITY)", b"a"))
        first.on_response(parse_response(b"* STATUS x (UIDVALIDITY %d)\r\n" % validity))
        first.on_response(parse_response(b"a OK done\r\n"))

    status(7)
    second.on_sent(SentCommand("DELETE", b"b DELETE x", b"b"))
    second.on_response(parse_response(b"b OK done\r\n"))
    status(8)
    assert collector.violations == []
    status(9)
    assert [violation.rule for violation in collector.violations] == ["uidvalidity_in_status_stays"]


def test_a_rule_that_breaks_for_ever_is_kept_five_times() -> None:
    collector = Collector()
    for _ in range(8):
        collector.broken(("RFC9051:9-51",), "some_rule", "this", "that", b"* X\r\n", "A")
    assert (len(collector.violations), collector.suppressed, collector.checks["RFC9051:9-51"]) == (5, 3, 8)


def test_vanished_takes_known_uids_and_forgets_places_it_cannot_know() -> None:
    view = MailboxView(b"INBOX")
    view.set_exists(4)
    for seq, uid in enumerate((5, 6, 8, 9), start=1):
        view.learn(FetchData(seq, {"UID": uid}))
    view.vanish(NumberSet(((6, 8),)))
    assert view.uids == [5, 9]
    view.set_exists(5)
    view.vanish(NumberSet(((100, 101),)))
    assert view.uids == [None, None, None]


def test_rows_and_rules_name_the_same_requirements() -> None:
    rows = {name for name, row in catalogue().items() if row.verify == "monitor"}
    assert rows == set(requirements_checked())

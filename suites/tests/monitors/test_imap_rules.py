"""Every IMAP rule sees the dialogue that breaks it, and stays silent on one that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mailproof_suites.monitors import Collector
from mailproof_suites.monitors.imap import TABLE

GREETING = "S: * OK [CAPABILITY IMAP4rev1 ENABLE IDLE CONDSTORE QRESYNC UIDPLUS MOVE ESEARCH] ready\n"
FLAGS = "S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\n"
SELECT = (
    "C: s SELECT INBOX\n"
    + FLAGS
    + "S: * 3 EXISTS\nS: * 0 RECENT\n"
    + "S: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 40] n\nS: * OK [HIGHESTMODSEQ 9] h\nS: s OK [READ-WRITE] done\n"
)
SELECTED = GREETING + SELECT
AGAIN = SELECT.replace("INBOX\n", "INBOX\nS: * OK [CLOSED] gone\n")
CONDSTORE = SELECTED.replace("SELECT INBOX", "SELECT INBOX (CONDSTORE)")
QRESYNC = GREETING + "C: e ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: e OK done\n" + SELECT
REV2 = GREETING + "C: e ENABLE IMAP4rev2\nS: * ENABLED IMAP4rev2\nS: e OK done\n" + SELECT
DATE = '"01-Jul-2026 09:05:00 +0200"'
ENVELOPE = '("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL)'
BODY = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)'


@dataclass(frozen=True)
class Sample:
    """A dialogue that keeps a rule and one that breaks it, in the last lines."""

    green: str
    red: str


def fetch(items: str, seq: int = 1, command: str = "FETCH 1 (X)") -> str:
    """A FETCH command with one response and its completion."""
    return f"C: f {command}\nS: * {seq} FETCH ({items})\nS: f OK done\n"


SAMPLES = {
    "the_first_response_is_a_greeting": Sample("S: * OK hello", "S: * 3 EXISTS"),
    "a_tag_belongs_to_a_command_in_progress": Sample(
        GREETING + "C: a NOOP\nS: a OK done", GREETING + "C: a NOOP\nS: b OK done"
    ),
    "a_command_is_completed_once": Sample(
        GREETING + "C: a NOOP\nS: a OK done", GREETING + "C: a NOOP\nS: a OK done\nS: a OK done"
    ),
    "bye_comes_before_the_ok_of_logout": Sample(
        GREETING + "C: a LOGOUT\nS: * BYE so long\nS: a OK done", GREETING + "C: a LOGOUT\nS: a OK done"
    ),
    "nothing_follows_the_ok_of_logout": Sample(
        GREETING + "C: a LOGOUT\nS: * BYE so long\nS: a OK done",
        GREETING + "C: a LOGOUT\nS: * BYE so long\nS: a OK done\nS: * OK still here",
    ),
    "a_continuation_answers_a_command_that_waits": Sample(
        GREETING + "C: a APPEND INBOX {3}\nS: + go\nS: a OK done", GREETING + "C: a NOOP\nS: + go\nS: a OK done"
    ),
    "a_continuation_is_plus_space_text": Sample(
        GREETING + "C: a IDLE\nS: + idling\nC: DONE\nS: a OK done", GREETING + "C: a IDLE\nS: +\nC: DONE\nS: a OK done"
    ),
    "a_capability_list_names_the_protocol": Sample(
        GREETING + "C: a CAPABILITY\nS: * CAPABILITY IMAP4rev2\nS: a OK done", "S: * OK [CAPABILITY IDLE] hello"
    ),
    "enabled_names_only_what_was_asked_for": Sample(
        GREETING + "C: a ENABLE CONDSTORE\nS: * ENABLED CONDSTORE\nS: a OK done",
        GREETING + "C: a ENABLE CONDSTORE\nS: * ENABLED CONDSTORE QRESYNC\nS: a OK done",
    ),
    "id_stays_within_its_limits": Sample(
        GREETING + 'C: a ID NIL\nS: * ID ("name" "x")\nS: a OK done',
        GREETING + f'C: a ID NIL\nS: * ID ("{"n" * 31}" "x")\nS: a OK done',
    ),
    "exists_never_shrinks_without_expunge": Sample(
        SELECTED + "C: n NOOP\nS: * 2 EXPUNGE\nS: * 2 EXISTS\nS: * 5 EXISTS\nS: n OK done",
        SELECTED + "C: n NOOP\nS: * 2 EXISTS\nS: n OK done",
    ),
    "recent_is_not_above_exists": Sample(
        SELECTED + "C: n NOOP\nS: * 3 RECENT\nS: n OK done", SELECTED + "C: n NOOP\nS: * 4 RECENT\nS: n OK done"
    ),
    "expunge_names_an_existing_message": Sample(
        SELECTED + "C: n NOOP\nS: * 3 EXPUNGE\nS: * 2 EXPUNGE\nS: n OK done",
        SELECTED + "C: n NOOP\nS: * 3 EXPUNGE\nS: * 3 EXPUNGE\nS: n OK done",
    ),
    "expunge_waits_for_a_command_that_allows_it": Sample(
        SELECTED + "C: n UID FETCH 1 (FLAGS)\nS: * 3 EXPUNGE\nS: n OK done\nC: i IDLE\nS: + ok\nS: * 1 EXPUNGE",
        SELECTED + "C: n FETCH 1 (FLAGS)\nS: * 3 EXPUNGE\nS: n OK done",
    ),
    "vanished_waits_for_a_command_that_allows_it": Sample(
        QRESYNC + "C: n NOOP\nS: * VANISHED 30\nS: n OK done", QRESYNC + "S: * VANISHED 30"
    ),
    "vanished_names_messages_that_were_announced": Sample(
        QRESYNC + "C: n NOOP\nS: * VANISHED 30:32\nS: n OK done",
        QRESYNC + "C: n NOOP\nS: * VANISHED 30:33\nS: n OK done",
    ),
    "after_qresync_vanished_replaces_expunge": Sample(
        QRESYNC + "C: n NOOP\nS: * VANISHED 30\nS: n OK done", QRESYNC + "C: n NOOP\nS: * 1 EXPUNGE\nS: n OK done"
    ),
    "vanished_needs_qresync": Sample(
        QRESYNC + "C: n NOOP\nS: * VANISHED 30\nS: n OK done", SELECTED + "C: n NOOP\nS: * VANISHED 30\nS: n OK done"
    ),
    "fetch_names_an_existing_message": Sample(SELECTED + fetch("UID 39", 3), SELECTED + fetch("UID 39", 4)),
    "uids_ascend_with_message_numbers": Sample(
        SELECTED + fetch("UID 5") + fetch("UID 6", 2), SELECTED + fetch("UID 5") + fetch("UID 5", 2)
    ),
    "a_message_keeps_its_uid": Sample(
        SELECTED + fetch("UID 5") + fetch("UID 5"), SELECTED + fetch("UID 5") + fetch("UID 6")
    ),
    "uidnext_parts_old_messages_from_new": Sample(
        SELECTED + fetch("UID 39", 3) + "C: n NOOP\nS: * 4 EXISTS\nS: n OK done\n" + fetch("UID 40", 4),
        SELECTED + fetch("UID 40", 3),
    ),
    "uidvalidity_stays": Sample(SELECTED + AGAIN, SELECTED + AGAIN.replace("UIDVALIDITY 7", "UIDVALIDITY 8")),
    "uidvalidity_in_status_stays": Sample(
        SELECTED + "C: t STATUS INBOX (UIDVALIDITY)\nS: * STATUS INBOX (UIDVALIDITY 7)\nS: t OK done",
        SELECTED + "C: t STATUS INBOX (UIDVALIDITY)\nS: * STATUS INBOX (UIDVALIDITY 8)\nS: t OK done",
    ),
    "search_finds_existing_messages": Sample(
        SELECTED + "C: q SEARCH ALL\nS: * SEARCH 1 3\nS: q OK done",
        SELECTED + "C: q SEARCH ALL\nS: * SEARCH 1 4\nS: q OK done",
    ),
    "a_changed_mailbox_is_closed_first": Sample(
        SELECTED + SELECT.replace("INBOX\n", "Other\nS: * OK [CLOSED] gone\n"),
        SELECTED + SELECT.replace("INBOX\n", "Other\n"),
    ),
    "flags_lists_the_system_flags": Sample(SELECTED, SELECTED.replace("\\Draft", "\\Recent")),
    "permanent_flags_are_known_flags": Sample(
        SELECTED + "C: n NOOP\nS: * OK [PERMANENTFLAGS (\\Seen \\*)] p\nS: n OK done",
        SELECTED + "C: n NOOP\nS: * OK [PERMANENTFLAGS (\\Seen other \\*)] p\nS: n OK done",
    ),
    "a_flag_is_listed_once": Sample(
        SELECTED + fetch("FLAGS (\\Seen \\Draft)"), SELECTED + fetch("FLAGS (\\Seen \\SEEN)")
    ),
    "a_flag_was_announced": Sample(
        SELECTED + fetch("FLAGS (\\Seen \\Recent)"), SELECTED + fetch("FLAGS (\\Seen other)")
    ),
    "size_is_the_octets_of_the_body": Sample(
        SELECTED + fetch("UID 5 RFC822.SIZE 3 BODY[] {3}<crlf>abc"),
        SELECTED + fetch("UID 5 RFC822.SIZE 4") + fetch("UID 5 BODY[] {3}<crlf>abc"),
    ),
    "header_and_text_make_the_size": Sample(
        SELECTED + fetch('RFC822.SIZE 5 BODY[HEADER] "abc" BODY[TEXT] "de"'),
        SELECTED + fetch('RFC822.SIZE 6 BODY[HEADER] "abc" BODY[TEXT] "de"'),
    ),
    "binary_size_is_the_octets_of_binary": Sample(
        SELECTED + fetch("BINARY.SIZE[1] 3 BINARY[1] ~{3}<crlf>abc"),
        SELECTED + fetch("BINARY.SIZE[1] 4 BINARY[1] ~{3}<crlf>abc"),
    ),
    "what_is_immutable_stays": Sample(
        SELECTED + fetch("UID 5 RFC822.SIZE 3") + fetch("UID 5 RFC822.SIZE 3"),
        SELECTED + fetch("UID 5 RFC822.SIZE 3") + fetch("UID 5 RFC822.SIZE 4"),
    ),
    "a_uid_command_is_answered_with_uids": Sample(
        SELECTED + fetch("UID 5 RFC822.SIZE 3", command="UID FETCH 5 (RFC822.SIZE)"),
        SELECTED + fetch("RFC822.SIZE 3", command="UID FETCH 5 (RFC822.SIZE)"),
    ),
    "after_condstore_news_of_flags_has_modseq": Sample(
        CONDSTORE + "C: n NOOP\nS: * 1 FETCH (UID 5 FLAGS () MODSEQ (12))\nS: n OK done",
        CONDSTORE + "C: n NOOP\nS: * 1 FETCH (UID 5 FLAGS ())\nS: n OK done",
    ),
    "after_condstore_news_of_flags_has_uid": Sample(
        CONDSTORE + "C: n NOOP\nS: * 1 FETCH (UID 5 FLAGS () MODSEQ (12))\nS: n OK done",
        CONDSTORE + "C: n NOOP\nS: * 1 FETCH (FLAGS () MODSEQ (12))\nS: n OK done",
    ),
    "a_modseq_is_a_positive_63_bit_number": Sample(SELECTED + fetch("MODSEQ (12)"), SELECTED + fetch("MODSEQ (0)")),
    "highestmodseq_never_falls": Sample(SELECTED + AGAIN, SELECTED + AGAIN.replace("MODSEQ 9", "MODSEQ 8")),
    "highestmodseq_never_falls_meanwhile": Sample(
        SELECTED + "C: n NOOP\nS: n OK [HIGHESTMODSEQ 10] done", SELECTED + "C: n NOOP\nS: n OK [HIGHESTMODSEQ 8] done"
    ),
    "highestmodseq_in_status_never_falls": Sample(
        SELECTED + "C: t STATUS INBOX (HIGHESTMODSEQ)\nS: * STATUS INBOX (HIGHESTMODSEQ 9)\nS: t OK done",
        SELECTED + "C: t STATUS INBOX (HIGHESTMODSEQ)\nS: * STATUS INBOX (HIGHESTMODSEQ 8)\nS: t OK done",
    ),
    "after_condstore_select_tells_highestmodseq": Sample(QRESYNC, QRESYNC.replace("S: * OK [HIGHESTMODSEQ 9] h\n", "")),
    "envelope_has_its_ten_fields": Sample(
        SELECTED + fetch(f"ENVELOPE {ENVELOPE}"), SELECTED + fetch('ENVELOPE ("d" "s" NIL NIL NIL)')
    ),
    "body_structure_has_its_fields": Sample(
        SELECTED + fetch(f"BODYSTRUCTURE {BODY}"), SELECTED + fetch('BODYSTRUCTURE ("TEXT" "PLAIN" NIL)')
    ),
    "internal_date_is_a_date_time": Sample(
        SELECTED + fetch(f"INTERNALDATE {DATE}"), SELECTED + fetch('INTERNALDATE "1-Jul-2026 09:05:00 +0200"')
    ),
    "literals_have_their_announced_size": Sample(
        SELECTED + fetch("BODY[] {3}<crlf>abc"), SELECTED + fetch("BODY[] {99}<crlf>abc")
    ),
    "a_mailbox_has_children_or_has_none": Sample(
        GREETING + 'S: * LIST (\\HasChildren) "/" a', GREETING + 'S: * LIST (\\HasChildren \\HasNoChildren) "/" a'
    ),
    "a_mailbox_has_one_selectability": Sample(
        GREETING + 'S: * LIST (\\Noselect \\HasChildren) "/" a', GREETING + 'S: * LIST (\\Noselect \\Marked) "/" a'
    ),
    "an_attribute_is_listed_once": Sample(
        GREETING + 'S: * LIST (\\Sent \\Junk) "/" a', GREETING + 'S: * LIST (\\Sent \\sent) "/" a'
    ),
    "a_name_is_modified_utf7": Sample(GREETING + 'S: * LIST () "/" &AOk-t&AOk-', GREETING + 'S: * LIST () "/" &AOkt'),
    "status_tells_what_was_asked": Sample(
        GREETING + "C: t STATUS a (MESSAGES)\nS: * STATUS a (MESSAGES 3)\nS: t OK done",
        GREETING + "C: t STATUS a (MESSAGES)\nS: * STATUS a (MESSAGES 3 UNSEEN 0)\nS: t OK done",
    ),
    "a_correlator_is_the_tag_of_the_search": Sample(
        SELECTED + 'C: q SEARCH RETURN () ALL\nS: * ESEARCH (TAG "q") ALL 1:3\nS: q OK done',
        SELECTED + 'C: q SEARCH RETURN () ALL\nS: * ESEARCH (TAG "p") ALL 1:3\nS: q OK done',
    ),
    "a_search_in_rev2_is_answered_with_esearch": Sample(
        REV2 + 'C: q SEARCH ALL\nS: * ESEARCH (TAG "q")\nS: q OK done',
        REV2 + "C: q SEARCH ALL\nS: * SEARCH\nS: q OK done",
    ),
    "esearch_finds_existing_messages": Sample(
        SELECTED + 'C: q SEARCH RETURN () ALL\nS: * ESEARCH (TAG "q") ALL 1:3\nS: q OK done',
        SELECTED + 'C: q SEARCH RETURN () ALL\nS: * ESEARCH (TAG "q") ALL 1:4\nS: q OK done',
    ),
    "thread_finds_existing_messages": Sample(
        SELECTED + "C: q THREAD REFERENCES UTF-8 ALL\nS: * THREAD (1 (2)(3))\nS: q OK done",
        SELECTED + "C: q THREAD REFERENCES UTF-8 ALL\nS: * THREAD (1 (2)(1))\nS: q OK done",
    ),
    "search_results_agree": Sample(
        SELECTED + 'C: q SEARCH RETURN (MIN ALL COUNT) ALL\nS: * ESEARCH (TAG "q") MIN 1 ALL 1:3 COUNT 3\nS: q OK done',
        SELECTED + 'C: q SEARCH RETURN (MIN ALL COUNT) ALL\nS: * ESEARCH (TAG "q") MIN 1 ALL 1:3 COUNT 4\nS: q OK done',
    ),
    "a_uid_search_says_so": Sample(
        SELECTED + 'C: q UID SEARCH RETURN () ALL\nS: * ESEARCH (TAG "q") UID ALL 5\nS: q OK done',
        SELECTED + 'C: q UID SEARCH RETURN () ALL\nS: * ESEARCH (TAG "q") ALL 5\nS: q OK done',
    ),
    "appenduid_ends_an_append": Sample(
        GREETING + "C: a APPEND INBOX {3}\nS: + go\nS: a OK [APPENDUID 7 9] done",
        GREETING + "C: a APPEND INBOX {3}\nS: + go\nS: a OK [APPENDUID 7 9:9] done",
    ),
    "copyuid_pairs_the_uids": Sample(
        SELECTED + "C: c COPY 1:3 b\nS: c OK [COPYUID 7 5:7 1,2,3] done",
        SELECTED + "C: c COPY 1:3 b\nS: c OK [COPYUID 7 5:7 1,2] done",
    ),
    "a_code_has_its_arguments": Sample(GREETING + "S: * OK [UIDNEXT 3] n", GREETING + "S: * OK [UIDNEXT 0] n"),
    "names_of_a_top_level_have_one_delimiter": Sample(
        GREETING + 'S: * LIST () "/" a\nS: * LIST () "/" a/b\nS: * LIST () "." b.c',
        GREETING + 'S: * LIST () "/" a/b\nS: * LIST () "." a',
    ),
    "an_extension_speaks_to_who_used_it": Sample(
        GREETING + "C: i ID NIL\nS: * ID NIL\nS: i OK done", GREETING + "C: i NOOP\nS: * ID NIL\nS: i OK done"
    ),
    "unasked_data_of_a_message_has_its_uid": Sample(
        REV2 + "C: n NOOP\nS: * 1 FETCH (FLAGS () UID 5)\nS: n OK done",
        REV2 + "C: n NOOP\nS: * 1 FETCH (FLAGS ())\nS: n OK done",
    ),
    "an_origin_octet_answers_a_partial": Sample(
        SELECTED + fetch('BODY[]<0> "a"', command="FETCH 1 BODY[]<0.1>"),
        SELECTED + fetch('BODY[]<0> "a"', command="FETCH 1 BODY[]"),
    ),
    "a_structure_has_no_undefined_data": Sample(
        SELECTED + fetch('BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1 NIL NIL NIL NIL)'),
        SELECTED + fetch('BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1 NIL NIL NIL NIL "more")'),
    ),
    "a_system_flag_is_a_known_one": Sample(
        SELECTED + fetch("FLAGS (\\Seen)"), SELECTED.replace("\\Draft)", "\\Draft \\Odd)") + fetch("FLAGS (\\Odd)")
    ),
    "uids_are_permanent": Sample(SELECTED, SELECTED.replace("[UIDNEXT 40]", "[UIDNOTSTICKY]")),
    "text_is_7_bit_until_enabled": Sample(
        GREETING + 'S: * LIST () "/" "a b"', GREETING + 'S: * LIST () "/" "a \u00fc"'
    ),
    "a_return_item_stands_once": Sample(
        SELECTED + 'C: q SEARCH RETURN (MIN) ALL\nS: * ESEARCH (TAG "q") MIN 1\nS: q OK done',
        SELECTED + 'C: q SEARCH RETURN (MIN) ALL\nS: * ESEARCH (TAG "q") MIN 1 MIN 1\nS: q OK done',
    ),
    "a_field_of_id_comes_once": Sample(
        GREETING + 'C: a ID NIL\nS: * ID ("name" "x" "version" "1")\nS: a OK done',
        GREETING + 'C: a ID NIL\nS: * ID ("name" "x" "NAME" "y")\nS: a OK done',
    ),
    "overquota_is_about_something": Sample(
        SELECTED + "S: * NO [OVERQUOTA] nearly full", GREETING + "S: * NO [OVERQUOTA] nearly full"
    ),
    "the_server_says_bye_before_it_goes": Sample(GREETING + "S: * BYE so long\nS: <eof>", GREETING + "S: <eof>"),
}

PARSED = {
    "a_continuation_is_plus_space_text",
    "a_modseq_is_a_positive_63_bit_number",
    "envelope_has_its_ten_fields",
    "body_structure_has_its_fields",
    "internal_date_is_a_date_time",
    "literals_have_their_announced_size",
    "text_is_7_bit_until_enabled",
    "a_return_item_stands_once",
    "a_code_has_its_arguments",
}
"""Rules whose breaking is the parser's to find; they only count what is right."""

RULES = {rule.name: rule for rule in TABLE.rules}


def test_every_rule_has_its_sample() -> None:
    assert SAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_dialogue_that_keeps_the_rule_is_counted(name: str, play_imap: Callable[[str], Collector]) -> None:
    collector = play_imap(SAMPLES[name].green)
    assert collector.violations == []
    assert all(collector.checks[each] for each in RULES[name].requirements)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_dialogue_that_breaks_the_rule_is_seen(name: str, play_imap: Callable[[str], Collector]) -> None:
    collector = play_imap(SAMPLES[name].red)
    seen = {violation.rule for violation in collector.violations}
    ids = {each for violation in collector.violations for each in violation.requirements}
    assert ("the_response_is_grammatical" if name in PARSED else name) in seen
    assert set(RULES[name].requirements) <= ids

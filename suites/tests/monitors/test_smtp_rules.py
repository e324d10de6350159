"""Every SMTP rule sees the dialogue that breaks it, and stays silent on one that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mailproof_suites.monitors import Collector
from mailproof_suites.monitors.smtp import TABLE

HELLO = "S: 220 mail.example.test ready\nC: EHLO c.test\n"
EHLO = HELLO + "S: 250-mail.example.test hello\nS: 250-SIZE 1000\nS: 250-ENHANCEDSTATUSCODES\nS: 250 AUTH PLAIN LOGIN\n"


@dataclass(frozen=True)
class Sample:
    """A dialogue that keeps a rule and one that breaks it."""

    green: str
    red: str


SAMPLES = {
    "a_reply_is_grammatical": Sample(EHLO + "C: NOOP\nS: 250 2.0.0 fine", EHLO + "C: NOOP\nS: 2x0 fine"),
    "a_reply_answers_a_command": Sample(
        EHLO + "C: NOOP\nS: 250 2.0.0 fine\nS: 421 4.3.2 bye", EHLO + "C: NOOP\nS: 250 2.0.0 fine\nS: 250 2.0.0 fine"
    ),
    "a_reply_code_is_a_known_one": Sample(EHLO + "C: NOOP\nS: 250 2.0.0 f", EHLO + "C: NOOP\nS: 299 2.0.0 f"),
    "a_reply_has_text": Sample(HELLO + "S: 250 x.test\nC: NOOP\nS: 250 ok", HELLO + "S: 250 x.test\nC: NOOP\nS: 250"),
    "all_lines_have_one_code": Sample(
        EHLO + "C: NOOP\nS: 250-2.0.0 a\nS: 250 2.0.0 b", EHLO + "C: NOOP\nS: 250-2.0.0 a\nS: 251 2.0.0 b"
    ),
    "a_line_has_at_most_512_octets": Sample(
        EHLO + f"C: NOOP\nS: 250 2.0.0 {'x' * 500}", EHLO + f"C: NOOP\nS: 250 2.0.0 {'x' * 501}"
    ),
    "the_greeting_names_the_server": Sample("S: 220 [127.0.0.1] ESMTP", "S: 220 *** welcome ***"),
    "a_code_is_one_for_its_command": Sample(
        EHLO + "C: MAIL FROM:<>\nS: 530 5.7.0 first AUTH", EHLO + "C: MAIL FROM:<>\nS: 354 go on"
    ),
    "quit_is_answered_with_221": Sample(EHLO + "C: QUIT\nS: 221 2.0.0 bye\nS: <eof>", EHLO + "C: QUIT\nS: 250 2.0.0 b"),
    "a_challenge_is_base64": Sample(
        EHLO + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: =\nS: 501 5.7.0 gone", EHLO + "C: AUTH LOGIN\nS: 334 Username:"
    ),
    "an_ehlo_line_is_keyword_and_parameters": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250 SIZE  1000"),
    "an_ehlo_reply_names_the_server": Sample(EHLO, HELLO + "S: 250-(hello)\nS: 250 SIZE 1000"),
    "a_keyword_is_listed_once": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250-DSN\nS: 250 dsn"),
    "starttls_is_not_offered_inside_tls": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250 STARTTLS"),
    "the_size_limit_is_a_number": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250 SIZE 10M"),
    "auth_lists_mechanisms": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250 AUTH"),
    "an_extension_without_parameters_has_none": Sample(EHLO, HELLO + "S: 250-x.test\nS: 250 8BITMIME yes"),
    "the_same_extensions_after_auth": Sample(
        EHLO
        + "C: AUTH PLAIN eA==\nS: 235 2.7.0 in\nC: EHLO c.test\n"
        + "S: 250-mail.example.test hello\nS: 250-SIZE 1000\nS: 250 ENHANCEDSTATUSCODES",
        EHLO + "C: AUTH PLAIN eA==\nS: 235 2.7.0 in\nC: EHLO c.test\nS: 250 x.test",
    ),
    "a_reply_has_an_enhanced_code": Sample(
        EHLO + "C: DATA\nS: 503 5.5.1 no", EHLO + "C: NOOP\nS: 250-2.0.0 a\nS: 250 b"
    ),
    "an_enhanced_code_agrees_with_the_reply": Sample(
        EHLO + "C: NOOP\nS: 250 2.0.0 a", EHLO + "C: NOOP\nS: 250 5.0.0 a"
    ),
    "all_lines_have_one_enhanced_code": Sample(
        EHLO + "C: NOOP\nS: 250-2.0.0 a\nS: 250 2.0.0 b", EHLO + "C: NOOP\nS: 250-2.0.0 a\nS: 250 2.1.0 b"
    ),
    "an_enhanced_code_fits_its_grammar": Sample(EHLO + "C: NOOP\nS: 250 2.10.100 a", EHLO + "C: NOOP\nS: 250 2.01.0 a"),
    "a_reply_about_sign_in_has_its_enhanced_code": Sample(
        EHLO + "C: AUTH PLAIN eA==\nS: 535 5.7.8 no", EHLO + "C: AUTH PLAIN eA==\nS: 535 5.7.1 no"
    ),
    "the_code_521_is_not_used": Sample(EHLO + "C: NOOP\nS: 250 2.0.0 a", EHLO + "C: NOOP\nS: 521 5.5.2 a"),
    "a_keyword_is_registered": Sample(
        HELLO + "S: 250-x.test\nS: 250-XPRIVATE\nS: 250 dsn", HELLO + "S: 250-x.test\nS: 250 MAILPROOF"
    ),
    "the_name_of_the_server_is_ascii": Sample(
        HELLO + "S: 250-x.test\nS: 250 SMTPUTF8", HELLO + "S: 250-caf<8bit>.test\nS: 250 SMTPUTF8"
    ),
    "a_reply_is_ascii": Sample(
        HELLO + "S: 250-x.test\nS: 250 SMTPUTF8\nC: NOOP\nS: 250 a",
        HELLO + "S: 250-x.test\nS: 250 SMTPUTF8\nC: NOOP\nS: 250 caf<8bit>",
    ),
}
RULES = {rule.name: rule for rule in TABLE.rules}


def test_every_rule_has_its_sample() -> None:
    assert SAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_dialogue_that_keeps_the_rule_is_counted(name: str, play_smtp: Callable[[str], Collector]) -> None:
    collector = play_smtp(SAMPLES[name].green)
    assert collector.violations == []
    assert all(collector.checks[each] for each in RULES[name].requirements)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_dialogue_that_breaks_the_rule_is_seen(name: str, play_smtp: Callable[[str], Collector]) -> None:
    collector = play_smtp(SAMPLES[name].red)
    seen = {violation.rule for violation in collector.violations}
    ids = {each for violation in collector.violations for each in violation.requirements}
    assert ("the_reply_is_grammatical" if name == "a_reply_is_grammatical" else name) in seen
    assert set(RULES[name].requirements) <= ids


GRAMMAR = {
    "a code outside 2-5": "S: 120 mail.example.test",
    "text right behind the code": "S: 220ready",
    "eight-bit text": "S: 220 mail.example.test caf<8bit>",
    "a bare line feed": "S: 220 mail.example.test<lf>",
    "no code at all": "S: hello",
}


@pytest.mark.parametrize("name", sorted(GRAMMAR))
def test_an_ungrammatical_reply_is_seen(name: str, play_smtp: Callable[[str], Collector]) -> None:
    violations = play_smtp(GRAMMAR[name]).violations
    assert "the_reply_is_grammatical" in {violation.rule for violation in violations}


def test_a_server_that_closes_without_a_word_is_seen(play_smtp: Callable[[str], Collector]) -> None:
    rules = {violation.rule for violation in play_smtp(EHLO + "S: <eof>").violations}
    assert rules == {"the_server_says_goodbye_before_it_closes"}


def test_a_server_may_close_after_421(play_smtp: Callable[[str], Collector]) -> None:
    assert play_smtp(EHLO + "S: 421 4.3.2 going down\nS: <eof>").violations == []


def test_octets_sent_by_hand_are_not_counted_as_commands(play_smtp: Callable[[str], Collector]) -> None:
    script = EHLO + "R: MAIL FROM:<>\nR: RCPT TO:<x>\nS: 250 2.1.0 a\nS: 250 2.1.5 b\nS: 500 5.5.2 c\nS: <eof>"
    assert play_smtp(script).violations == []


def test_a_whole_transaction_is_clean(play_smtp: Callable[[str], Collector]) -> None:
    script = (
        EHLO
        + "C: AUTH PLAIN eA==\nS: 235 2.7.0 in\nC: MAIL FROM:<a@x.test>\nC: RCPT TO:<b@x.test>\nC: DATA\n"
        + "S: 250 2.1.0 a\nS: 250 2.1.5 b\nS: 354 go\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 2.0.0 bye\nS: <eof>"
    )
    assert play_smtp(script).violations == []

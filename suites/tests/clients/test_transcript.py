"""Secrets never show, in whatever form and pieces they crossed the wire; what was said stays readable."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.transcript import Transcript

SECRET = 'Correct-Horse "1"'
FORMS = {
    "raw": SECRET.encode(),
    "quoted": b'"Correct-Horse \\"1\\""',
    "base64": base64.b64encode(SECRET.encode()),
    "AUTH PLAIN": base64.b64encode(b"\0alice\0" + SECRET.encode()),
    "AUTH PLAIN with authzid": base64.b64encode(b"bob\0alice\0" + SECRET.encode()),
    "HTTP Basic": b"Authorization: Basic " + base64.b64encode(b"alice:" + SECRET.encode()),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("when", ["before", "afterwards"])
def test_a_secret_does_not_show(form: str, when: str) -> None:
    transcript = Transcript()
    if when == "before":
        transcript.secret(SECRET)
    transcript.sent("A", b"a LOGIN alice " + FORMS[form] + b" rest\r\n")
    if when == "afterwards":
        transcript.secret(SECRET)
    seen = b"".join(entry.data for entry in transcript.entries)
    blob = FORMS[form].split(b" ")[-1]
    assert blob not in seen
    assert b"Correct-Horse" not in seen
    assert seen.startswith(b"a LOGIN alice ") or form == "HTTP Basic"
    assert seen.endswith(b" rest\r\n")
    assert "Correct" not in transcript.render()


@given(st.lists(st.integers(1, 5), min_size=20, max_size=30), st.sampled_from(sorted(FORMS)))
def test_a_secret_in_pieces_does_not_show(cuts: list[int], form: str) -> None:
    transcript = Transcript()
    transcript.secret(SECRET)
    data = b"x " + FORMS[form] + b"\r\n"
    for size in cuts:
        transcript.sent("A", data[:size])
        transcript.received("A", b"noise")
        data = data[size:]
    transcript.sent("A", data)
    sent = b"".join(entry.data for entry in transcript.entries if entry.direction == ">")
    assert b"*****" in sent
    assert FORMS[form].split(b" ")[-1] not in sent


def test_what_is_no_secret_stays() -> None:
    transcript = Transcript()
    transcript.secret(SECRET)
    line = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
    transcript.received("A", line)
    assert [entry.data for entry in transcript.entries] == [line]


def test_the_log_has_time_connection_direction_and_line() -> None:
    times = iter([0.0, 0.5, 1.25, 2.0])
    transcript = Transcript(clock=lambda: next(times))
    transcript.note("A", "connected")
    transcript.sent("A", b"a NOOP\r\n")
    transcript.received("bob", b"a OK done\r\n")
    assert transcript.render() == ("    0.500 A   * connected\n    1.250 A   > a NOOP\n    2.000 bob < a OK done\n")


def test_odd_line_ends_and_octets_are_shown() -> None:
    transcript = Transcript(clock=lambda: 0.0)
    transcript.received("A", b"* OK \x00caf\xc3\xa9\xff\n")
    transcript.received("A", b"no end")
    assert "* OK \\0café\\xff\\n⟨no CRLF⟩" in transcript.render()
    assert "no end⟨no CRLF⟩" in transcript.render()


def test_a_long_literal_is_cut_and_named_by_its_digest() -> None:
    transcript = Transcript()
    transcript.received("A", b"* 1 FETCH (BODY[] {5000}\r\n")
    transcript.received("A", b"x" * 5000)
    transcript.received("A", b")\r\n")
    rendered = transcript.render()
    assert "5000 octets in all, sha256 " in rendered
    assert len(rendered) < 1000
    assert rendered.splitlines()[-1].endswith("A < )")


def test_a_bounded_transcript_drops_the_oldest_and_says_so() -> None:
    transcript = Transcript(max_octets=100)
    for number in range(50):
        transcript.sent("A", b"a%02d NOOP\r\n" % number)
    assert sum(len(entry.data) for entry in transcript.entries) <= 100
    assert transcript.entries[-1].data == b"a49 NOOP\r\n"
    assert "older entries were dropped" in transcript.render()

"""The LIMITS extension, RFC 9422."""

import re

import pytest

from mailproof_suites.case import SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Stored

pytestmark = needs("smtp:LIMITS")
_LIMIT = re.compile(r"[A-Z0-9][A-Z0-9-]*(=[\x21-\x3a\x3c-\x7e]+)?")
_MOST = 2000


def _limits(client: SmtpClient) -> dict[str, str]:
    words = client.extensions["LIMITS"].split()
    return {name: value for name, _, value in (word.partition("=") for word in words)}


@requirement("RFC9422:4-1")
def test_limits_are_name_and_value(smtp: SmtpClient) -> None:
    """Each limit reads NAME=value, and the known ones are positive numbers."""
    for word in smtp.extensions["LIMITS"].split():
        expect.that(_LIMIT.fullmatch(word), "a limit", expected="NAME=value", actual=word)
    for name in ("MAILMAX", "RCPTMAX", "RCPTDOMAINMAX"):
        value = _limits(smtp).get(name)
        if value is not None:
            expect.that(re.fullmatch(r"[1-9][0-9]{0,5}", value), name, expected="1 to 999999", actual=value)


@requirement("RFC9422:4.2-1", "RFC5321:4.5.3.1.8-3", "RFC5321:4.5.3.1.10-1")
def test_rcptmax_recipients_are_taken_and_one_more_is_not(
    smtp: SmtpClient, own: str, own_message: bytes, stored: Stored
) -> None:
    """As many RCPTs as promised succeed, the next one gets 452 (5yz for a policy), and the message still arrives."""
    most = int(_limits(smtp).get("RCPTMAX", 0))
    if not 0 < most <= _MOST:
        pytest.skip(f"RCPTMAX is not advertised, or is above {_MOST}")
    answers = smtp.pipeline(f"MAIL FROM:<{own}>", *[f"RCPT TO:<{own}>"] * most)
    expect.equal({answer.code for answer in answers}, {250}, "replies to MAIL and the promised number of RCPTs")
    extra = smtp.rcpt(own)
    expect.reply(extra, 452, 550, 552, 554)
    if extra.code != 452:
        expect.note(f"one recipient too many: {extra.line}")
    smtp.data(own_message).require(250)
    stored(mark_of(own_message))


@requirement("RFC5321:4.5.3.1.8-1", "RFC9422:4-2")
def test_rcptmax_is_at_least_100(smtp: SmtpClient) -> None:
    """A lower limit would break what everybody has to take."""
    most = _limits(smtp).get("RCPTMAX", "100")
    expect.that(int(most) >= 100, "RCPTMAX", expected="100 or more", actual=most)


@requirement("RFC9422:3-1")
def test_a_limit_stands_once(smtp: SmtpClient) -> None:
    """No name of a limit is listed twice."""
    names = [word.partition("=")[0] for word in smtp.extensions["LIMITS"].split()]
    expect.equal(len(set(names)), len(names), "different names of limits")


@requirement("RFC9422:4.1-1")
def test_as_many_transactions_as_promised_are_taken(smtp: SmtpClient, own: str) -> None:
    """MAILMAX transactions begin in one session (20 where more are promised); the one beyond is put off."""
    most = int(_limits(smtp).get("MAILMAX", 0))
    if not most:
        pytest.skip("MAILMAX is not advertised")
    for _ in range(min(most, 20)):
        expect.reply(smtp.mail(own), 250)
        smtp.rset().require(250)
    if most <= 20:
        expect.reply(smtp.mail(own), 421, 451, 452, 550)

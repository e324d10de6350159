"""The LIMITS extension, RFC 9422."""

import re

import pytest

from mailproof_suites.case import SmtpClient, expect, needs, requirement

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


@requirement("RFC9422:4.2-1")
def test_rcptmax_recipients_are_taken_and_one_more_is_not(smtp: SmtpClient, own: str) -> None:
    """As many RCPTs as promised succeed; the next one gets 452 (a configured policy may say 5yz)."""
    most = int(_limits(smtp).get("RCPTMAX", 0))
    if not 0 < most <= _MOST:
        pytest.skip(f"RCPTMAX is not advertised, or is above {_MOST}")
    answers = smtp.pipeline(f"MAIL FROM:<{own}>", *[f"RCPT TO:<{own}>"] * most)
    expect.equal({answer.code for answer in answers}, {250}, "replies to MAIL and the promised number of RCPTs")
    extra = smtp.rcpt(own)
    expect.reply(extra, 452, 550, 552, 554)
    if extra.code != 452:
        expect.note(f"one recipient too many: {extra.line}")
    expect.reply(smtp.rset(), 250)


@requirement("RFC5321:4.5.3.1.8-1")
def test_rcptmax_is_at_least_100(smtp: SmtpClient) -> None:
    """A lower limit would break what everybody has to take."""
    most = _limits(smtp).get("RCPTMAX", "100")
    expect.that(int(most) >= 100, "RCPTMAX", expected="100 or more", actual=most)

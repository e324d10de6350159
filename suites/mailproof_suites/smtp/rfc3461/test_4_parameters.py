"""Parameters that ask for delivery reports, RFC 3461 sections 4 and 5."""

import pytest

from mailproof_suites.case import SmtpClient, expect, needs, requirement

pytestmark = needs("smtp:DSN")

_GOOD_RCPT = {
    "never": "NOTIFY=NEVER",
    "success": "NOTIFY=SUCCESS",
    "all_three": "NOTIFY=SUCCESS,FAILURE,DELAY",
    "small_letters": "notify=success,Failure",
    "orcpt": "ORCPT=rfc822;someone@example.test",
    "orcpt_with_xtext": "ORCPT=rfc822;some+2Bone+3D@example.test",
}
_BAD_RCPT = {
    "never_and_more": "NOTIFY=NEVER,SUCCESS",
    "more_and_never": "NOTIFY=FAILURE,NEVER",
    "unknown_word": "NOTIFY=SOMETIMES",
    "no_value": "NOTIFY",
    "empty_value": "NOTIFY=",
    "orcpt_without_type": "ORCPT=someone@example.test",
    "orcpt_with_bad_xtext": "ORCPT=rfc822;some+2gone@example.test",
    "orcpt_with_small_hex": "ORCPT=rfc822;some+2bone@example.test",
}
_GOOD_MAIL = {
    "full": "RET=FULL",
    "hdrs": "RET=HDRS",
    "small_letters": "ret=hdrs",
    "envid": "ENVID=QQ314159",
    "envid_with_xtext": "ENVID=a+2Bb+3Dc",
    "envid_of_100": "ENVID=" + "e" * 100,
}
_BAD_MAIL = {
    "unknown_ret": "RET=SOME",
    "empty_ret": "RET=",
    "envid_with_bad_xtext": "ENVID=a+2",
    "envid_with_control": "ENVID=a+0Ab",
}


@requirement("RFC3461:4.1-1", "RFC3461:4.2-1")
@pytest.mark.parametrize("parameter", _GOOD_RCPT.values(), ids=_GOOD_RCPT.keys())
def test_good_parameters_of_rcpt_are_taken(smtp: SmtpClient, own: str, parameter: str) -> None:
    """NOTIFY and ORCPT in all their legal forms."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(own, parameter), 250)


@requirement("RFC3461:4.1-2", "RFC3461:4.2-2", "RFC3461:5.1-2")
@pytest.mark.parametrize("parameter", _BAD_RCPT.values(), ids=_BAD_RCPT.keys())
def test_bad_parameters_of_rcpt_are_a_syntax_error(smtp: SmtpClient, own: str, parameter: str) -> None:
    """NEVER stands by itself, words are known, xtext is xtext: else 501."""
    smtp.mail(own).require(250)
    # Without any value it is no NOTIFY parameter, and an unknown parameter gets 555 (RFC 5321 section 4.1.1.11).
    codes = (501,) if parameter.rstrip("=") != "NOTIFY" else (501, 555)
    expect.reply(smtp.rcpt(own, parameter, on_purpose=True), *codes)
    expect.reply(smtp.rcpt(own), 250)


@requirement("RFC3461:4.3-1", "RFC3461:4.4-1")
@pytest.mark.parametrize("parameter", _GOOD_MAIL.values(), ids=_GOOD_MAIL.keys())
def test_good_parameters_of_mail_are_taken(smtp: SmtpClient, own: str, parameter: str) -> None:
    """RET and ENVID in all their legal forms."""
    expect.reply(smtp.mail(own, parameter), 250)


@requirement("RFC3461:4.3-2", "RFC3461:4.4-2", "RFC3461:5.1-1")
@pytest.mark.parametrize("parameter", _BAD_MAIL.values(), ids=_BAD_MAIL.keys())
def test_bad_parameters_of_mail_are_a_syntax_error(smtp: SmtpClient, own: str, parameter: str) -> None:
    """RET is FULL or HDRS, ENVID is xtext of printable characters: else 501."""
    expect.reply(smtp.mail(own, parameter, on_purpose=True), 501)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC3461:5.1-1")
@pytest.mark.parametrize("words", ["RET=FULL RET=HDRS", "ENVID=a ENVID=b"], ids=["ret", "envid"])
def test_a_parameter_given_twice_is_refused_on_mail(smtp: SmtpClient, own: str, words: str) -> None:
    """Each parameter may stand once: 501."""
    expect.reply(smtp.mail(own, words), 501)


@requirement("RFC3461:5.1-2")
@pytest.mark.parametrize("words", ["NOTIFY=NEVER NOTIFY=SUCCESS", "ORCPT=rfc822;a@b.test ORCPT=rfc822;c@d.test"])
def test_a_parameter_given_twice_is_refused_on_rcpt(smtp: SmtpClient, own: str, words: str) -> None:
    """Each parameter may stand once: 501."""
    smtp.mail(own).require(250)
    expect.reply(smtp.rcpt(own, words), 501)

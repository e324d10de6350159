"""Delivery reports, RFC 3461 sections 5 and 6, in the form of RFC 3464."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, ReportOf, Reports, Stored, field, status_of

pytestmark = needs("smtp:DSN")


def _send(smtp: SmtpClient, own: str, message: bytes, mail: list[str], rcpt: list[str]) -> None:
    smtp.mail(own, *mail).require(250)
    smtp.rcpt(own, *rcpt).require(250)
    smtp.data(message).require(250)


@requirement("RFC3461:5.2.3-1", "RFC3461:6.2-1", "RFC5321:3.6.3-4", "RFC3461:6.1-1")
def test_success_is_reported_when_asked_for(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, report_of: ReportOf, token: str
) -> None:
    """NOTIFY=SUCCESS: a multipart/report with the null sender tells that the message was delivered."""
    message = make_message()
    envid, original = f"env+2B{token}", f"rfc822;original-{token}@mailproof.test"
    _send(smtp, own, message, [f"ENVID={envid}"], ["NOTIFY=SUCCESS", f"ORCPT={original}"])
    stored(mark_of(message))
    raw, report = report_of(f"env+{token}")
    expect.equal(report.get_content_type(), "multipart/report", "type of the report")
    expect.equal(report.get_param("report-type"), "delivery-status", "report-type")
    expect.equal(field(raw, "Return-Path")[:1], [b"<>"], "envelope sender of the report", requirement="RFC3461:6.1-1")
    status = status_of(report)
    expect.one_of(status.get("action"), {"delivered", "relayed", "expanded"}, "Action")
    expect.that(status.get("status", "").startswith("2."), "Status", expected="2.x.y", actual=status.get("status"))
    expect.contains(status.get("final-recipient", "").lower(), own.lower(), "Final-Recipient")
    expect.equal(status.get("original-envelope-id"), f"env+{token}", "Original-Envelope-Id")
    expect.equal(status.get("original-recipient", "").replace(" ", ""), original, "Original-Recipient")


@requirement("RFC3461:4.3-3")
@pytest.mark.parametrize("mail", [["RET=HDRS"], ["RET=FULL"], []], ids=["hdrs", "full", "not_said"])
def test_a_report_of_success_returns_the_header_only(
    smtp: SmtpClient, own: str, make_message: MakeMessage, report_of: ReportOf, token: str, mail: list[str]
) -> None:
    """RET is about failures: without one, a report holds the header of the message and nothing of its text."""
    message = make_message(body=f"secret text {token[::-1]}\n")
    _send(smtp, own, message, [*mail, f"ENVID=hdrs{token}"], ["NOTIFY=SUCCESS"])
    raw, _ = report_of(f"hdrs{token}")
    expect.contains(raw, mark_of(message).encode(), "the report, which returns the header")
    expect.lacks(raw, token[::-1].encode(), "the report, which should not return the text")


@requirement("RFC3461:5.2.3-2")
@pytest.mark.parametrize("rcpt", [["NOTIFY=NEVER"], ["NOTIFY=FAILURE"], []], ids=["never", "failure", "not_asked"])
def test_success_is_not_reported_otherwise(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, reports: Reports, token: str, rcpt: list[str]
) -> None:
    """NEVER, FAILURE, or no NOTIFY at all: the message arrives, and no report of its delivery."""
    message = make_message()
    _send(smtp, own, message, [f"ENVID=none{token}"], rcpt)
    expect.equal(copies(mark_of(message)), 1, "copies of the message itself")
    expect.equal(len(reports(mark_of(message))), 0, "reports about it")
    expect.equal(len(reports(f"none{token}")), 0, "reports that name its envelope")

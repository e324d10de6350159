"""Delivery reports, RFC 3461 sections 5 and 6, in the form of RFC 3464."""

import email
import time
from email.message import Message

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, World, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Reports, Stored, field

pytestmark = needs("smtp:DSN")
_POLL_S = 0.1


@pytest.fixture
def report_of(world: World, reports: Reports) -> "ReportOf":
    """Waits for the report that mentions a text."""
    return ReportOf(world, reports)


class ReportOf:
    """`report_of(text)`: the report, raw and parsed, or a Violation when none comes in time."""

    def __init__(self, world: World, reports: Reports) -> None:
        self._limit_s = world.target.delivery_timeout_s
        self._reports = reports

    def __call__(self, text: str) -> tuple[bytes, Message]:
        deadline = time.monotonic() + self._limit_s
        while not (found := self._reports(text)):
            if time.monotonic() > deadline:
                raise expect.fail("the report", expected=f"one within {self._limit_s:g} s", actual="none")
            time.sleep(_POLL_S)
        return found[0], email.message_from_bytes(found[0])


def _send(smtp: SmtpClient, own: str, message: bytes, mail: list[str], rcpt: list[str]) -> None:
    smtp.mail(own, *mail).require(250)
    smtp.rcpt(own, *rcpt).require(250)
    smtp.data(message).require(250)


def _part(report: Message, kind: str) -> Message:
    found = [part for part in report.walk() if part.get_content_type() == kind]
    return expect.given(found[0] if found else None, f"a part of type {kind}")


def _status(report: Message) -> dict[str, str]:
    """The fields of message/delivery-status, of the message and of its first recipient, names in small letters."""
    blocks = _part(report, "message/delivery-status").get_payload()
    found = [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    return {name.lower(): str(value) for block in found for name, value in block.items()}


@requirement("RFC3461:5.2.3-1", "RFC3461:6.2-1")
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
    status = _status(report)
    expect.one_of(status.get("action"), {"delivered", "relayed", "expanded"}, "Action")
    expect.that(status.get("status", "").startswith("2."), "Status", expected="2.x.y", actual=status.get("status"))
    expect.contains(status.get("final-recipient", "").lower(), own.lower(), "Final-Recipient")
    expect.equal(status.get("original-envelope-id"), f"env+{token}", "Original-Envelope-Id")
    expect.equal(status.get("original-recipient", "").replace(" ", ""), original, "Original-Recipient")


@requirement("RFC3461:4.3-3")
def test_ret_hdrs_returns_the_header_only(
    smtp: SmtpClient, own: str, make_message: MakeMessage, report_of: ReportOf, token: str
) -> None:
    """RET=HDRS: the report holds the header of the message and nothing of its text."""
    message = make_message(body=f"secret text {token[::-1]}\n")
    _send(smtp, own, message, ["RET=HDRS", f"ENVID=hdrs{token}"], ["NOTIFY=SUCCESS"])
    raw, _ = report_of(f"hdrs{token}")
    expect.contains(raw, mark_of(message).encode(), "the report, which returns the header")
    expect.lacks(raw, token[::-1].encode(), "the report, which must not return the text")


@requirement("RFC3461:4.3-4")
def test_ret_full_returns_the_whole_message(
    smtp: SmtpClient, own: str, make_message: MakeMessage, report_of: ReportOf, token: str
) -> None:
    """RET=FULL asks for everything; in a report of success a server may still return the header alone."""
    message = make_message(body=f"whole text {token[::-1]}\n")
    _send(smtp, own, message, ["RET=FULL", f"ENVID=full{token}"], ["NOTIFY=SUCCESS"])
    raw, _ = report_of(f"full{token}")
    expect.contains(raw, mark_of(message).encode(), "the report, which returns at least the header")
    if token[::-1].encode() not in raw:
        expect.note("RET=FULL returns the header only in a report of success")


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

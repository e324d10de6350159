"""The form of a delivery report, RFC 3464 section 2, RFC 3461 section 6.3, RFC 3462."""

import re
from email.message import Message
from email.utils import parsedate_to_datetime

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import ReportOf, field

pytestmark = needs("smtp:DSN")
_STATUS = re.compile(r"[245]\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})")
Report = tuple[bytes, Message]


@pytest.fixture
def report(smtp: SmtpClient, own: str, make_message: MakeMessage, report_of: ReportOf) -> Report:
    """A report of a delivery for which nothing but NOTIFY=SUCCESS was said."""
    message = make_message(to=own)
    smtp.mail(own).require(250)
    smtp.rcpt(own, "NOTIFY=SUCCESS").require(250)
    smtp.data(message).require(250)
    return report_of(mark_of(message))


def _blocks(report: Message) -> list[Message]:
    """The groups of fields of message/delivery-status: of the message, then of each recipient."""
    part = next((each for each in report.walk() if each.get_content_type() == "message/delivery-status"), None)
    found = expect.given(part, "a part of type message/delivery-status").get_payload()
    return [each for each in found if isinstance(each, Message)] if isinstance(found, list) else []


@requirement("RFC3464:2-1", "RFC3461:6.2-1")
def test_it_has_its_three_parts(report: Report) -> None:
    """multipart/report: a text for people, message/delivery-status, and the message or its header."""
    parts = report[1].get_payload()
    kinds = [each.get_content_type() for each in parts if isinstance(each, Message)] if isinstance(parts, list) else []
    expect.that(2 <= len(kinds) <= 3, "parts", expected="two or three", actual=kinds)
    expect.one_of(kinds[0].split("/")[0], {"text", "multipart"}, "type of the first part")
    expect.equal(kinds[1], "message/delivery-status", "type of the second part")
    for kind in kinds[2:]:
        returned = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
        expect.contains(returned, kind, "types of a returned message")


@requirement("RFC3464:2-2", "RFC5321:4.4-10", "RFC3461:6.1-1")
def test_it_goes_to_the_return_path(report: Report, own: str) -> None:
    """The original sender is the recipient in the header, as on the envelope, whose own sender is null."""
    expect.contains(b" ".join(field(report[0], "To")).lower(), own.lower().encode(), "To")
    expect.equal(field(report[0], "Return-Path")[:1], [b"<>"], "Return-Path")


@requirement("RFC3464:2-3")
def test_it_is_a_message_with_an_author_and_a_date(report: Report) -> None:
    """From, Date and Subject are there once each."""
    for name in ("From", "Date", "Subject"):
        expect.equal(len(field(report[0], name)), 1, f"{name} fields")


@requirement("RFC3464:2.1-1")
def test_the_status_part_is_in_7_bits(report: Report) -> None:
    """message/delivery-status has no encoding but 7bit and nothing beyond ASCII."""
    part = next(each for each in report[1].walk() if each.get_content_type() == "message/delivery-status")
    encoding = (part.get("Content-Transfer-Encoding") or "7bit").lower()
    expect.equal(encoding, "7bit", "Content-Transfer-Encoding")
    expect.that(part.as_bytes().isascii(), "the status part", expected="ASCII", actual="more")


@requirement("RFC3464:2.2-1", "RFC3461:6.3-2")
def test_the_reporting_server_is_named(report: Report) -> None:
    """Reporting-MTA stands once in the first block, with its type; of type dns it is a domain name."""
    found = _blocks(report[1])[0].get_all("Reporting-MTA", [])
    expect.equal(len(found), 1, "Reporting-MTA fields")
    kind, semicolon, name = found[0].partition(";")
    expect.that(semicolon and kind.strip(), "Reporting-MTA", expected="type; name", actual=found[0])
    if kind.strip().lower() == "dns":
        fits = re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", name.strip())
        expect.that(fits, "name of the reporting server", expected="a domain name", actual=name)


@requirement("RFC3464:2.3-2", "RFC3461:6.3-4", "RFC3461:6.3-5", "RFC3461:6.3-6")
def test_each_recipient_has_its_fields(report: Report, own: str) -> None:
    """Final-Recipient, Action and Status once each; the status fits its grammar and the action."""
    blocks = _blocks(report[1])[1:]
    expect.equal(len(blocks), 1, "blocks of recipients")
    for name in ("Final-Recipient", "Action", "Status"):
        expect.equal(len(blocks[0].get_all(name, [])), 1, f"{name} fields")
    final = str(blocks[0]["Final-Recipient"]).lower()
    expect.that(re.match(r"[a-z0-9-]+\s*;", final), "Final-Recipient", expected="type; address", actual=final)
    expect.contains(final, own.lower(), "Final-Recipient", requirement="RFC3461:6.3-4")
    actions = {"failed", "delayed", "delivered", "relayed", "expanded"}
    expect.contains(actions, str(blocks[0]["Action"]).lower(), "actions", requirement="RFC3461:6.3-5")
    status = str(blocks[0]["Status"]).split(" ")[0]
    expect.that(_STATUS.fullmatch(status), "Status", expected="c.s.d", actual=status, requirement="RFC3461:6.3-6")
    expect.equal(status[0], "2", "class of the status of a delivery")


@requirement("RFC3461:6.3-1", "RFC3461:6.3-3")
def test_what_was_not_given_is_not_made_up(report: Report) -> None:
    """Neither ENVID nor ORCPT was given: no Original-Envelope-Id, no Original-Recipient."""
    blocks = _blocks(report[1])
    envelope, original = blocks[0].get("Original-Envelope-Id"), blocks[1].get("Original-Recipient")
    expect.equal(envelope, None, "Original-Envelope-Id", requirement="RFC3461:6.3-1")
    expect.equal(original, None, "Original-Recipient", requirement="RFC3461:6.3-3")


@requirement("RFC3464:2.1-2")
def test_dates_have_years_of_four_digits_and_offsets(report: Report) -> None:
    """Arrival-Date and its kin are dates of mail with numeric offsets."""
    for block in _blocks(report[1]):
        for name in ("Arrival-Date", "Last-Attempt-Date", "Will-Retry-Until"):
            for each in block.get_all(name, []):
                expect.that(re.search(r" \d{4} .*[+-]\d{4}", each), name, expected="a date with offset", actual=each)
                parsedate_to_datetime(each)

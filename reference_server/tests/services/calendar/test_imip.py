"""Meeting messages from and to the outside, and those that lie (RFC 5546, RFC 6047)."""

from email import message_from_bytes
from email.message import Message as MimeMessage
from typing import Any

import msgspec
import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.event import BusyStatus, Meeting, Response
from mailproof_server.model.folder import FolderRole
from mailproof_server.services.calendar.imip import Method, calendar_message
from mailproof_server.services.calendar.limits import CalendarLimits
from mailproof_server.services.calendar.receiving import MEETING_COPY, MEETING_FOR
from mailproof_server.services.delegates import DelegateChange, Delegates, MeetingRequests

from .conftest import Office, attendee

OUTSIDE = "zoe@outside.test"


def ics(
    method: str = "REQUEST",
    *lines: str,
    uid: str = "abc-1@outside.test",
    start: str = "DTSTART;TZID=Europe/Paris:20260309T100000",
    end: str = "DTEND;TZID=Europe/Paris:20260309T110000",
    organizer: str = OUTSIDE,
    sequence: int = 0,
    stamp: str = "20260301T080000Z",
    who: str = "bob@example.test",
    status: str = "NEEDS-ACTION",
) -> str:
    body = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp}",
        f"SEQUENCE:{sequence}",
        start,
        end,
        "SUMMARY:Outside planning",
        f"ORGANIZER;CN=Zoe:mailto:{organizer}",
        f"ATTENDEE;PARTSTAT={status};RSVP=TRUE:mailto:{who}",
        *lines,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(each for each in body if each) + "\r\n"


def arrive(
    office: Office, to: Principal, text: str, *, author: str = OUTSIDE, method: str = "REQUEST", **facts: Any
) -> None:
    head = facts.pop("head", "")
    data = (
        f"From: {author}\r\nTo: {to.address}\r\nSubject: Invitation\r\n{head}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n'
        f'Content-Type: text/calendar; charset=UTF-8; method="{method}"\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n--b--\r\n"
    ).encode()
    envelope = SmtpEnvelope(sender=author, recipients=(EnvelopeRecipient(to.address),))
    office.run(office.world.services.delivery.dispatch(envelope, data))
    office.settle()


def sent_outside(office: Office) -> list[MimeMessage]:
    return [message_from_bytes(each.data) for each in office.world.sink.sent]


def calendar_part(message: MimeMessage) -> tuple[str, str]:
    """(method parameter, text)."""
    (part,) = [each for each in message.walk() if each.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return str(part.get_param("method")), payload.decode().replace("\r\n ", "")


def test_an_outside_invitation_is_answered_by_a_proper_reply(office: Office, bob: Principal) -> None:
    arrive(office, bob, ics())
    meeting = office.only(bob)
    assert meeting.value.meeting is Meeting.RECEIVED
    assert meeting.value.starts_at == office.at(10)
    office.run(office.scheduling.respond(bob, meeting.id, Response.ACCEPTED, comment="Yes"))
    office.settle()
    (mail,) = sent_outside(office)
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "Bob Bold <bob@example.test>",
        "Zoe <zoe@outside.test>",
        "Accepted: Outside planning",
    )
    method, text = calendar_part(mail)
    assert method == "REPLY"
    assert "METHOD:REPLY" in text
    assert text.count("ATTENDEE") == 1
    assert "PARTSTAT=ACCEPTED" in text
    assert "UID:abc-1@outside.test" in text
    assert "SEQUENCE:0" in text
    assert "COMMENT:Yes" in text


def test_an_outside_attendee_gets_iMIP_with_every_part_that_clients_want(office: Office, ann: Principal) -> None:  # noqa: N802
    office.meet(ann, office.event(body="Agenda: all", location="Room 1"), OUTSIDE)
    (mail,) = sent_outside(office)
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.walk()] == ["multipart/alternative", "text/plain", "text/calendar"]
    method, text = calendar_part(mail)
    assert method == "REQUEST"
    for line in (
        "METHOD:REQUEST",
        "DTSTART;TZID=Europe/Paris:20260309T100000",
        'ORGANIZER;CN="Ann Able":mailto:ann@example.test',
        "DESCRIPTION:Agenda: all",
        "BEGIN:VTIMEZONE",
    ):
        assert line in text, line
    assert "PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:zoe@outside.test" in text
    assert mail["Content-class"] == "urn:content-classes:calendarmessage"


def test_an_outside_answer_updates_exactly_one_attendee(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), OUTSIDE, bob)
    text = ics("REPLY", uid=mine.value.uid, organizer=ann.address, who="Zoe@Outside.test", status="ACCEPTED")
    arrive(office, ann, text, method="REPLY")
    assert office.answers(ann) == {OUTSIDE: "accepted", bob.address: "none"}


@pytest.mark.parametrize(
    ("change", "author", "why"),
    [
        ({"sequence": 0}, OUTSIDE, "older sequence"),
        ({"sequence": 1}, "mallory@evil.test", "somebody else"),
        ({"sequence": 1, "organizer": "other@example.test"}, OUTSIDE, "another organiser"),
    ],
)
def test_an_answer_that_does_not_count_changes_nothing(
    office: Office, ann: Principal, change: dict[str, Any], author: str, why: str
) -> None:
    mine = office.meet(ann, office.event(), OUTSIDE)
    moved = lambda event: msgspec.structs.replace(event, ends_at=office.at(12))  # noqa: E731
    office.run(office.scheduling.update(ann, mine.id, moved))
    facts: dict[str, Any] = {"organizer": ann.address, **change}
    text = ics("REPLY", uid=mine.value.uid, who=OUTSIDE, status="ACCEPTED", **facts)
    arrive(office, ann, text, method="REPLY", author=author)
    assert office.answers(ann) == {OUTSIDE: "none"}, why


def test_an_older_answer_does_not_replace_a_newer_one(office: Office, ann: Principal) -> None:
    mine = office.meet(ann, office.event(), OUTSIDE)
    for stamp, status in (("20260303T080000Z", "ACCEPTED"), ("20260302T200000Z", "DECLINED")):
        text = ics("REPLY", uid=mine.value.uid, organizer=ann.address, who=OUTSIDE, status=status, stamp=stamp)
        arrive(office, ann, text, method="REPLY")
    assert office.answers(ann) == {OUTSIDE: "accepted"}


def test_updates_count_by_sequence_and_stamp(office: Office, bob: Principal) -> None:
    arrive(office, bob, ics(sequence=2))
    later = "DTSTART;TZID=Europe/Paris:20260309T140000", "DTEND;TZID=Europe/Paris:20260309T150000"
    arrive(office, bob, ics(sequence=1, start=later[0], end=later[1], stamp="20260302T080000Z"))
    assert office.only(bob).value.starts_at == office.at(10)
    arrive(office, bob, ics(sequence=2, start=later[0], end=later[1], stamp="20260301T070000Z"))
    assert office.only(bob).value.starts_at == office.at(10)
    arrive(office, bob, ics(sequence=3, start=later[0], end=later[1], stamp="20260302T080000Z"))
    assert office.only(bob).value.starts_at == office.at(14)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_nobody_but_the_organiser_changes_or_cancels(office: Office, bob: Principal, method: str) -> None:
    arrive(office, bob, ics())
    moved = "DTSTART;TZID=Europe/Paris:20260309T140000", "DTEND;TZID=Europe/Paris:20260309T150000"
    forged = ics(method, sequence=5, start=moved[0], end=moved[1])
    arrive(office, bob, forged, author="mallory@evil.test", method=method)
    arrive(office, bob, forged.replace(OUTSIDE, "mallory@evil.test"), author="mallory@evil.test", method=method)
    assert office.only(bob).value.starts_at == office.at(10)
    assert not office.only(bob).value.is_cancelled
    arrive(office, bob, forged, author="pa@outside.test", method=method)
    assert not office.only(bob).value.is_cancelled
    acting = forged.replace("ORGANIZER;", 'ORGANIZER;SENT-BY="mailto:pa@outside.test";')
    arrive(office, bob, acting, author="pa@outside.test", method=method)
    assert office.only(bob).value.is_cancelled == (method == "CANCEL")
    assert (office.only(bob).value.starts_at == office.at(14)) == (method == "REQUEST")


def test_a_colleagues_sent_by_is_believed_only_with_the_right_to_send(
    office: Office, ann: Principal, bob: Principal, cem: Principal
) -> None:
    mine = office.meet(ann, office.event(), bob)
    claimed = ics("CANCEL", uid=mine.value.uid, organizer=ann.address, sequence=5).replace(
        "ORGANIZER;", f'ORGANIZER;SENT-BY="mailto:{cem.address}";'
    )
    arrive(office, bob, claimed, author=cem.address, method="CANCEL")
    assert not office.only(bob).value.is_cancelled
    office.run(Delegates(office.world.store).add(ann, ann.account_id, cem.id, DelegateChange()))
    arrive(office, bob, claimed, author=cem.address, method="CANCEL")
    assert office.only(bob).value.is_cancelled


def test_a_request_in_the_recipients_own_name_never_touches_the_own_meeting(office: Office, ann: Principal) -> None:
    mine = office.meet(ann, office.event(), OUTSIDE)
    arrive(office, ann, ics(uid=mine.value.uid, organizer=ann.address, sequence=9, who=ann.address), author=ann.address)
    assert office.only(ann).value == mine.value


def test_a_cancelled_occurrence_leaves_the_others(office: Office, bob: Principal) -> None:
    arrive(office, bob, ics("REQUEST", "RRULE:FREQ=DAILY;COUNT=3"))
    notice = ics("CANCEL", "RECURRENCE-ID;TZID=Europe/Paris:20260310T100000", sequence=1)
    arrive(office, bob, notice, method="CANCEL")
    shown = office.view(bob)
    assert [each.event.is_cancelled for each in shown] == [False, True, False]


def test_one_is_invited_to_a_single_occurrence_without_the_series(office: Office, bob: Principal) -> None:
    at = "RECURRENCE-ID;TZID=Europe/Paris:20260309T090000"
    arrive(office, bob, ics("REQUEST", at))
    only = office.only(bob).value
    assert (only.original_start, only.starts_at) == (office.at(9), office.at(10))
    arrive(office, bob, ics("REQUEST", "RECURRENCE-ID;TZID=Europe/Paris:20260316T090000"))
    assert len(office.all(bob)) == 2
    office.run(office.scheduling.respond(bob, office.all(bob)[0].id, Response.ACCEPTED))
    office.settle()
    assert "RECURRENCE-ID;TZID=Europe/Paris:20260309T090000" in calendar_part(sent_outside(office)[-1])[1]


@pytest.mark.parametrize(
    "text",
    [
        ics("REQUEST", "RRULE:FREQ=NEVER"),
        ics("REQUEST", "RRULE:FREQ=SECONDLY"),
        ics("REQUEST", "RRULE:FREQ=DAILY;COUNT=999999"),
        ics(start="DTSTART;TZID=Mars/Base:20260309T100000"),
        ics(start="DTSTART:garbage"),
        ics(end="DTEND;TZID=Europe/Paris:20250309T110000"),
        ics(end="DTEND;VALUE=DATE:20260310"),
        ics(uid=""),
        ics("REQUEST", "ATTENDEE:mailto:x@y.test", "RDATE;TZID=Europe/Paris:" + ",".join(["20260310T100000"] * 1001)),
        ics("NONSENSE"),
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "no calendar at all",
        "",
    ],
)
def test_broken_calendar_traffic_stays_mail(office: Office, bob: Principal, text: str) -> None:
    arrive(office, bob, text)
    assert office.all(bob) == []
    assert office.subjects(bob) == ["Invitation"]


def test_a_method_that_differs_from_the_parameter_is_no_calendar_traffic(office: Office, bob: Principal) -> None:
    arrive(office, bob, ics("REQUEST"), method="REPLY")
    assert office.all(bob) == []
    assert office.subjects(bob) == ["Invitation"]
    assert calendar_message(ics("REQUEST").encode(), "", CalendarLimits()) is not None


def test_an_answer_from_outside_may_come_under_an_alias(office: Office, ann: Principal, bob: Principal) -> None:
    office.run(office.world.services.directory.add_alias(bob.id, "robert@example.test"))
    mine = office.meet(ann, office.event(), attendee("robert@example.test"))
    office.run(office.scheduling.respond(bob, office.only(bob).id, Response.ACCEPTED))
    office.settle()
    assert office.only(ann).value.attendees[0].response is Response.ACCEPTED
    assert len(office.only(ann).value.attendees) == 1
    assert mine.value.uid == office.only(bob).value.uid


def test_a_refresh_is_answered_to_the_one_who_asks(office: Office, ann: Principal, bob: Principal) -> None:
    mine = office.meet(ann, office.event(), OUTSIDE, bob)
    office.world.sink.sent.clear()
    arrive(office, ann, ics("REFRESH", uid=mine.value.uid, organizer=ann.address, who=OUTSIDE), method="REFRESH")
    (mail,) = sent_outside(office)
    assert mail["To"] == OUTSIDE
    assert calendar_part(mail)[0] == "REQUEST"
    arrive(
        office, ann, ics("REFRESH", uid=mine.value.uid, organizer=ann.address, who="x@evil.test"),
        method="REFRESH", author="x@evil.test",
    )  # fmt: skip
    assert len(sent_outside(office)) == 1


def test_delegates_get_copies_and_the_owner_as_chosen(
    office: Office, ann: Principal, bob: Principal, cem: Principal
) -> None:
    delegates = Delegates(office.world.store)
    office.run(delegates.add(bob, bob.account_id, cem.id, DelegateChange(receives_copies=True)))
    office.meet(ann, office.event(), bob)
    assert office.subjects(cem) == ["Planning"]
    assert office.subjects(bob) == ["Planning"]
    assert properties(office, cem, 0) == {MEETING_FOR: bob.address}
    assert office.all(cem) == []
    office.run(delegates.set_meeting_requests(bob, bob.account_id, MeetingRequests.DELEGATES_AND_INFORMATION))
    office.meet(ann, office.event(12), bob)
    assert properties(office, bob, 1) == {MEETING_COPY: "information"}
    office.run(delegates.set_meeting_requests(bob, bob.account_id, MeetingRequests.DELEGATES_ONLY))
    office.meet(ann, office.event(14), bob)
    assert len(office.subjects(bob)) == 2
    assert len(office.subjects(cem)) == 3
    assert len(office.all(bob)) == 3


def properties(office: Office, who: Principal, at: int) -> dict[str, object]:
    folder = office.world.role(who, FolderRole.INBOX)
    row = office.run(office.world.services.messages.rows(who, folder.id))[at]
    found: dict[str, object] = office.run(office.world.store.read(lambda view: view.properties(row.id)))
    return found


def test_what_outlook_says_of_the_busy_status_wins(office: Office, bob: Principal) -> None:
    arrive(
        office,
        bob,
        ics("REQUEST", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "X-MICROSOFT-CDO-INTENDEDSTATUS:OOF"),
    )
    meeting = office.only(bob)
    assert meeting.value.intended_status is BusyStatus.OUT_OF_OFFICE
    office.run(office.scheduling.respond(bob, meeting.id, Response.ACCEPTED))
    assert office.only(bob).value.busy_status is BusyStatus.OUT_OF_OFFICE


def test_reply_classes_are_those_of_exchange() -> None:
    limits = CalendarLimits()
    for status, name in (("ACCEPTED", "Pos"), ("TENTATIVE", "Tent"), ("DECLINED", "Neg")):
        found = calendar_message(ics("REPLY", status=status).encode(), "reply", limits)
        assert found is not None
        assert found.method is Method.REPLY
        assert str(found.message_class).endswith(f"Resp.{name}")


def test_two_thousand_attendees_are_invited(office: Office, ann: Principal, bob: Principal) -> None:
    crowd = [attendee(f"guest{number}@outside.test") for number in range(1999)]
    office.meet(ann, office.event(), *crowd, bob)
    assert len(office.only(bob).value.attendees) == 2000
    assert len(sent_outside(office)) == 4

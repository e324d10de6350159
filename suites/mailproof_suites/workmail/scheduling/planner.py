"""People who meet, their calendars by the control program, their meeting mail over IMAP (FEATURES section 9)."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any, cast

import icalendar

from mailproof_suites.case import Account, Control, ImapClient, Post, SmtpClient, World, expect
from mailproof_suites.messages import mark_of
from mailproof_suites.workmail.scheduling.invitation import Meeting, body

_POLL_S = 0.05
Event = dict[str, Any]


@dataclass(frozen=True)
class MeetingMail:
    """A message with a calendar object."""

    message: EmailMessage
    method_parameter: str
    calendar: icalendar.Calendar

    @property
    def method(self) -> str:
        """METHOD of the calendar object."""
        return str(self.calendar.get("METHOD", "")).upper()

    @property
    def event(self) -> Any:
        """The first VEVENT; what its properties are, only icalendar knows."""
        return self.calendar.walk("VEVENT")[0]

    @property
    def attendees(self) -> dict[str, Any]:
        """The properties ATTENDEE, by address in small letters."""
        found = self.event.get("ATTENDEE", [])
        return {address(each): each for each in (found if isinstance(found, list) else [found])}


def address(party: Any) -> str:
    """Of an ATTENDEE or ORGANIZER, in small letters."""
    return str(party).lower().removeprefix("mailto:")


@dataclass
class Planner:
    """What the cases about meetings do and look at."""

    control: Control
    world: World
    post: Post
    token: str
    _readers: dict[str, ImapClient] = field(default_factory=dict)
    _writers: dict[str, SmtpClient] = field(default_factory=dict)
    _rooms: int = 0

    # -- calendars -----------------------------------------------------------------------------------------------------

    def create(self, owner: Account, event: Mapping[str, Any], *options: str) -> Event:
        """Create an event as the operator's hand; from 10 to 11 in Paris on 9 March 2027 unless told."""
        usual = {
            "subject": "Planning",
            "starts_at": "2027-03-09T10:00",
            "ends_at": "2027-03-09T11:00",
            "time_zone": "Europe/Paris",
        }
        return cast(
            "Event", self.control.call("calendar", "create", owner.address, "-", *options, input={**usual, **event})
        )

    def invite(self, organizer: Account, *attendees: Account | str, **facts: Any) -> Event:
        """Create a meeting and have the attendees told."""
        named = [each if isinstance(each, str) else each.address for each in attendees]
        return self.create(organizer, {"attendees": named, **facts})

    def update(self, owner: Account, event: int, change: Mapping[str, Any], *options: str) -> None:
        """Change an event as the operator's hand; its attendees are told, unless the options say otherwise."""
        self.control.call("calendar", "update", owner.address, str(event), "-", *options, input=dict(change))

    def events(self, owner: Account | str) -> list[Event]:
        """Everything in somebody's calendar."""
        whose = owner if isinstance(owner, str) else owner.address
        return cast("list[Event]", self.control.call("calendar", "list", whose))

    def starts(self, owner: Account, first: str = "2027-01-01", last: str = "2027-12-31") -> list[str]:
        """The starts of what happens from one day to another, series expanded, in UTC."""
        rows = self.control.call("calendar", "view", owner.address, first, last)
        return [str(row["starts_at"]) for row in rows if not row["is_cancelled"]]

    def share(self, owner: Account, asker: Account, profile: str) -> None:
        """Give the asker this right on the calendar, and everybody else none."""
        for who, level in (("default", "None"), (asker.address, profile)):
            self.control.call("permissions", "set", owner.address, "Calendar", who, level)

    def free_busy(self, asker: Account, *targets: str, interval: int = 30) -> list[dict[str, Any]]:
        """What the asker is told of the time from 9 to 13 in Paris on 9 March 2027, in digits of so many minutes."""
        window = ("2027-03-09T09:00", "2027-03-09T13:00", *targets, "--zone", "Europe/Paris")
        words = ("calendar", "free-busy", asker.address, *window, "--interval", str(interval))
        return cast("list[dict[str, Any]]", self.control.call(*words))

    def event(
        self, owner: Account | str, uid: str, holds: Callable[[Event], bool] = lambda _: True, what: str = "the event"
    ) -> Event:
        """The one event with this UID in a calendar, once it is there and as it has to be."""
        deadline = time.monotonic() + self.world.target.delivery_timeout_s
        while True:
            found = [each for each in self.events(owner) if each["uid"] == uid]
            if len(found) == 1 and holds(found[0]):
                return found[0]
            if time.monotonic() > deadline:
                raise expect.fail(what, expected="one event, as it has to be", actual=found)
            time.sleep(_POLL_S)

    def attendee(self, owner: Account, uid: str, who: Account | str, response: str) -> Event:
        """What the organiser's calendar says of an attendee, once the response is this one."""
        named = (who if isinstance(who, str) else who.address).lower()

        def of(event: Event) -> list[Event]:
            return [each for each in event["attendees"] if each["address"].lower() == named]

        event = self.event(
            owner, uid, lambda event: [_given(each) for each in of(event)] == [response], f"the answer of {named}"
        )
        return of(event)[0]

    # -- mail ----------------------------------------------------------------------------------------------------------

    def send(
        self,
        meeting: Meeting,
        method: str,
        sender: Account,
        *to: Account | str,
        form: str = "alternative",
        parameter: str | None = None,
        author: str | None = None,
    ) -> str:
        """Send a calendar object as a foreign client does; the message's mark."""
        return self.send_text(meeting.text(method), parameter or method, sender, *to, form=form, author=author)

    def send_text(
        self,
        calendar: bytes,
        parameter: str,
        sender: Account,
        *to: Account | str,
        form: str = "alternative",
        author: str | None = None,
    ) -> str:
        """The same for octets, whatever they are."""
        recipients = [each if isinstance(each, str) else each.address for each in to]
        kind, text = body(calendar, parameter, form)
        headers = {"Content-Type": kind}
        if form in ("alone", "base64", "quoted_printable") and "multipart" not in kind:
            headers["Content-Transfer-Encoding"] = "8bit"
        message = self.post.make_message(sender=author or sender.address, to=recipients, headers=headers, body=text)
        self._smtp(sender).send_message(sender.address, recipients, message)
        return mark_of(message)

    def send_together(self, meetings: Mapping[Account, Meeting], to: str) -> None:
        """Send several requests so that all texts are under way before any is answered."""
        waiting: list[SmtpClient] = []
        for sender, meeting in meetings.items():
            smtp = self._smtp(sender)
            kind, text = body(meeting.text("REQUEST"), "REQUEST", "alternative")
            message = self.post.make_message(sender=sender.address, to=to, headers={"Content-Type": kind}, body=text)
            smtp.mail(sender.address).require(250)
            smtp.rcpt(to).require(250)
            smtp.command("DATA").require(354)
            smtp.send_raw(message)
            waiting.append(smtp)
        for smtp in waiting:
            smtp.send_raw(b".\r\n")
        for smtp in waiting:
            smtp.read_reply().require(250)

    def arrived(self, mark: str, who: Account) -> EmailMessage:
        """A message that was sent, once it is in an inbox."""
        uid = self.post.wait_for(mark, account=who, client=self._imap(who))
        return self._read(who, uid)

    def settled(self, *people: Account) -> None:
        """Wait until all that was sent before has come to these people: one more message is behind it."""
        for who in people:
            self.post.wait_for(
                self.post.deliver(sender=who, to=who, client=self._smtp(who)), account=who, client=self._imap(who)
            )

    def mails(self, who: Account, method: str, count: int = 1, folder: str = "INBOX") -> list[MeetingMail]:
        """Somebody's meeting mail with this method, once there is so much of it; never more."""
        deadline = time.monotonic() + self.world.target.delivery_timeout_s
        while len(found := self._meeting_mail(who, method, folder)) < count and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        expect.equal(len(found), count, f"{method} messages in {folder} of {who.address}")
        return found

    def mail(self, who: Account, method: str) -> MeetingMail:
        """The one meeting message with this method in an inbox, once it is there."""
        return self.mails(who, method)[0]

    def reply(self, who: Account, uid: str, sequence: int = 0) -> str:
        """PARTSTAT of the one answer that has come to an organiser's request with this UID and SEQUENCE."""
        deadline = time.monotonic() + self.world.target.delivery_timeout_s
        while True:
            found = [each.event for each in self._meeting_mail(who, "REPLY", "INBOX")]
            found = [each for each in found if (str(each["UID"]), int(each["SEQUENCE"])) == (uid, sequence)]
            if found or time.monotonic() > deadline:
                break
            time.sleep(_POLL_S)
        expect.equal(len(found), 1, f"answers to {uid}")
        return str(found[0]["ATTENDEE"].params["PARTSTAT"])

    def book(self, meeting: Meeting, room: str, number: int = 0, **changes: Any) -> tuple[str, Meeting]:
        """Have the organiser's own client ask for a room; the answer, and the meeting as it was asked for.

        Args:
            meeting: what is asked for, but for the changes.
            room: its address.
            number: a meeting of its own for each.
            changes: fields of the meeting.
        """
        uid = f"{number}-{meeting.uid}" if number else meeting.uid
        line = f"ATTENDEE;CUTYPE=ROOM;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{room}"
        asked = replace(meeting, attendees=(line,), **{"uid": uid, **changes})
        organizer = expect.given(asked.organizer, "the organiser")
        self.send(asked, "REQUEST", organizer, room)
        return self.reply(organizer, asked.uid, asked.sequence), asked

    def no_mail(self, who: Account, method: str) -> None:
        """Expect none with this method, behind a message that came later."""
        self.settled(who)
        expect.equal(len(self._meeting_mail(who, method, "INBOX")), 0, f"{method} messages for {who.address}")

    def _meeting_mail(self, who: Account, method: str, folder: str) -> list[MeetingMail]:
        client = self._imap(who)
        client.select(folder)
        found = [_meeting_of(self._read(who, uid)) for uid in client.search("ALL", uid=True)]
        return [each for each in found if each is not None and each.method == method]

    def _read(self, who: Account, uid: int) -> EmailMessage:
        data = self._imap(who).fetch(uid, "(BODY.PEEK[])", uid=True).only().body
        return email.message_from_bytes(bytes(data or b""), policy=email.policy.SMTP)

    def _imap(self, who: Account) -> ImapClient:
        if who.address not in self._readers:
            self._readers[who.address] = self.world.connect_imap(who)
        return self._readers[who.address]

    def _smtp(self, who: Account) -> SmtpClient:
        if who.address not in self._writers:
            self._writers[who.address] = self.world.connect_smtp(who)
        return self._writers[who.address]

    # -- rooms ---------------------------------------------------------------------------------------------------------

    def resource(self, kind: str = "room", *options: str) -> str:
        """A new room or piece of equipment with these booking options; its address."""
        self._rooms += 1
        domain = self.world.lease().address.rpartition("@")[2]
        made = f"room{self._rooms}-{self.token}@{domain}".lower()
        self.control.call("resource", "add", made, kind)
        self.control.undo("resource", "remove", made, "--yes")
        if options:
            self.control.call("resource", "booking", made, *options)
        return made


def _given(attendee: Mapping[str, Any]) -> str:
    """The response of an attendee; defaults may be left out."""
    return str(attendee.get("response", "none"))


def _meeting_of(message: EmailMessage) -> MeetingMail | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            octets = cast("bytes", part.get_payload(decode=True))
            try:
                calendar = icalendar.Calendar.from_ical(octets.decode())
            except ValueError:
                return None
            return MeetingMail(message, str(part.get_param("method", "")).upper(), calendar)
    return None


def instant(text: str) -> datetime:
    """A moment of the control program's."""
    return datetime.fromisoformat(text)


def starts_of(expected: Sequence[str]) -> list[str]:
    """Moments as the control program writes them: `03-09 09:00` in 2027."""
    return [f"2027-{each.replace(' ', 'T')}:00Z" for each in expected]

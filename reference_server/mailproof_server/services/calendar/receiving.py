"""Meeting messages at arrival: what follows from a delivered copy, in the transaction that stores it (RFC 5546, 6047).

    REQUEST          the meeting stands in the attendee's calendar, tentative until answered; rooms answer themselves;
                     delegates get their copies (FEATURES DELE-06)
    REPLY, COUNTER   the organiser's tracking shows the answer, or the proposal
    CANCEL           the attendee's copy is marked; a room's goes
    REFRESH          the organiser's copy is sent again

Anybody can write a message that says anything. So an update or a cancellation must come from the organiser that the
calendar knows, or from who acts for it by the message's own Sender and SENT-BY; a reply from the attendee itself; and a
request whose organiser is the recipient never touches the organiser's own copy. Everything else is mail, and stays it.
"""

from datetime import datetime

import msgspec

from mailproof_server.model.account import DirectoryEntry, Principal, PrincipalKind
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Refusal, SendAsDenied
from mailproof_server.model.event import Attendee, BusyStatus, Event, Meeting, Person, Response
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import PrincipalId
from mailproof_server.model.item import NewItem
from mailproof_server.services.addresses import parse
from mailproof_server.services.arrivals import Stored as StoredMessage
from mailproof_server.services.calendar import imip, itip
from mailproof_server.services.calendar.events import Events, StoredEvent, occurrence_at, with_exception
from mailproof_server.services.calendar.ical_events import response_of
from mailproof_server.services.calendar.imip import Author, MeetingMessage, Method
from mailproof_server.services.calendar.resources import calendar_user_kind, decide
from mailproof_server.services.delegates import meeting_route
from mailproof_server.services.delegation import send_right
from mailproof_server.services.posting import Letter, post
from mailproof_server.services.resources import booking_options
from mailproof_server.services.rules.message import Message
from mailproof_server.store.base import Transaction, View

MEETING_FOR = "meeting_for"
"""Property of a delegate's copy of a request: the address of whom it is for."""
MAX_COMMENT = 10_000
MEETING_COPY = "meeting_copy"
"""Property of the owner's copy that is but for information."""


class Receiving:
    """The follower of deliveries."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._last: tuple[Message, MeetingMessage | None] | None = None

    def follow(self, transaction: Transaction, stored: StoredMessage) -> bool:
        """Act on one account's copy; refusals leave it what it is, mail. Returns whether something was posted."""
        if stored.is_junk or not stored.placements:
            return False
        message = stored.arrival.message
        meeting = self._meeting(message)
        owner = stored.arrival.owner
        if meeting is None or owner.account_id is None:
            return False
        calendar = transaction.folder_by_role(owner.account_id, FolderRole.CALENDAR)
        if calendar is None:
            return False
        one = _One(self._events, self._clock.now(), transaction, message, meeting, owner, calendar)
        try:
            if meeting.method is Method.REQUEST:
                one.take_request(stored)
            elif meeting.method is Method.CANCEL:
                one.take_cancellation(stored)
            elif meeting.method in (Method.REPLY, Method.COUNTER):
                one.take_reply()
            elif meeting.method is Method.REFRESH:
                one.take_refresh()
        except Refusal:
            # A broken rule, an unknown zone, a full account: the message itself has arrived, and says it all.
            return one.has_posted
        return one.has_posted

    def _meeting(self, message: Message) -> MeetingMessage | None:
        """Read once for all copies of a message."""
        if self._last is None or self._last[0] is not message:
            self._last = message, imip.meeting_message(message.content, self._events.limits)
        return self._last[1]


class _One:
    """One message in one account."""

    def __init__(
        self,
        events: Events,
        now: datetime,
        transaction: Transaction,
        message: Message,
        meeting: MeetingMessage,
        owner: DirectoryEntry,
        calendar: Folder,
    ) -> None:
        self._events = events
        self._limits = events.limits
        self._now = now.replace(microsecond=0)
        self._transaction = transaction
        self._message = message
        self._meeting = meeting
        self._owner = owner
        self._calendar = calendar
        self._mine = frozenset((owner.address, *owner.aliases))
        self.has_posted = False

    # -- requests ----------------------------------------------------------------------------------------------------
    def take_request(self, stored: StoredMessage) -> None:
        if not self._meeting.organizer or self._meeting.organizer in self._mine:
            return
        request = self._meeting.event()
        known = self._known(request)
        if known is not None and not self._is_from_organizer(known.value):
            return
        if self._owner.kind is PrincipalKind.RESOURCE:
            self._book(stored, request, known)
            return
        after = self._after_request(request, known)
        if after is not None:
            self._store(after, known)
            self._route(stored)

    def _known(self, event: Event) -> StoredEvent | None:
        """The calendar's copy of the meeting: of one occurrence its own item, else the series."""
        found = self._events.with_uid(self._transaction, self._calendar.account_id, event.uid)
        if event.original_start is not None:
            for each in found:
                if each.value.original_start == event.original_start:
                    return each
        return next((each for each in found if each.value.original_start is None), None)

    def _after_request(self, request: Event, known: StoredEvent | None) -> Event | None:
        if known is None:
            return itip.received(request)
        if known.value.meeting is Meeting.ORGANIZED:
            return None
        if request.original_start is not None and known.value.is_series:
            return itip.with_occurrence(known.value, request, self._limits)
        return itip.updated(known.value, request)

    def _route(self, stored: StoredMessage) -> None:
        """Copies of the message for the owner's delegates, and the owner's own as the owner has chosen."""
        transaction, account_id = self._transaction, self._calendar.account_id
        route = meeting_route(transaction, account_id)
        self._copy_to(route.delegates)
        for placement in stored.placements:
            if not route.to_owner:
                transaction.remove_items(
                    placement.folder_id, [(each, each) for each in placement.uids], only_deleted=False
                )
            elif route.is_information:
                for item_id in placement.item_ids:
                    transaction.update_item(item_id, properties={MEETING_COPY: "information"})

    def _copy_to(self, delegates: "tuple[DirectoryEntry, ...]") -> None:
        for each in delegates:
            inbox = None
            if each.account_id is not None:
                inbox = self._transaction.folder_by_role(each.account_id, FolderRole.INBOX)
            if inbox is not None:
                copy = NewItem(
                    self._message.content, received_at=self._now, properties={MEETING_FOR: self._owner.address}
                )
                self._transaction.add_items(inbox.id, [copy], self._now)

    # -- rooms and equipment -----------------------------------------------------------------------------------------
    def _book(self, stored: StoredMessage, request: Event, known: StoredEvent | None) -> None:
        after = self._after_request(request, known)
        if after is None:
            return
        account_id = self._calendar.account_id
        options = booking_options(self._transaction, account_id)
        response, reason = decide(self._transaction, self._events, self._calendar.id, request, options, self._now)
        if response is Response.DECLINED:
            self._free(request, known)
        elif response is Response.ACCEPTED:
            self._store(_accepted(after, request.original_start, self._now), known)
        else:
            self._store(after, known)
            self._copy_to(_entries(self._transaction, options.delegates))
        if response is not None:
            self._answer(request, response, reason)

    def _free(self, request: Event, known: StoredEvent | None) -> None:
        """The resource no longer comes: its slot is free."""
        if known is None:
            return
        if request.original_start is not None and known.value.is_series:
            exception = occurrence_at(known.value, request.original_start, self._limits)
            gone = msgspec.structs.replace(
                exception, is_cancelled=True, busy_status=BusyStatus.FREE, sequence=request.sequence
            )
            self._store(with_exception(known.value, gone), known)
        else:
            self._events.discard(self._transaction, known, forever=True)

    def _answer(self, request: Event, response: Response, reason: str) -> None:
        if request.organizer is None:
            return
        data = imip.reply(
            request,
            Author(Person(address=self._owner.address, name=self._owner.display_name)),
            response,
            self._now,
            comment=reason,
            kind=calendar_user_kind(self._owner),
            is_automatic=True,
        )
        self._post(Letter("", (request.organizer.address,), data, reports_failure=False))

    # -- cancellations -----------------------------------------------------------------------------------------------
    def take_cancellation(self, stored: StoredMessage) -> None:
        notice = self._meeting.event()
        known = self._known(notice)
        if known is None or known.value.meeting is not Meeting.RECEIVED or not self._is_from_organizer(known.value):
            return
        if self._owner.kind is PrincipalKind.RESOURCE:
            if notice.sequence >= known.value.sequence:
                self._free(notice, known)
            return
        if notice.original_start is not None and known.value.is_series:
            after = itip.with_cancelled_occurrence(known.value, notice, self._limits)
        else:
            after = itip.cancelled(known.value, notice)
        if after is not None:
            self._store(after, known)
            self._route(stored)

    # -- answers -----------------------------------------------------------------------------------------------------
    def take_reply(self) -> None:
        part = self._meeting.first
        if len(part.attendees) != 1 or self._meeting.organizer not in self._mine:
            return
        party = part.attendees[0]
        who = self._addresses(party.address)
        if not self._is_from(who, party.sent_by):
            return
        proposed_start: datetime | None = None
        proposed_end: datetime | None = None
        response = response_of(party)
        if self._meeting.method is Method.COUNTER:
            event = self._meeting.event()
            proposed_start, proposed_end = event.starts_at, event.ends_at
            response = Response.TENTATIVE
        answer = Attendee(
            address=party.address,
            name=party.name,
            response=response,
            comment=part.comment[:MAX_COMMENT],
            proposed_start=proposed_start,
            proposed_end=proposed_end,
        )
        original_start = None if part.recurrence_id is None else part.recurrence_id.instant()
        for known in self._events.with_uid(self._transaction, self._calendar.account_id, part.uid):
            if known.value.meeting is Meeting.ORGANIZED:
                after = self._after_reply(known.value, original_start, who, answer)
                if after is not None:
                    self._store(after, known)
                return

    def _after_reply(
        self, organised: Event, original_start: datetime | None, who: frozenset[str], answer: Attendee
    ) -> Event | None:
        part = self._meeting.first
        if original_start is None or not organised.is_series:
            return itip.answered(organised, who, answer, part.sequence, part.stamp)
        occurrence = occurrence_at(organised, original_start, self._limits)
        after = itip.answered(occurrence, who, answer, part.sequence, part.stamp)
        return None if after is None else with_exception(organised, after)

    def take_refresh(self) -> None:
        """Whoever is invited may ask again; the newest request goes out to that attendee alone."""
        part = self._meeting.first
        if len(part.attendees) != 1:
            return
        who = self._addresses(part.attendees[0].address)
        if not self._is_from(who, part.attendees[0].sent_by):
            return
        for known in self._events.with_uid(self._transaction, self._calendar.account_id, part.uid):
            attendee = known.value.attendee(who)
            if known.value.meeting is Meeting.ORGANIZED and attendee is not None and known.value.was_sent:
                author = Author(known.value.organizer or Person(address=self._owner.address))
                data = imip.request(known.value, author, (attendee,), self._now)
                self._post(Letter(self._owner.address, (attendee.address,), data))

    # -- parts -------------------------------------------------------------------------------------------------------
    def _post(self, letter: Letter) -> None:
        post(self._transaction, letter, self._now)
        self.has_posted = True

    def _store(self, event: Event, known: StoredEvent | None) -> None:
        if known is None:
            self._events.put(self._transaction, None, self._calendar, self._events.new_item_now(event))
        else:
            self._events.replace(self._transaction, known, self._events.new_item_now(event, (), known.value))

    def _is_from_organizer(self, event: Event) -> bool:
        if event.organizer is None or event.organizer.address.lower() != self._meeting.organizer:
            return False
        named = self._meeting.first.organizer
        return self._is_from(self._addresses(event.organizer.address), named.sent_by if named is not None else "")

    def _is_from(self, who: frozenset[str], sent_by: str) -> bool:
        """Whether the message is from one of the addresses, or from who says to act for them."""
        authors = frozenset(each.lower() for each in self._message.authors)
        if authors & who:
            return True
        return bool(sent_by) and sent_by.lower() in authors and self._may_act_for(who, sent_by.lower())

    def _may_act_for(self, who: frozenset[str], actor: str) -> bool:
        """Of somebody inside we know who may; of somebody outside the message is all we have."""
        entry = next((each for each in map(self._transaction.entry_by_address, who) if each is not None), None)
        if entry is None:
            return True
        acting = self._transaction.entry_by_address(actor)
        if acting is None or acting.account_id is None:
            return False
        principal = Principal(acting.id, acting.address, acting.account_id, acting.display_name)
        try:
            send_right(self._transaction, principal, parse(entry.address))
        except SendAsDenied:
            return False
        return True

    def _addresses(self, address: str) -> frozenset[str]:
        """All addresses of the person: an attendee is the same under each of them."""
        entry = self._transaction.entry_by_address(address.lower())
        return frozenset((address.lower(),) if entry is None else (entry.address, *entry.aliases))


def _accepted(after: Event, original_start: datetime | None, now: datetime) -> Event:
    if original_start is not None and after.is_series:
        exception = after.exception_at(original_start)
        return after if exception is None else with_exception(after, itip.responded(exception, Response.ACCEPTED, now))
    accepted = itip.responded(after, Response.ACCEPTED, now)
    exceptions = tuple(itip.responded(each, Response.ACCEPTED, now) for each in accepted.exceptions)
    return msgspec.structs.replace(accepted, exceptions=exceptions)


def _entries(view: View, ids: "tuple[PrincipalId, ...]") -> "tuple[DirectoryEntry, ...]":
    return tuple(entry for each in ids if (entry := view.entry(each)) is not None)

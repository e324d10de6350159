"""Meetings as their organisers and attendees act on them (FEATURES CAL-02 to CAL-06, RFC 5546).

What is changed in the calendar, the letters that tell about it and the copy in Sent Items are one transaction: nobody
is invited to a meeting that does not exist, and no meeting lacks the invitations that were asked for. Letters go out
through the queue, so a room or a colleague answers a moment later.

"Send invitation" sends, "save" does not (CAL-04): each act takes what is to be sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from mailproof_server.model.account import Principal
from mailproof_server.model.attachment import AttachedFile
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, Stale, Unavailable
from mailproof_server.model.event import Attendee, Event, Meeting, Person, Response
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, FolderId, ItemId, Modseq
from mailproof_server.model.item import NewItem
from mailproof_server.model.permission import Right
from mailproof_server.services.calendar import imip, itip
from mailproof_server.services.calendar.events import (
    Events,
    StoredEvent,
    occurrence_at,
    with_exception,
    without_occurrence,
)
from mailproof_server.services.calendar.imip import Author
from mailproof_server.services.calendar.letters import answer, author_of, cancellations, invitations
from mailproof_server.services.content import content_of
from mailproof_server.services.outbound import Outbound
from mailproof_server.services.permissions import folder_for
from mailproof_server.services.posting import Letter, post
from mailproof_server.services.quota import has_room
from mailproof_server.services.rendering import attached
from mailproof_server.services.typed_items import MAX_TRIES, SEEN
from mailproof_server.store.base import Store, Transaction, View


class Send(StrEnum):
    """To whom an act is told."""

    NOBODY = "nobody"
    CHANGED = "changed"
    """Those who were added or taken off."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class _Before:
    """What an act begins with."""

    stored: StoredEvent
    author: Author
    files: tuple[AttachedFile, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an act does: the new event (None: it goes), and the letters."""

    event: Event | None
    letters: tuple[Letter, ...]
    forever: bool = False


class Scheduling:
    """Every method takes who acts; the folder or the item tells in whose calendar, and so in whose name."""

    def __init__(self, store: Store, clock: Clock, events: Events, outbound: Outbound) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._outbound = outbound

    # -- organising --------------------------------------------------------------------------------------------------
    async def create(
        self,
        principal: Principal,
        folder_id: FolderId,
        event: Event,
        *,
        send: bool = True,
        save_copy: bool = True,
        files: Sequence[AttachedFile] = (),
    ) -> StoredEvent:
        """An appointment, or a meeting when somebody is invited.

        Raises FolderNotFound, PermissionDenied (CREATE), SendAsDenied, OverQuota, Invalid.
        """

        def look(view: View) -> Author:
            folder, _ = folder_for(view, principal, folder_id, Right.CREATE)
            return author_of(view, principal, folder.account_id, sends=send and bool(event.attendees))

        author = await self._store.read(look)
        now = self._now()
        organised = self._organised(event, author, now)
        organised = msgspec.structs.replace(organised, was_sent=send and bool(organised.attendees))
        item = await self._events.new_item(organised, files)
        made = self._events.decode(item.properties or {})
        letters = invitations(made, author, made.attendees, now, files) if made.was_sent else ()

        def work(transaction: Transaction) -> StoredEvent:
            folder, _ = folder_for(transaction, principal, folder_id, Right.CREATE)
            author_of(transaction, principal, folder.account_id, sends=bool(letters))
            self._post(transaction, folder.account_id, letters, now, save_copy=save_copy)
            return self._events.put(transaction, principal, folder, item)

        stored = await self._store.write(work)
        self._outbound.wake()
        return stored

    async def update(
        self,
        principal: Principal,
        item_id: ItemId,
        edit: Callable[[Event], Event],
        *,
        send: Send = Send.ALL,
        occurrence: datetime | None = None,
        unchanged_since: Modseq | None = None,
        files: Sequence[AttachedFile] | None = None,
        save_copy: bool = True,
    ) -> StoredEvent:
        """Change the event, or one occurrence of the series (by its original start).

        A change of time, place or pattern raises SEQUENCE; when it is told, attendees have to answer anew. What an
        attendee changes in a received meeting is the attendee's own, and told to nobody.

        Raises NotFound, PermissionDenied (EDIT_ANY), SendAsDenied, Stale, OverQuota, Invalid.
        """

        def act(before: _Before, now: datetime, files: Sequence[AttachedFile]) -> _Outcome:
            event = before.stored.value
            known = event if occurrence is None else occurrence_at(event, occurrence, self._events.limits)
            wanted = edit(known)
            if occurrence is not None:
                wanted = msgspec.structs.replace(wanted, original_start=occurrence, recurrence=None)
            if event.meeting is Meeting.RECEIVED:
                return _Outcome(wanted if occurrence is None else with_exception(event, wanted), ())
            after, letters = self._changed(known, wanted, before.author, send, now, files)
            if occurrence is not None:
                after = with_exception(
                    event, msgspec.structs.replace(after, sequence=max(after.sequence, event.sequence))
                )
            return _Outcome(after, letters)

        after = await self._act(principal, item_id, Right.EDIT_ANY, act, unchanged_since, files, save_copy=save_copy)
        if after is None:
            raise NotFound("No such event")
        return after

    async def cancel(
        self,
        principal: Principal,
        item_id: ItemId,
        *,
        send: bool = True,
        comment: str = "",
        occurrence: datetime | None = None,
        forever: bool = False,
        save_copy: bool = True,
    ) -> None:
        """The organiser calls the meeting (or one occurrence) off; it leaves the organiser's calendar.

        Raises NotFound, PermissionDenied (DELETE_ANY; EDIT_ANY for an occurrence), SendAsDenied; Invalid for a meeting
        that somebody else organises.
        """

        def act(before: _Before, now: datetime, _files: Sequence[AttachedFile]) -> _Outcome:
            event = before.stored.value
            if event.meeting is Meeting.RECEIVED:
                raise Invalid("Only the organiser cancels a meeting")
            known = event if occurrence is None else occurrence_at(event, occurrence, self._events.limits)
            letters: tuple[Letter, ...] = ()
            if send and event.was_sent:
                gone = msgspec.structs.replace(known, sequence=event.sequence + 1, stamped_at=now, is_cancelled=True)
                letters = cancellations(gone, before.author, known.attendees, now, comment)
            if occurrence is None:
                return _Outcome(None, letters, forever)
            after = without_occurrence(event, occurrence)
            return _Outcome(msgspec.structs.replace(after, sequence=event.sequence + 1), letters)

        needed = Right.DELETE_ANY if occurrence is None else Right.EDIT_ANY
        await self._act(principal, item_id, needed, act, save_copy=save_copy)

    async def decline_proposal(
        self,
        principal: Principal,
        item_id: ItemId,
        address: str,
        *,
        comment: str = "",
        occurrence: datetime | None = None,
    ) -> StoredEvent:
        """The organiser does not take an attendee's proposal of another time. Raises NotFound for one who made none."""

        def act(before: _Before, now: datetime, _files: Sequence[AttachedFile]) -> _Outcome:
            event = before.stored.value
            known = event if occurrence is None else occurrence_at(event, occurrence, self._events.limits)
            attendee = known.attendee(frozenset((address.lower(),)))
            if attendee is None or attendee.proposed_start is None:
                raise NotFound(f"No proposal of {address}")
            data = imip.decline_counter(known, before.author, attendee, now, comment)
            fresh = msgspec.structs.replace(attendee, proposed_start=None, proposed_end=None)
            after = msgspec.structs.replace(
                known, attendees=tuple(fresh if each is attendee else each for each in known.attendees)
            )
            letter = Letter(before.author.person.address, (attendee.address,), data)
            return _Outcome(after if occurrence is None else with_exception(event, after), (letter,))

        after = await self._act(principal, item_id, Right.EDIT_ANY, act)
        if after is None:
            raise NotFound("No such event")
        return after

    # -- attending ---------------------------------------------------------------------------------------------------
    async def respond(
        self,
        principal: Principal,
        item_id: ItemId,
        response: Response,
        *,
        send: bool = True,
        comment: str = "",
        occurrence: datetime | None = None,
        proposal: tuple[datetime, datetime] | None = None,
        save_copy: bool = True,
    ) -> StoredEvent | None:
        """Accept, decline, or accept tentatively, with or without telling (CAL-06); `proposal`: another time.

        A declined meeting leaves the calendar (to Deleted Items). Returns what is left. Raises NotFound,
        PermissionDenied (EDIT_ANY), SendAsDenied; Invalid for what is no received meeting, or a cancelled one, or a
        proposal that the organiser does not want.
        """
        if response not in (Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED):
            raise Invalid("A meeting is accepted, tentatively accepted or declined")

        def act(before: _Before, now: datetime, _files: Sequence[AttachedFile]) -> _Outcome:
            event = before.stored.value
            if event.meeting is not Meeting.RECEIVED or event.organizer is None:
                raise Invalid("Only a meeting to which somebody else invites is answered")
            known = event if occurrence is None else occurrence_at(event, occurrence, self._events.limits)
            if known.is_cancelled:
                raise Invalid("The meeting is cancelled")
            if proposal is not None and not known.allows_proposals:
                raise Invalid("The organiser takes no proposals of another time")
            letters: tuple[Letter, ...] = ()
            if send:
                letters = (answer(known, before.author, response, now, comment, proposal),)
            after = itip.responded(known, response, now)
            if response is Response.DECLINED:
                return _Outcome(None if occurrence is None else without_occurrence(event, occurrence), letters)
            if occurrence is not None:
                return _Outcome(with_exception(event, after), letters)
            exceptions = tuple(
                each if each.is_cancelled else itip.responded(each, response, now) for each in after.exceptions
            )
            return _Outcome(msgspec.structs.replace(after, exceptions=exceptions), letters)

        return await self._act(principal, item_id, Right.EDIT_ANY, act, save_copy=save_copy)

    async def forward(
        self, principal: Principal, item_id: ItemId, attendees: Sequence[Attendee], *, comment: str = ""
    ) -> StoredEvent:
        """Invite more people: the organiser's attendees grow, anybody else passes the invitation on. Raises NotFound,
        PermissionDenied, SendAsDenied, Invalid."""
        stored = await self._events.get(principal, item_id)
        if stored.value.meeting is not Meeting.RECEIVED:

            def edit(event: Event) -> Event:
                known = {each.address.lower() for each in event.attendees}
                added = tuple(each for each in attendees if each.address.lower() not in known)
                return msgspec.structs.replace(event, attendees=(*event.attendees, *added))

            return await self.update(principal, item_id, edit, send=Send.CHANGED)
        now = self._now()
        me = Author(Person(address=principal.address, name=principal.display_name))
        data = imip.request(
            msgspec.structs.replace(stored.value, body=comment or stored.value.body), me, attendees, now
        )
        letter = Letter(principal.address, tuple(each.address for each in attendees), data)

        def work(transaction: Transaction) -> StoredEvent:
            self._post(transaction, principal.account_id, (letter,), now, save_copy=True)
            return self._events.read(transaction, principal, item_id, Right.READ_ANY)

        stored = await self._store.write(work)
        self._outbound.wake()
        return stored

    # -- parts -------------------------------------------------------------------------------------------------------
    async def _act(
        self,
        principal: Principal,
        item_id: ItemId,
        needed: Right,
        act: Callable[[_Before, datetime, Sequence[AttachedFile]], _Outcome],
        unchanged_since: Modseq | None = None,
        files: Sequence[AttachedFile] | None = None,
        *,
        save_copy: bool = True,
    ) -> StoredEvent | None:
        """Read, work out, and store if nothing has changed since (see `typed_items`)."""
        for _ in range(MAX_TRIES):
            before = await self._store.read(lambda view: self._before(view, principal, item_id, needed, sends=False))
            if unchanged_since is not None and before.stored.modseq > unchanged_since:
                raise Stale("Changed in the meantime")
            now = self._now()
            kept = before.files if files is None else tuple(files)
            outcome = act(before, now, kept)
            item: NewItem | None = None
            if outcome.event is not None:
                item = await self._events.new_item(outcome.event, kept, before.stored.value)

            def work(
                transaction: Transaction,
                before: _Before = before,
                outcome: _Outcome = outcome,
                item: NewItem | None = item,
                now: datetime = now,
            ) -> tuple[bool, StoredEvent | None]:
                again = self._before(transaction, principal, item_id, needed, sends=bool(outcome.letters))
                if again.stored.modseq != before.stored.modseq or again.author != before.author:
                    return False, None
                self._post(transaction, before.stored.account_id, outcome.letters, now, save_copy=save_copy)
                if item is not None:
                    return True, self._events.replace(transaction, before.stored, item)
                self._events.discard(transaction, before.stored, forever=outcome.forever)
                return True, None

            is_done, after = await self._store.write(work)
            if is_done:
                self._outbound.wake()
                return after
        raise Unavailable("The item is changing; try again")

    def _before(self, view: View, principal: Principal, item_id: ItemId, needed: Right, *, sends: bool) -> _Before:
        stored = self._events.read(view, principal, item_id, needed)
        author = author_of(view, principal, stored.account_id, sends=sends)
        data = view.content_data(stored.row.content_id) if stored.value.attachments else b""
        return _Before(stored, author, tuple(attached(data, stored.value.attachments)))

    def _organised(self, event: Event, author: Author, now: datetime) -> Event:
        """With the organiser's facts, which nobody else gives."""
        if not event.attendees:
            return msgspec.structs.replace(event, meeting=Meeting.NONE, organizer=None, my_response=Response.NONE)
        acting = "" if author.acting is None else author.acting.address
        return msgspec.structs.replace(
            event,
            meeting=Meeting.ORGANIZED,
            organizer=msgspec.structs.replace(author.person, sent_by=acting),
            my_response=Response.ORGANIZER,
            stamped_at=now,
            exceptions=tuple(self._organised(each, author, now) for each in event.exceptions),
        )

    def _changed(
        self,
        known: Event,
        wanted: Event,
        author: Author,
        send: Send,
        now: datetime,
        files: Sequence[AttachedFile],
    ) -> tuple[Event, tuple[Letter, ...]]:
        """The organiser's event after an edit, and who is told what."""
        after = self._organised(wanted, author, now)
        is_significant = known.meeting is Meeting.ORGANIZED and itip.is_significant(known, after)
        after = msgspec.structs.replace(after, sequence=known.sequence + is_significant)
        before = {each.address.lower(): each for each in known.attendees}
        present = {each.address.lower() for each in after.attendees}
        added = tuple(each for each in after.attendees if each.address.lower() not in before)
        removed = tuple(each for address, each in before.items() if address not in present)
        if send is Send.NOBODY:
            return msgspec.structs.replace(after, stamped_at=known.stamped_at), ()
        if is_significant and send is Send.ALL:
            after = itip.unanswered(after)
        letters: tuple[Letter, ...] = ()
        told = after.attendees if send is Send.ALL else added
        if told:
            after = msgspec.structs.replace(after, was_sent=True, stamped_at=now)
            letters = invitations(after, author, told, now, files)
        if removed and known.was_sent:
            gone = msgspec.structs.replace(known, sequence=known.sequence + 1, stamped_at=now, is_cancelled=True)
            letters += cancellations(gone, author, removed, now)
        return after, letters

    def _post(
        self,
        transaction: Transaction,
        account_id: AccountId,
        letters: Sequence[Letter],
        now: datetime,
        *,
        save_copy: bool,
    ) -> None:
        for letter in letters:
            post(transaction, letter, now)
            sent = transaction.folder_by_role(account_id, FolderRole.SENT) if save_copy else None
            if sent is not None and has_room(transaction.account(account_id), len(letter.data)):
                transaction.add_items(sent.id, [NewItem(content_of(letter.data), SEEN)], now)

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)

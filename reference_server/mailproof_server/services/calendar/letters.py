"""In whose name meeting messages go out, and the letters that carry them (FEATURES DELE-02, DELE-05, RFC 6047)."""

from collections.abc import Sequence
from datetime import datetime

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.attachment import AttachedFile
from mailproof_server.model.errors import Invalid, NotFound, SendAsDenied
from mailproof_server.model.event import Attendee, Event, Person, Response
from mailproof_server.model.ids import AccountId
from mailproof_server.services.addresses import parse
from mailproof_server.services.calendar import imip
from mailproof_server.services.calendar.imip import Author
from mailproof_server.services.delegation import SendRight, send_right
from mailproof_server.services.posting import Letter
from mailproof_server.services.resources import booking_options
from mailproof_server.store.base import View

RECIPIENTS_PER_LETTER = 500
"""As many as any message may have."""


def author_of(view: View, principal: Principal, owner: AccountId, *, sends: bool) -> Author:
    """In whose name things are said about a calendar: always its owner's. Raises SendAsDenied when something is sent.

    DELE-05: who may change the calendar and send on the owner's behalf schedules the owner's meetings.
    """
    entry = view.entry_of_account(owner)
    if entry is None:
        raise NotFound("No such account")
    person = Person(address=entry.address, name=entry.display_name)
    if owner == principal.account_id:
        return Author(person)
    acting = Person(address=principal.address, name=principal.display_name)
    if principal.id in _delegates_of_resource(view, entry):
        return Author(person, acting)
    try:
        right = send_right(view, principal, parse(entry.address))
    except SendAsDenied:
        if sends:
            raise
        return Author(person, acting)
    return Author(person, acting if right is SendRight.ON_BEHALF else None)


def _delegates_of_resource(view: View, entry: DirectoryEntry) -> tuple[int, ...]:
    return booking_options(view, entry.account_id).delegates if entry.account_id is not None else ()


def invitations(
    event: Event, author: Author, to: Sequence[Attendee], now: datetime, files: Sequence[AttachedFile]
) -> tuple[Letter, ...]:
    """Requests, the first ones and the updates."""
    return tuple(_letter(author, some, imip.request(event, author, some, now, files)) for some in _portions(to))


def cancellations(
    event: Event, author: Author, to: Sequence[Attendee], now: datetime, comment: str = ""
) -> tuple[Letter, ...]:
    return tuple(_letter(author, some, imip.cancel(event, author, some, now, comment)) for some in _portions(to))


def answer(
    event: Event,
    author: Author,
    response: Response,
    now: datetime,
    comment: str,
    proposal: tuple[datetime, datetime] | None,
) -> Letter:
    """To the organiser; with a proposal of another time a counter. Raises Invalid without an organiser."""
    if event.organizer is None:
        raise Invalid("The meeting has no organiser to answer")
    if proposal is None:
        data = imip.reply(event, author, response, now, comment=comment)
    else:
        data = imip.counter(event, author, proposal[0], proposal[1], now, comment)
    return Letter(author.person.address, (event.organizer.address,), data)


def _letter(author: Author, to: Sequence[Attendee], data: bytes) -> Letter:
    return Letter(author.person.address, tuple(each.address for each in to), data)


def _portions(attendees: Sequence[Attendee]) -> list[Sequence[Attendee]]:
    return [attendees[at : at + RECIPIENTS_PER_LETTER] for at in range(0, len(attendees), RECIPIENTS_PER_LETTER)]

"""NOTIFY (RFC 5465 §8): which events of which folders the client wants to be told of."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.fetch import FetchItem, fetch_item
from mailproof_server.wire.imap.parse import Parser


class MailboxFilter(enum.Enum):
    """Which folders an event group is about."""

    SELECTED = b"SELECTED"
    SELECTED_DELAYED = b"SELECTED-DELAYED"
    INBOXES = b"INBOXES"
    PERSONAL = b"PERSONAL"
    SUBSCRIBED = b"SUBSCRIBED"
    SUBTREE = b"SUBTREE"
    MAILBOXES = b"MAILBOXES"


class NotifyEvent(enum.Enum):
    """The events of RFC 5465 §5, by their names in responses."""

    MESSAGE_NEW = b"MessageNew"
    MESSAGE_EXPUNGE = b"MessageExpunge"
    FLAG_CHANGE = b"FlagChange"
    ANNOTATION_CHANGE = b"AnnotationChange"
    MAILBOX_NAME = b"MailboxName"
    SUBSCRIPTION_CHANGE = b"SubscriptionChange"
    MAILBOX_METADATA_CHANGE = b"MailboxMetadataChange"
    SERVER_METADATA_CHANGE = b"ServerMetadataChange"


@dataclass(frozen=True, slots=True)
class EventGroup:
    """`mailboxes` are the names after SUBTREE or MAILBOXES, without wildcards; () for the other filters.

    No events: the word NONE. `items`: what to FETCH for each new message in the selected folder, () for nothing more
    than usual.
    """

    filter: MailboxFilter
    mailboxes: tuple[str, ...]
    events: frozenset[NotifyEvent]
    items: tuple[FetchItem, ...] = ()


@dataclass(frozen=True, slots=True)
class NotifyArgs:
    """`groups` is None for NOTIFY NONE. `status`: send STATUS of the folders first."""

    groups: tuple[EventGroup, ...] | None
    status: bool = False


_FILTERS = {member.value: member for member in MailboxFilter}
_SELECTED = frozenset({MailboxFilter.SELECTED, MailboxFilter.SELECTED_DELAYED})
_EVENTS = {member.value.upper(): member for member in NotifyEvent}
_PAIR = frozenset({NotifyEvent.MESSAGE_NEW, NotifyEvent.MESSAGE_EXPUNGE})
_MESSAGE_EVENTS = _PAIR | {NotifyEvent.FLAG_CHANGE, NotifyEvent.ANNOTATION_CHANGE}
#: What an annotation is (RFC 5257) this server does not know.
SUPPORTED_EVENTS = frozenset(NotifyEvent) - {NotifyEvent.ANNOTATION_CHANGE}
# "This response SHOULD contain the BADEVENT response code, which MUST list names of all events supported" (§3.1).
_BAD_EVENT = b"BADEVENT (" + b" ".join([event.value for event in NotifyEvent if event in SUPPORTED_EVENTS]) + b")"


def parse_notify(parser: Parser) -> NotifyArgs:
    """The arguments of NOTIFY; an unsupported event is NO [BADEVENT (…)], "not a BAD"."""
    parser.sp()
    word = parser.keyword()
    if word == b"NONE":
        parser.end()
        return NotifyArgs(None)
    if word != b"SET":
        raise WireError("SET or NONE expected")
    parser.sp()
    status = parser.take_keyword(b"STATUS")
    if status:
        parser.sp()
    groups = [_group(parser)]
    while not parser.at_end():
        parser.sp()
        groups.append(_group(parser))
    # "Only one of them can be specified in a NOTIFY command."
    if sum(group.filter in _SELECTED for group in groups) > 1:
        raise WireError("SELECTED may be given only once")
    return NotifyArgs(tuple(groups), status)


def _group(parser: Parser) -> EventGroup:
    parser.expect(b"(")
    mailbox_filter = _FILTERS.get(parser.keyword())
    if mailbox_filter is None:
        raise WireError("unknown mailbox specifier")
    parser.sp()
    mailboxes: tuple[str, ...] = ()
    if mailbox_filter in (MailboxFilter.SUBTREE, MailboxFilter.MAILBOXES):
        mailboxes = tuple(parser.one_or_parenthesised(parser.mailbox))
        parser.sp()
    events, items = _events(parser, selected=mailbox_filter in _SELECTED)
    parser.expect(b")")
    return EventGroup(mailbox_filter, mailboxes, events, items)


def _events(parser: Parser, *, selected: bool) -> tuple[frozenset[NotifyEvent], tuple[FetchItem, ...]]:
    """`"(" event *(SP event) ")" / "NONE"`; events without parentheses are understood, as §3.1 itself writes them."""
    if parser.take_keyword(b"NONE"):
        return frozenset(), ()
    items: tuple[FetchItem, ...] = ()

    def event() -> NotifyEvent | None:
        nonlocal items
        known = _EVENTS.get(parser.atom().upper())
        if known is NotifyEvent.MESSAGE_NEW and parser.peek(b" ("):
            parser.sp()
            items = tuple(parser.parenthesised(lambda: fetch_item(parser)))
        return known

    if parser.peek(b"("):
        listed = parser.parenthesised(event)
    else:
        listed = [event()]
        while parser.take(b" "):
            listed.append(event())
    events = frozenset(known for known in listed if known is not None)
    if len(events) < len(set(listed)) or not events <= SUPPORTED_EVENTS:
        raise WireError("unsupported event", _BAD_EVENT, status=b"NO")
    _check_combination(events, selected=selected, with_items=bool(items))
    return events, items


def _check_combination(events: frozenset[NotifyEvent], *, selected: bool, with_items: bool) -> None:
    # "If one of MessageNew or MessageExpunge is specified, then both events MUST be specified", and FlagChange needs
    # both; "Otherwise, the server MUST respond with the tagged BAD response" (§5).
    if events & _MESSAGE_EVENTS and not events >= _PAIR:
        raise WireError("MessageNew and MessageExpunge must be given together")
    # "It is an error to specify other types of events with either the SELECTED or the SELECTED-DELAYED selector."
    if selected and not events <= _MESSAGE_EVENTS:
        raise WireError("SELECTED takes message events only")
    if with_items and not selected:
        raise WireError("FETCH items need SELECTED")

"""NOTIFY (RFC 5465 3.1): which events of which folders the client is told of, from now on and all the time.

NONE means that "the client is not interested in any kind of event happening on the server": nothing of the selected
folder either, as after SET without SELECTED.
"""

from mailproof_server.model.errors import TooMany
from mailproof_server.model.ids import FolderUid
from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, command, no, ok
from mailproof_server.protocols.imap.errors import text_of
from mailproof_server.protocols.imap.fetching import Plan, respond
from mailproof_server.protocols.imap.notify_filters import SELECTED, Filters
from mailproof_server.protocols.imap.notifying import Notifier
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.updates import EVERYTHING, NOTHING, Describe, Wanted, report
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.fetch import FetchItem
from mailproof_server.wire.imap.notify import EventGroup, MailboxFilter, NotifyEvent, parse_notify
from mailproof_server.wire.imap.stream import CommandLine


@command(b"NOTIFY", SIGNED_IN, capability=b"NOTIFY")
async def notify(session: Session, line: CommandLine) -> Reply:
    args = parse_notify(session.parser(line))
    notifier = None
    wanted = NOTHING
    if args.groups is not None:
        notifier = Notifier(session, await Filters.of(args.groups, session.services.folders))
        try:
            await notifier.start(status=args.status)
            # "the server to immediately return any accumulated changes to the currently selected mailbox"
            session.wanted = EVERYTHING
            await report(session, expunges=True)
        except BaseException as error:
            notifier.stop()
            if isinstance(error, TooMany):
                return no(text_of(error), b"NOTIFICATIONOVERFLOW")
            raise
        wanted = _wanted(args.groups)
    if session.notifier is not None:
        session.notifier.stop()
    session.notifier, session.wanted = notifier, wanted
    session.own.clear()
    return ok(b"NOTIFY completed")


def _wanted(groups: tuple[EventGroup, ...]) -> Wanted:
    """Without SELECTED "the client doesn't want to receive any <message-event>s for the currently selected mailbox"."""
    for group in groups:
        if group.filter in SELECTED and group.events:
            return Wanted(
                flags=NotifyEvent.FLAG_CHANGE in group.events,
                delayed=group.filter is MailboxFilter.SELECTED_DELAYED,
                describe=_describing(group.items) if group.items else None,
            )
    return NOTHING


def _describing(items: tuple[FetchItem, ...]) -> Describe:
    async def describe(session: Session, uids: list[FolderUid]) -> None:
        plan = Plan(session, items, uid=True, modseq=session.condstore)
        for uid in uids:
            try:
                await respond(session, plan, [uid])
            except WireError:
                # A part whose encoding cannot be undone; there is no command that could be answered NO.
                continue

    return describe

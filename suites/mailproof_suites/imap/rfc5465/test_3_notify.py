"""NOTIFY, RFC 5465 sections 3 to 5: what is asked for, what is refused, and what comes at once."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import StatusData
from mailproof_suites.imap.rfc5465.conftest import MESSAGES, PUSH_S, Watch, told

pytestmark = needs("imap:NOTIFY")


@requirement("RFC5465:3.1-1")
def test_setting_tells_what_has_gathered(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """New, changed and expunged messages of the selected mailbox are told with the NOTIFY that asks for them."""
    for _ in range(3):
        append(folder)
    imap2.select(folder)
    imap.select(folder)
    imap.store(1, "+FLAGS", [r"\Flagged"])
    imap.store(2, "+FLAGS", [r"\Deleted"])
    imap.expunge()
    append(folder)
    answer = imap2.command(f"NOTIFY SET (SELECTED ({MESSAGES} FlagChange))").require_ok()
    names = {each.name for each in answer.named("EXPUNGE", "EXISTS", "FETCH")}
    expect.equal(names, {"EXPUNGE", "EXISTS", "FETCH"}, "responses before the OK of NOTIFY")


@requirement("RFC5465:3.1-2", "RFC5465:3.1-3", "RFC5465:3.1-4")
def test_status_gives_the_state_before_the_ok(imap: ImapClient, folder: str, world: World, append: Append) -> None:
    """With STATUS each named mailbox that is not selected has a STATUS response with MESSAGES, UIDNEXT, UIDVALIDITY."""
    other = world.folder_name("-other")
    imap.create(other)
    append(folder)
    answer = imap.command(f"NOTIFY SET STATUS (MAILBOXES ({folder} {other}) ({MESSAGES}))").require_ok()
    states = {data.mailbox.decode(): data.items for data in answer.of(StatusData)}
    expect.equal(set(states), {folder, other}, "mailboxes in STATUS responses")
    for name, messages in ((folder, 1), (other, 0)):
        expect.equal(states[name].get("MESSAGES"), messages, f"MESSAGES of {name}")
        expect.that({"UIDNEXT", "UIDVALIDITY"} <= set(states[name]), "items", expected="both", actual=states[name])


@requirement("RFC5465:3.1-5")
@needs("imap:CONDSTORE")
def test_status_for_flags_has_the_mod_sequence(imap: ImapClient, folder: str) -> None:
    """With FlagChange and CONDSTORE the first STATUS has UIDVALIDITY and HIGHESTMODSEQ."""
    imap.enable("CONDSTORE")
    answer = imap.command(f"NOTIFY SET STATUS (MAILBOXES ({folder}) ({MESSAGES} FlagChange))").require_ok()
    items = set(answer.only(StatusData).items)
    expect.that({"UIDVALIDITY", "HIGHESTMODSEQ"} <= items, "items", expected="UIDVALIDITY, HIGHESTMODSEQ", actual=items)


@requirement("RFC5465:3.1-6", "RFC5465:6.6-1")
@pytest.mark.parametrize("name", ["missing", "wildcard"])
def test_names_of_no_mailbox_are_ignored(
    imap: ImapClient, watch: Watch, folder: str, world: World, append: Append, name: str
) -> None:
    """A missing name is no error, and a wildcard is no pattern: only the mailbox that was named is watched."""
    other = world.folder_name("-other")
    imap.create(other)
    odd = world.folder_name("-missing") if name == "missing" else f'"{world.folder_name("*")}"'
    client = watch(f"(MAILBOXES ({folder} {odd}) ({MESSAGES}))")
    append(other)
    append(folder)
    expect.equal(told(client, "STATUS").data.mailbox, folder.encode(), "the mailbox that is told first")


@requirement("RFC5465:5-2", "RFC5465:5-3")
@pytest.mark.parametrize("events", ["FlagChange", "MessageNew", "MessageExpunge", "FlagChange MessageNew"])
def test_message_events_need_one_another(imap: ImapClient, events: str) -> None:
    """MessageNew and MessageExpunge go together, and FlagChange goes with both; else BAD."""
    row = "RFC5465:5-2" if events == "FlagChange" else "RFC5465:5-3"
    expect.bad(imap.command(f"NOTIFY SET (PERSONAL ({events}))"), requirement=row)


@requirement("RFC5465:3.1-10", "RFC5465:3.1-11")
def test_an_unknown_event_is_refused_with_the_known_ones(imap: ImapClient) -> None:
    """NO, not BAD, and BADEVENT lists what the server supports."""
    answer = imap.command(f"NOTIFY SET (PERSONAL ({MESSAGES} NoSuchEventOfAnybody))", on_purpose=True)
    expect.no(answer, requirement="RFC5465:3.1-10")
    expect.no(answer, code="BADEVENT", requirement="RFC5465:3.1-11")
    for event in MESSAGES.split():
        expect.contains(answer.line.lower(), event.lower(), "events in BADEVENT", requirement="RFC5465:3.1-11")


@requirement("RFC5465:4-1")
@needs("imap:IDLE")
def test_idle_tells_what_was_asked_for(
    imap: ImapClient, watch: Watch, folder: str, world: World, append: Append
) -> None:
    """In IDLE the news of a mailbox that is not selected come as well, and those of the selected one that nobody wants
    do not."""
    other = world.folder_name("-other")
    imap.create(other)
    client = watch(f"(MAILBOXES ({other}) ({MESSAGES}))", select=folder)
    with client.idle() as idle:
        append(folder)
        append(other)
        first = idle.wait(lambda each: each.name in ("STATUS", "EXISTS"), PUSH_S)
    expect.equal(first.name, "STATUS", "what is told first")


@requirement("RFC5465:5-1", "RFC5465:5.2-1")
def test_own_changes_are_not_told(imap: ImapClient, watch: Watch, folder: str, world: World, append: Append) -> None:
    """What the client does itself is no news for it; what another does afterwards is the first that it hears."""
    groups = f"(SELECTED ({MESSAGES})) (PERSONAL ({MESSAGES} MailboxName))"
    client = watch(groups, select=folder)
    name = world.folder_name("-own")
    client.create(name)
    append(name, client=client)
    foreign = world.folder_name("-foreign")
    imap.create(foreign)
    expect.equal(told(client, "LIST").data.mailbox, foreign.encode(), "the first name that is told")


@requirement("RFC5465:3.1-7", "RFC5465:3.1-9")
@needs("imap:ACL", "role:other")
def test_a_mailbox_that_cannot_be_listed_is_ignored(
    imap: ImapClient, folder: str, world: World, append: Append
) -> None:
    """NOTIFY of a mailbox of somebody else that the user may not see is OK, and says nothing of it."""
    guest = world.connect_imap(world.lease("other"))
    own = world.folder_name("-own", world.lease("other"))
    guest.create(own)
    append(folder)
    hidden = f"nobody-{folder}"
    answer = guest.command(f"NOTIFY SET STATUS (MAILBOXES ({own} {hidden}) ({MESSAGES}))").require_ok()
    expect.equal([data.mailbox.decode() for data in answer.of(StatusData)], [own], "mailboxes in STATUS responses")

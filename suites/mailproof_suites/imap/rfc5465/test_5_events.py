"""The events of NOTIFY, RFC 5465 section 5, as they are told while no command runs."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, World, expect, needs, requirement
from mailproof_suites.imap.rfc5465.conftest import MESSAGES, Watch, told

pytestmark = needs("imap:NOTIFY")


@requirement("RFC5465:5.1-1")
def test_a_changed_flag_comes_with_uid(imap: ImapClient, watch: Watch, folder: str, append: Append) -> None:
    """FETCH of the selected mailbox has UID and FLAGS."""
    uid = append(folder)
    client = watch(f"(SELECTED ({MESSAGES} FlagChange))", select=folder)
    imap.select(folder)
    imap.store(1, "+FLAGS", [r"\Flagged"])
    data = told(client, "FETCH").data
    expect.equal(data.uid, uid, "UID")
    expect.contains({flag.lower() for flag in data.flags or ()}, rb"\flagged", "FLAGS")


@requirement("RFC5465:5.2-2")
def test_a_new_message_is_described_in_one_response(
    imap: ImapClient, watch: Watch, folder: str, append: Append
) -> None:
    """EXISTS, and then one FETCH with all attributes that were asked for."""
    client = watch("(SELECTED (MessageNew (UID FLAGS RFC822.SIZE) MessageExpunge))", select=folder)
    uid = append(folder)
    del imap
    expect.equal(told(client, "EXISTS").number, 1, "EXISTS")
    data = told(client, "FETCH").data
    expect.equal(data.uid, uid, "UID")
    expect.that({"UID", "FLAGS", "RFC822.SIZE"} <= set(data.items), "items", expected="all", actual=set(data.items))


@requirement("RFC5465:5.2-3", "RFC5465:5.3-1")
@needs("imap:QRESYNC")
@pytest.mark.parametrize("event", ["MessageNew", "MessageExpunge"])
def test_status_has_the_mod_sequence_once_enabled(
    imap: ImapClient, connect_imap: ConnectImap, folder: str, append: Append, event: str
) -> None:
    """After ENABLE QRESYNC the STATUS of a mailbox elsewhere has HIGHESTMODSEQ."""
    append(folder, flags=[r"\Deleted"])
    client = connect_imap()
    client.enable("QRESYNC")
    client.command(f"NOTIFY SET (MAILBOXES ({folder}) ({MESSAGES}))").require_ok()
    if event == "MessageNew":
        append(folder)
    else:
        imap.select(folder)
        imap.expunge()
    row = "RFC5465:5.2-3" if event == "MessageNew" else "RFC5465:5.3-1"
    expect.contains(told(client, "STATUS", folder).data.items, "HIGHESTMODSEQ", "items of STATUS", requirement=row)


@requirement("RFC5465:5.4-2", "RFC5465:5.4-4")
def test_names_that_come_and_go_are_told(imap: ImapClient, watch: Watch, world: World) -> None:
    r"""LIST with \HasNoChildren for a new mailbox, and with \NonExistent for one that is gone."""
    client = watch("(PERSONAL (MailboxName))")
    name = world.folder_name("-new")
    imap.create(name)
    made = told(client, "LIST", name).data
    expect.that(not made.has(rb"\NonExistent"), "new name", expected=r"without \NonExistent", actual=made.attributes)
    expect.that(made.has(rb"\HasNoChildren"), "new name", expected=r"\HasNoChildren", actual=made.attributes)
    imap.delete(name)
    gone = told(client, "LIST", name).data
    expect.that(gone.has(rb"\NonExistent"), "name that is gone", expected=r"\NonExistent", actual=gone.attributes)


@requirement("RFC5465:5.5-1")
def test_subscriptions_are_told_with_true_attributes(imap: ImapClient, watch: Watch, folder: str) -> None:
    r"""LIST with \Subscribed, then without, and no \NonExistent for a mailbox that is there."""
    client = watch("(PERSONAL (SubscriptionChange))")
    for subscribe in (True, False):
        imap.subscribe(folder) if subscribe else imap.unsubscribe(folder)
        data = told(client, "LIST", folder).data
        expect.equal(data.has(rb"\Subscribed"), subscribe, r"\Subscribed")
        expect.that(not data.has(rb"\NonExistent"), "attributes", expected="those of LIST", actual=data.attributes)


@requirement("RFC5465:6.4-1")
def test_the_subscribed_mailboxes_are_looked_up_anew(
    imap: ImapClient, watch: Watch, folder: str, append: Append
) -> None:
    """A mailbox that is subscribed later is watched from then on."""
    client = watch(f"(SUBSCRIBED ({MESSAGES}))")
    imap.subscribe(folder)
    append(folder)
    try:
        expect.equal(told(client, "STATUS", folder).data.items.get("MESSAGES"), 1, "MESSAGES")
    finally:
        imap.unsubscribe(folder)


@requirement("RFC5465:6.3-1")
def test_inboxes_are_those_of_the_user(imap: ImapClient, watch: Watch, inbox: str, append: Append) -> None:
    """INBOXES watches INBOX at least, where mail is delivered."""
    client = watch(f"(INBOXES ({MESSAGES}))")
    append(inbox)
    del imap
    expect.that(told(client, "STATUS", inbox).data.items.get("MESSAGES"), "MESSAGES", expected="told", actual=None)

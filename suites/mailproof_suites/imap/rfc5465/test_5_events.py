"""The events of NOTIFY, RFC 5465 section 5, as they are told while no command runs."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData
from mailproof_suites.imap.rfc5465.conftest import Watch, told
from mailproof_suites.imap.sharing import find_shared

pytestmark = needs("imap:NOTIFY")

MESSAGES = "MessageNew MessageExpunge"


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


@requirement("RFC5465:5.6-1", "RFC5465:5.6-2", "RFC5465:5.6-3")
@needs("imap:METADATA")
def test_changed_entries_are_told(imap: ImapClient, watch: Watch, folder: str) -> None:
    """METADATA has the entry that was set, and it alone; also when it was taken away."""
    client = watch("(PERSONAL (MailboxMetadataChange))")
    imap.command("SETMETADATA", folder, '(/shared/comment "one")').require_ok()
    expect.contains(told(client, "METADATA", folder).data.entries, b"/shared/comment", "entries told")
    imap.command("SETMETADATA", folder, "(/shared/comment NIL)").require_ok()
    expect.contains(told(client, "METADATA", folder).data.entries, b"/shared/comment", "entries told when taken away")


@requirement("RFC5465:5.7-1")
@needs("imap:METADATA")
def test_changed_entries_of_the_server_are_told(imap: ImapClient, watch: Watch) -> None:
    """METADATA without a mailbox names the entry that changed."""
    client = watch("(PERSONAL (ServerMetadataChange))")
    if not imap.command("SETMETADATA", '""', '(/private/vendor/mailproof/notify "x")').ok:
        pytest.skip("the server lets no user set its entries")
    try:
        entries = told(client, "METADATA", "").data.entries
    finally:
        imap.command("SETMETADATA", '""', "(/private/vendor/mailproof/notify NIL)").require_ok()
    expect.contains(entries, b"/private/vendor/mailproof/notify", "entries told")


@requirement("RFC5465:5.4-1", "RFC5465:3.1-8", "RFC5465:5.9-1", "RFC5465:5.9-2", "RFC5465:5.9-3", "RFC5465:5.9-4")
@needs("imap:ACL", "role:other")
def test_rights_that_come_and_go_are_told(
    imap: ImapClient, folder: str, world: World, append: Append, connect_imap: ConnectImap
) -> None:
    """Losing l is told as the end of a mailbox, which is no longer watched; with l again it is there, and watched."""
    account = world.lease("other")
    shared = find_shared(imap, folder, account, lambda: connect_imap(account))
    client = shared.enter("l")
    name = shared.name.decode()
    with expect.step("l without r is no access to messages"):
        answer = client.command(f'NOTIFY SET (MAILBOXES ("{name}") ({MESSAGES} MailboxName))').require_ok()
        entries = [each for each in answer.of(ListData) if each.mailbox == shared.name]
        closed = any(each.has(rb"\NoAccess") for each in entries)
        expect.that(closed, "LIST", expected=r"\NoAccess", actual=entries, requirement="RFC5465:3.1-8")
    with expect.step("r is granted"):
        shared.grant("lr")
        told(client, "LIST", name)
    with expect.step("l and r are taken away"):
        shared.grant("")
        gone = told(client, "LIST", name).data
        right = gone.has(rb"\NonExistent") or gone.has(rb"\NoAccess")
        expect.that(right, "attributes", expected=r"\NonExistent or \NoAccess", actual=gone.attributes)
        append(folder)
    with expect.step("they are granted again"):
        shared.grant("lr")
        back = told(client, "LIST", name).data
        wrong = back.has(rb"\NonExistent") or back.has(rb"\NoAccess")
        expect.that(not wrong, "attributes", expected="those of a mailbox that is there", actual=back.attributes)
        append(folder)
        expect.equal(told(client, "STATUS", name).data.items.get("MESSAGES"), 2, "MESSAGES in the first STATUS")

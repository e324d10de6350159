"""NOTIFY and rights, and changes of entries, RFC 5465 sections 5.4, 5.6, 5.7 and 5.9."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData
from mailproof_suites.imap.rfc5465.conftest import MESSAGES, Watch, told
from mailproof_suites.imap.sharing import find_shared

pytestmark = needs("imap:NOTIFY")


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

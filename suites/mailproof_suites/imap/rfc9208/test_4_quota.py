"""QUOTA, RFC 9208 (RFC 2087 before it)."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import QuotaData, QuotaRootData, astring
from mailproof_suites.imap.rfc9208.quotas import quotas, storage

pytestmark = needs("imap:QUOTA")


@requirement("RFC9208:4.1.2-1", "RFC9208:3.1.2-1", "RFC9208:3.2-1")
def test_getquotaroot_tells_roots_and_quotas(imap: ImapClient, folder: str) -> None:
    """One QUOTAROOT response for the mailbox, and a QUOTA response for each root that it names."""
    answer = imap.command("GETQUOTAROOT", folder)
    expect.ok(answer)
    told = answer.only(QuotaRootData)
    expect.equal(told.mailbox, folder.encode(), "mailbox of QUOTAROOT")
    expect.equal(sorted(each.root for each in answer.of(QuotaData)), sorted(told.roots), "roots of QUOTA")


@requirement("RFC9208:4.1.1-1")
def test_getquota_tells_the_same(imap: ImapClient, folder: str) -> None:
    """GETQUOTA of a root gives what GETQUOTAROOT gave."""
    for root, quota in quotas(imap, folder).items():
        answer = imap.command("GETQUOTA", astring(root) if root else '""')
        if answer.status == "NO":
            pytest.skip(f"the server lets no user ask: {answer.text.decode('utf-8', 'replace')}")  # as the RFC lets it
        told = answer.require_ok().only(QuotaData)
        expect.equal((told.root, told.resources), (root, quota.resources), f"QUOTA of {root!r}")


@requirement("RFC9208:4.1.1-2")
def test_an_unknown_root_is_refused(imap: ImapClient) -> None:
    """NO, without a QUOTA response."""
    answer = imap.command('GETQUOTA "no such root of anybody"')
    expect.no(answer)
    expect.equal(answer.named("QUOTA"), [], "QUOTA responses")


@requirement("RFC9208:4.1.2-2")
def test_getquotaroot_of_a_missing_mailbox(imap: ImapClient, world: World) -> None:
    """The name need not exist; an older server says NO."""
    answer = imap.command("GETQUOTAROOT", world.folder_name("-missing"))
    expect.graded(answer.status, {"OK": "", "NO": "no quota root for a mailbox that does not exist"}, "the answer")


@requirement("RFC9208:3.1-1", "RFC9208:5-1", "RFC9208:5.1-2", "RFC9208:5.4-1")
@needs("imap:QUOTA=RES-STORAGE|QUOTA=RES-MESSAGE|QUOTA=RES-MAILBOX")
def test_resources_are_advertised(imap: ImapClient, folder: str) -> None:
    """Every resource of a QUOTA response has its QUOTA=RES- capability."""
    named = {each.name.decode().upper() for quota in quotas(imap, folder).values() for each in quota.resources}
    lacking = sorted(name for name in named if f"QUOTA=RES-{name}" not in imap.capabilities)
    expect.equal(lacking, [], "resources without a capability")


@requirement("RFC9208:4.1.3-1", "RFC9208:1-2")
def test_nobody_sets_quotas_without_quotaset(imap: ImapClient, folder: str) -> None:
    """Without the capability QUOTASET, SETQUOTA is refused and changes nothing."""
    if "QUOTASET" in imap.capabilities:
        pytest.skip("the server lets quotas be set")
    before = {
        root: [(each.name, each.limit) for each in quota.resources] for root, quota in quotas(imap, folder).items()
    }
    for root in before:
        expect.refused(imap.command("SETQUOTA", astring(root) if root else '""', "(STORAGE 1)"))
    after = {
        root: [(each.name, each.limit) for each in quota.resources] for root, quota in quotas(imap, folder).items()
    }
    expect.equal(after, before, "limits")


@requirement("RFC9208:5.1-1", "MAIL-18")
def test_storage_counts_kibibytes(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """Half a megabyte more in the mailbox is about 500 units more, and the same less after EXPUNGE."""
    before, _ = storage(imap, folder)
    line = bytes(range(65, 91)) * 2
    append(folder, make_message(body=b"".join(b"%06d %b\r\n" % (number, line) for number in range(8400))))
    used = storage(imap, folder)[0] - before
    expect.that(0 < used < 1200, "growth of STORAGE by 505 kB", expected="about 500, never octets", actual=used)
    imap.select(folder)
    imap.store("1:*", "+FLAGS", [r"\Deleted"])
    imap.expunge()
    after, _ = storage(imap, folder)
    expect.that(after < before + used, "STORAGE after EXPUNGE", expected=f"below {before + used}", actual=after)


@requirement("RFC9208:4.1.4-1", "RFC9208:5.1-2")
@needs("imap:QUOTA=RES-STORAGE")
def test_deleted_storage(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> None:
    """0 without messages that are marked; with one, about what it has."""
    append(folder)
    expect.equal(imap.status(folder, "DELETED-STORAGE").items["DELETED-STORAGE"], 0, "DELETED-STORAGE of nothing")
    append(folder, make_message(body="x" * 78 + "\n" + ("y" * 78 + "\n") * 500), flags=[r"\Deleted"])
    told = imap.status(folder, "DELETED-STORAGE").items["DELETED-STORAGE"]
    expect.that(told > 0, "DELETED-STORAGE of a message of 40 kB", expected="above 0", actual=told)

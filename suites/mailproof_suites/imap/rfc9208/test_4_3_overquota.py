"""What happens at the limit, RFC 9208 section 4.3.1."""

from __future__ import annotations

import pytest

from mailproof_suites.case import MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import Literal
from mailproof_suites.imap.rfc9208.quotas import REACHABLE, storage

pytestmark = needs("imap:QUOTA")


@requirement(
    "RFC9208:4.3.1-1",
    "RFC9208:4.3.1-2",
    "RFC9051:6.3.12-11",
    "RFC9051:6.4.7-6",
    "RFC3501:6.3.11-3",
    "RFC3501:6.4.7-5",
    "MAIL-18",
)
@needs("exclusive:grace")
@pytest.mark.parametrize("way", ["APPEND", "COPY", "COPY-SET", "MULTIAPPEND"])
def test_what_is_over_the_quota_is_not_stored(world: World, make_message: MakeMessage, way: str) -> None:
    """The account is filled to half; what would be more than the whole is NO [OVERQUOTA], and nothing is stored."""
    account = world.lease("grace", exclusive=True)
    imap = world.connect_imap(account)
    if way == "MULTIAPPEND" and "MULTIAPPEND" not in imap.capabilities:
        pytest.skip("the server takes one message in an APPEND")
    name = world.folder_name(account=account)
    imap.create(name)
    used, limit = storage(imap, name)
    if limit > REACHABLE:
        pytest.skip("the quota is too large to be filled here")
    line = bytes(range(65, 91)) * 2
    room = (limit - used) * 1024
    half = make_message(body=b"".join(b"%08d %b\r\n" % (number, line) for number in range(room * 6 // 10 // 63)))
    if way == "MULTIAPPEND":
        answer = imap.command("APPEND", name, Literal(half), Literal(half))
        kept = 0
    else:
        imap.append(name, half)
        imap.select(name)
        kept = 1
        if way == "COPY-SET":
            # The small message would fit; but "partial copy MUST NOT be done" (RFC 9051 section 6.4.7).
            imap.append(name, make_message())
            kept = 2
        copied = {"COPY": "1", "COPY-SET": "1:2"}.get(way)
        answer = imap.command("COPY", copied, name) if copied else imap.command("APPEND", name, Literal(half))
    expect.no(answer, requirement="RFC9208:4.3.1-1")
    expect.no(answer, code="OVERQUOTA", requirement="RFC9208:4.3.1-2")
    stored = imap.status(name, "MESSAGES").items["MESSAGES"]
    expect.equal(stored, kept, "messages stored", requirement="RFC9208:4.3.1-1")


@requirement("RFC9208:4.3.1-1", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3", "MAIL-18")
@needs("exclusive:grace", "imap:MOVE")
def test_a_full_account_can_move_and_clear_out(world: World, make_message: MakeMessage) -> None:
    """Moving within the account needs no more room; after EXPUNGE the refused message is taken."""
    account = world.lease("grace", exclusive=True)
    imap = world.connect_imap(account)
    name, other = world.folder_name(account=account), world.folder_name("-other", account)
    imap.create(name)
    imap.create(other)
    used, limit = storage(imap, name)
    if limit > REACHABLE:
        pytest.skip("the quota is too large to be filled here")
    line = bytes(range(65, 91)) * 2
    half = make_message(body=b"".join(b"%08d %b\r\n" % (number, line) for number in range((limit - used) * 614 // 63)))
    imap.append(name, half)
    expect.no(imap.command("APPEND", name, Literal(half)))
    imap.select(name)
    expect.ok(imap.command("MOVE", "1", other))
    imap.select(other)
    imap.store("1:*", "+FLAGS", [r"\Deleted"])
    imap.expunge()
    expect.ok(imap.command("APPEND", name, Literal(half)))

"""SUBSCRIBE, UNSUBSCRIBE and LSUB, RFC 3501 sections 6.3.6, 6.3.7 and 6.3.9 (RFC 9051 sections 6.3.7 and 6.3.8)."""

from collections.abc import Iterator

import pytest

from mailproof_suites.case import Capabilities, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, quoted

pytestmark = needs("imap:IMAP4rev1")


def lsub(imap: ImapClient, pattern: str) -> list[ListData]:
    """LSUB responses for the pattern."""
    answer = imap.command("LSUB", '""', quoted(pattern))
    expect.ok(answer)
    return answer.of(ListData)


@pytest.fixture
def subscribed(imap: ImapClient, folder: str) -> Iterator[str]:
    """A folder that is subscribed during the case."""
    imap.subscribe(folder)
    yield folder
    imap.command("UNSUBSCRIBE", imap.mailbox(folder))


@requirement("RFC3501:6.3.6-1")
def test_a_subscribed_name_is_in_lsub(imap: ImapClient, subscribed: str) -> None:
    """LSUB shows the name, by itself and by a pattern, in LSUB responses."""
    answer = imap.command("LSUB", '""', quoted(subscribed))
    expect.equal([each.name for each in answer.untagged if each.name in ("LIST", "LSUB")], ["LSUB"], "responses")
    found = [each.mailbox.decode() for each in lsub(imap, subscribed[:-1] + "%")]
    expect.equal(found, [subscribed], "names found by a pattern")


@requirement("RFC3501:6.3.7-1")
def test_an_unsubscribed_name_is_not(imap: ImapClient, subscribed: str) -> None:
    """UNSUBSCRIBE takes it out of LSUB, and the mailbox stays."""
    imap.unsubscribe(subscribed)
    expect.equal(lsub(imap, subscribed), [], "LSUB responses")
    expect.ok(imap.command("STATUS", imap.mailbox(subscribed), "(MESSAGES)"))


@requirement("RFC3501:6.3.6-2", "RFC9051:6.3.7-1", "RFC3501:6.3.9-2")
def test_a_subscription_outlives_its_mailbox(imap: ImapClient, subscribed: str) -> None:
    """The server does not by itself take a name from the list when the mailbox is deleted."""
    imap.delete(subscribed)
    found = [each.mailbox.decode() for each in lsub(imap, subscribed)]
    expect.equal(found, [subscribed], "names in LSUB after DELETE")


@requirement("RFC3501:6.3.6-3")
def test_subscribing_twice_is_no_second_entry(imap: ImapClient, subscribed: str) -> None:
    """The name stands in the list once."""
    expect.one_of(imap.command("SUBSCRIBE", imap.mailbox(subscribed)).status, {"OK", "NO"}, "the second SUBSCRIBE")
    expect.equal(len(lsub(imap, subscribed)), 1, "LSUB responses")


@requirement("RFC3501:6.3.6-4")
def test_a_missing_name_may_be_subscribed(imap: ImapClient, world: World) -> None:
    """SUBSCRIBE may check that the mailbox exists; what it answers is then true in LSUB."""
    missing = world.folder_name("-missing")
    answer = imap.command("SUBSCRIBE", imap.mailbox(missing))
    expect.one_of(answer.status, {"OK", "NO"}, "SUBSCRIBE of a missing name")
    found = lsub(imap, missing)
    expect.equal(len(found), 1 if answer.ok else 0, "LSUB responses")
    imap.command("UNSUBSCRIBE", imap.mailbox(missing))


@requirement("RFC3501:6.3.9-1")
def test_lsub_with_percent_tells_parents_of_subscribed_names(
    imap: ImapClient, folder: str, capabilities: Capabilities
) -> None:
    r"""With only a/b subscribed, LSUB of % gives a with \Noselect."""
    if not (delimiter := capabilities.delimiter):
        pytest.skip("the server has no hierarchy of names")
    child = f"{folder}{delimiter}child"
    imap.create(child)
    imap.subscribe(child)
    try:
        found = lsub(imap, folder[:-1] + "%")
        expect.equal([each.mailbox.decode() for each in found], [folder], "names in LSUB")
        expect.that(found[0].has(rb"\Noselect"), "attributes", expected=r"\Noselect", actual=found[0].attributes)
        everything = [each.mailbox.decode() for each in lsub(imap, folder[:-1] + "*")]
        expect.equal(everything, [child], "names in LSUB with a star")
    finally:
        imap.command("UNSUBSCRIBE", imap.mailbox(child))

"""Selections of extended LIST and what is told without one, RFC 5258 section 3."""

from __future__ import annotations

from mailproof_suites.case import ImapClient, expect, needs, requirement

pytestmark = needs("imap:LIST-EXTENDED|IMAP4rev2")


@requirement("RFC5258:3-9")
@needs("imap:SPECIAL-USE")
def test_selection_options_are_all_met(imap: ImapClient) -> None:
    """LIST (SUBSCRIBED SPECIAL-USE) tells the names that each of the two tells."""
    told = {
        select: {each.mailbox for each in imap.list_mailboxes("", "*", select=select)}
        for select in ("SUBSCRIBED", "SPECIAL-USE", "SUBSCRIBED SPECIAL-USE")
    }
    both = told["SUBSCRIBED"] & told["SPECIAL-USE"]
    expect.equal(told["SUBSCRIBED SPECIAL-USE"], both, "names that meet both")


@requirement("RFC5258:3-10")
def test_a_plain_list_has_no_extended_data(imap: ImapClient, tree: str) -> None:
    """Whoever uses no option is told attributes, delimiter and name, and nothing more."""
    del tree
    found = {each.mailbox: dict(each.extended) for each in imap.list_mailboxes("", "*") if each.extended}
    expect.equal(found, {}, "extended data")


@requirement("RFC5258:3.5-3")
def test_parents_of_subscriptions_are_not_noselect(imap: ImapClient, tree: str) -> None:
    """LIST (SUBSCRIBED) with % does not give the parent of a subscribed name, which LSUB gives, as \\NoSelect."""
    told = imap.list_mailboxes("", f"{tree}%", select="SUBSCRIBED")
    wrong = [each.mailbox for each in told if each.has(rb"\NoSelect")]
    expect.equal(wrong, [], "names told as \\NoSelect")

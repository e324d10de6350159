"""When a saved search result changes, and what is saved, RFC 5182 sections 2.1 to 2.4."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import EsearchData
from mailproof_suites.imap.rfc5182.saving import save, saved

pytestmark = needs("imap:SEARCHRES")


@requirement("RFC5182:2.1-2")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_opening_a_mailbox_empties_it(imap: ImapClient, folder: str, uids: list[int], verb: str) -> None:
    """After SELECT and EXAMINE, also of the same mailbox, nothing is saved."""
    del uids
    save(imap)
    imap.command(verb, folder).require_ok()
    expect.equal(saved(imap), [], "messages in $")


@requirement("RFC5182:2.1-3", "RFC9051:6.4.4.1-2")
@pytest.mark.parametrize(
    "command", ["SEARCH SEEN", "SEARCH RETURN (ALL) SEEN", "SEARCH RETURN (SAVE) COLOUR", "SEARCH RETURN (COLOUR) ALL"]
)
def test_other_searches_leave_it_alone(imap: ImapClient, uids: list[int], command: str) -> None:
    """A SEARCH without SAVE, and one that is BAD, do not change what is saved."""
    del uids
    save(imap)
    imap.command(command, on_purpose="COLOUR" in command)
    expect.equal(saved(imap), [2, 4, 5], "messages in $")


@requirement("RFC5182:2.1-4")
def test_a_refused_search_empties_it(imap: ImapClient, uids: list[int]) -> None:
    """SAVE with an unknown charset is NO, and nothing is saved any more."""
    del uids
    save(imap)
    answer = imap.command('SEARCH RETURN (SAVE) CHARSET X-NO-SUCH-CHARSET SUBJECT "x"')
    if not answer.no:
        pytest.skip(f"the server answers {answer.status} to an unknown charset")
    expect.equal(saved(imap), [], "messages in $")


@requirement("RFC5182:2.1-5", "RFC9051:6.4.4.1-3")
@pytest.mark.parametrize("who", ["imap", "imap2"])
def test_expunged_messages_leave_it(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int], who: str
) -> None:
    """The first message and one of the saved ones go, here or in another session: the numbers of $ follow."""
    client = imap if who == "imap" else imap2
    save(imap)
    if client is imap2:
        imap2.select(folder)
    client.store([uids[0], uids[3]], "+FLAGS.SILENT", [r"\Deleted"], uid=True)
    client.expunge()
    imap.noop()
    expect.equal(sorted(imap.fetch("$", "(UID)", uid=True)), [uids[1], uids[4]], "UIDs in $")
    expect.equal(saved(imap), [1, 3], "messages in $")


@requirement("RFC5182:2.1-6")
@pytest.mark.parametrize("command", ["FETCH $ (FLAGS)", r"STORE $ +FLAGS (\Seen)", "UID FETCH $ (FLAGS)", "SEARCH $"])
def test_an_empty_result_is_a_set(imap: ImapClient, uids: list[int], command: str) -> None:
    """Commands with an empty $ are OK and touch nothing, both before any SAVE and after a SAVE that found nothing."""
    del uids
    for key in ("", "DRAFT"):
        if key:
            save(imap, key)
        answer = imap.command(command)
        expect.ok(answer)
        expect.equal(answer.named("FETCH"), [], "FETCH responses")
    expect.equal(list(imap.search("SEEN")), [], "messages with the flag")


@requirement("RFC5182:2.1-8")
def test_save_alone_tells_nothing(imap: ImapClient, uids: list[int]) -> None:
    """RETURN (SAVE) saves, and the result is not told."""
    del uids
    answer = imap.command("SEARCH RETURN (SAVE) FLAGGED")
    expect.ok(answer)
    told = [data.items for data in answer.of(EsearchData) if data.items]
    expect.equal((told, answer.named("SEARCH")), ([], []), "results told")


@requirement("RFC5182:2.3-1", "RFC9051:6.4.4.2-1")
def test_commands_behind_the_search_wait_for_it(imap: ImapClient, uids: list[int]) -> None:
    """SEARCH, FETCH $ and STORE $ are sent at once; both use what the SEARCH saved."""
    del uids
    tags = [
        imap.start(command) for command in ("SEARCH RETURN (SAVE) FLAGGED", "FETCH $ (UID)", r"STORE $ FLAGS (\Draft)")
    ]
    answers = [imap.finish(tag) for tag in tags]
    for answer in answers:
        expect.ok(answer)
    fetched = [each.number for each in answers[1].named("FETCH") if "FLAGS" not in each.data]
    expect.equal(fetched, [2, 4, 5], "messages of FETCH $")
    expect.equal(sorted(imap.search("DRAFT")), [2, 4, 5], "messages with the flag")


@requirement("RFC5182:2.4-1", "RFC5182:2.4-2")
@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        *(("SAVE MIN", [2]), ("MAX SAVE", [5]), ("SAVE MIN MAX", [2, 5]), ("SAVE ALL", [2, 4, 5])),
        *(("SAVE COUNT", [2, 4, 5]), ("SAVE MIN COUNT", [2, 4, 5]), ("MIN MAX ALL SAVE", [2, 4, 5])),
    ],
)
def test_what_is_saved_beside_other_options(
    imap: ImapClient, uids: list[int], options: str, numbers: list[int]
) -> None:
    """MIN and MAX alone save what they return; ALL and COUNT save everything."""
    del uids
    save(imap, options=options)
    expect.equal(saved(imap), numbers, f"messages in $ after RETURN ({options})")

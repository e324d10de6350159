"""SELECT and EXAMINE with the QRESYNC parameter, RFC 7162 sections 3.2.3 and 3.2.5: two clients, one mailbox."""

from dataclasses import dataclass

import pytest

from mailproof_suites.case import Append, Completion, ConnectImap, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import FetchData, VanishedData

pytestmark = needs("imap:QRESYNC")


@dataclass
class Known:
    """What the client that was away still knows, and what happened meanwhile."""

    uid_validity: int
    modseq: int
    uids: list[int]
    gone: list[int]
    changed: list[int]

    def params(self, rest: str = "") -> str:
        """The parameter without its outer parentheses."""
        return f"QRESYNC ({self.uid_validity} {self.modseq}{rest})"


@pytest.fixture
def known(imap: ImapClient, resync: ImapClient, folder: str, append: Append) -> Known:
    """Of six messages the second is flagged, the third and fifth expunged, and a seventh comes, while one is away."""
    uids = [append(folder) for _ in range(6)]
    seen = resync.select(folder)
    resync.unselect()
    if seen.completion.find_code("NOMODSEQ"):
        pytest.skip("the mailbox keeps no mod-sequences")
    imap.select(folder)
    imap.store(uids[1], "+FLAGS", [r"\Flagged"], uid=True)
    imap.store([uids[2], uids[4]], "+FLAGS", [r"\Deleted"], uid=True)
    imap.expunge()
    new = append(folder)
    return Known(
        expect.given(seen.uid_validity, "UIDVALIDITY"),
        expect.given(seen.highest_modseq, "HIGHESTMODSEQ"),
        uids,
        [uids[2], uids[4]],
        [uids[1], new],
    )


def earlier(answer: Completion) -> list[int]:
    """UIDs of the VANISHED (EARLIER) responses, in order."""
    return sorted(uid for data in answer.of(VanishedData) if data.earlier for uid in data.uids)


def fetched(answer: Completion) -> list[int]:
    """UIDs of the FETCH responses, in order."""
    return sorted(data.uid or 0 for data in answer.of(FetchData))


@requirement("RFC7162:3.2.5.1-1", "RFC7162:3.2.5.1-4")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_a_client_that_was_away_learns_everything(resync: ImapClient, folder: str, known: Known, verb: str) -> None:
    """What went is in VANISHED (EARLIER), what changed or came in FETCH with flags and MODSEQ; the rest is not told."""
    answer = resync.command(verb, resync.mailbox(folder), f"({known.params()})")
    expect.ok(answer)
    expect.equal(earlier(answer), known.gone, "vanished")
    expect.equal(fetched(answer), known.changed, "changed")
    for data in answer.of(FetchData):
        expect.that({"UID", "FLAGS", "MODSEQ"} <= set(data.items), "items", expected="UID, FLAGS, MODSEQ", actual=data)


@requirement("RFC7162:3.2.6-1")
def test_vanished_comes_before_fetch(resync: ImapClient, folder: str, known: Known) -> None:
    """All VANISHED (EARLIER) responses stand before the first FETCH response."""
    answer = resync.command("SELECT", resync.mailbox(folder), f"({known.params()})")
    names = [each.name for each in answer.named("VANISHED", "FETCH")]
    expect.equal(names, sorted(names, reverse=True), "order of the responses")


@requirement("RFC7162:3.2.5.1-2")
def test_known_uids_limit_the_report(resync: ImapClient, folder: str, known: Known) -> None:
    """With known UIDs, nothing is told of other messages."""
    wanted = f"{known.uids[0]}:{known.uids[3]}"
    answer = resync.command("SELECT", resync.mailbox(folder), f"({known.params(' ' + wanted)})")
    expect.ok(answer)
    expect.equal(earlier(answer), known.gone[:1], "vanished")
    expect.equal(fetched(answer), known.changed[:1], "changed")


@requirement("RFC7162:3.2.5.2-1")
def test_match_data_does_not_hide_later_losses(resync: ImapClient, folder: str, known: Known) -> None:
    """The pairs (1, first) and (2, second) fit; the messages that went came after them and are reported."""
    pairs = f" {known.uids[0]}:{known.uids[-1]} (1,2,4 {known.uids[0]},{known.uids[1]},{known.uids[3]})"
    answer = resync.command("SELECT", resync.mailbox(folder), f"({known.params(pairs)})")
    expect.ok(answer)
    expect.equal(earlier(answer), known.gone, "vanished")


@requirement("RFC7162:3.2.5-1")
def test_the_wrong_uidvalidity_is_ignored(resync: ImapClient, folder: str, known: Known) -> None:
    """Nothing is reported of a mailbox that the client does not know; SELECT tells the true UIDVALIDITY."""
    known.uid_validity += 1
    opened = resync.select(folder, known.params())
    expect.equal(opened.uid_validity, known.uid_validity - 1, "UIDVALIDITY")
    expect.equal(opened.completion.of(VanishedData), [], "VANISHED responses")
    expect.equal(opened.completion.of(FetchData), [], "FETCH responses")


@requirement("RFC7162:3.2.5.1-3")
def test_everything_that_went_since_the_beginning_is_told(resync: ImapClient, folder: str, known: Known) -> None:
    """From mod-sequence 1 on, all that is gone is reported, and nothing that is there."""
    known.modseq = 1
    answer = resync.command("SELECT", resync.mailbox(folder), f"({known.params()})")
    expect.ok(answer)
    there = set(resync.search("ALL", uid=True))
    gone = set(earlier(answer))
    expect.that(gone >= set(known.gone), "vanished", expected=known.gone, actual=sorted(gone))
    expect.equal(sorted(gone & there), [], "messages that are there, reported as vanished")


@requirement("RFC7162:3.2.5.1-3")
@needs("imap:MOVE")
def test_what_was_moved_away_has_vanished(imap: ImapClient, resync: ImapClient, folder: str, known: Known) -> None:
    """MOVE takes a message away as EXPUNGE does."""
    destination = f"{folder}-destination"
    imap.create(destination)
    imap.move(known.uids[0], destination, uid=True)
    answer = resync.command("SELECT", resync.mailbox(folder), f"({known.params()})")
    expect.equal(earlier(answer), sorted([known.uids[0], *known.gone]), "vanished")


@requirement("RFC7162:3.2.3-1", "RFC7162:3.2.5-3")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_the_parameter_needs_enable(connect_imap: ConnectImap, folder: str, known: Known, verb: str) -> None:
    """Without ENABLE QRESYNC the parameter is BAD."""
    client = connect_imap()
    expect.bad(client.command(verb, client.mailbox(folder), f"({known.params()})"))

"""VANISHED in place of EXPUNGE, and HIGHESTMODSEQ of what expunges, RFC 7162 sections 3.2.6 to 3.2.10."""

import pytest

from mailproof_suites.case import Completion, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import FetchData, VanishedData

pytestmark = needs("imap:QRESYNC")


def vanished(answer: Completion, *, earlier: bool = False) -> list[int]:
    """UIDs of the VANISHED responses of one form, in order."""
    return sorted(uid for data in answer.of(VanishedData) if data.earlier is earlier for uid in data.uids)


@pytest.fixture
def opened(resync: ImapClient, folder: str, uids: list[int]) -> int:
    r"""HIGHESTMODSEQ after two messages got \Deleted; the folder is selected in `resync`."""
    resync.select(folder)
    resync.store([uids[0], uids[2]], "+FLAGS", [r"\Deleted"], uid=True)
    again = resync.select(folder)
    if again.completion.find_code("NOMODSEQ"):
        pytest.skip("the mailbox keeps no mod-sequences")
    return expect.given(again.highest_modseq, "HIGHESTMODSEQ")


@requirement("RFC7162:3.2.7-1", "RFC7162:3.2.10-1", "RFC7162:3.2.3-5", "RFC7162:3.2.10-2")
def test_expunge_tells_uids_and_the_new_mod_sequence(resync: ImapClient, uids: list[int], opened: int) -> None:
    """EXPUNGE gives VANISHED with the UIDs, and the tagged OK a higher HIGHESTMODSEQ."""
    answer = resync.command("EXPUNGE")
    expect.ok(answer)
    expect.equal(vanished(answer), [uids[0], uids[2]], "UIDs in VANISHED", requirement="RFC7162:3.2.10-1")
    code = answer.code if answer.code and answer.code.name == "HIGHESTMODSEQ" else None
    told = expect.given(code, "HIGHESTMODSEQ in the tagged OK", requirement="RFC7162:3.2.7-1").args[0]
    expect.that(told > opened, "HIGHESTMODSEQ", expected=f"above {opened}", actual=told, requirement="RFC7162:3.2.7-1")


@requirement("RFC7162:3.2.9-1", "RFC7162:3.2.10-1", "RFC7162:3.2.3-5", "RFC7162:3.2.10-2")
def test_uid_expunge_tells_the_same(resync: ImapClient, uids: list[int], opened: int) -> None:
    """UID EXPUNGE, too, and only of what it removed."""
    answer = resync.command("UID EXPUNGE", uids[2])
    expect.ok(answer)
    expect.equal(vanished(answer), [uids[2]], "UIDs in VANISHED", requirement="RFC7162:3.2.10-1")
    code = answer.code if answer.code and answer.code.name == "HIGHESTMODSEQ" else None
    told = expect.given(code, "HIGHESTMODSEQ in the tagged OK", requirement="RFC7162:3.2.9-1").args[0]
    expect.that(told > opened, "HIGHESTMODSEQ", expected=f"above {opened}", actual=told, requirement="RFC7162:3.2.9-1")


@requirement("RFC7162:3.2.7-1")
def test_the_mod_sequence_of_expunge_is_one_to_come_back_with(
    resync: ImapClient, folder: str, uids: list[int], opened: int
) -> None:
    """Who returns with the number that EXPUNGE told is told nothing; who returns with the one before, everything."""
    validity = resync.status(folder, "UIDVALIDITY").items["UIDVALIDITY"]
    told = expect.given(resync.command("EXPUNGE").code, "HIGHESTMODSEQ in the tagged OK").args[0]
    with expect.step("with the number from EXPUNGE"):
        answer = resync.select(folder, f"QRESYNC ({validity} {told})").completion
        expect.equal(vanished(answer, earlier=True), [], "vanished")
    with expect.step("with the number before"):
        answer = resync.select(folder, f"QRESYNC ({validity} {opened})").completion
        expect.equal(vanished(answer, earlier=True), [uids[0], uids[2]], "vanished")


@requirement("RFC7162:3.2.8-1")
def test_close_keeps_its_mod_sequence_to_itself(resync: ImapClient, folder: str, uids: list[int], opened: int) -> None:
    """CLOSE expunges without HIGHESTMODSEQ and without VANISHED; the loss is reported at the next SELECT."""
    validity = resync.status(folder, "UIDVALIDITY").items["UIDVALIDITY"]
    answer = resync.command("CLOSE")
    expect.ok(answer)
    expect.equal(answer.find_code("HIGHESTMODSEQ"), None, "HIGHESTMODSEQ with CLOSE")
    expect.equal(vanished(answer), [], "UIDs in VANISHED")
    again = resync.select(folder, f"QRESYNC ({validity} {opened})")
    expect.equal(vanished(again.completion, earlier=True), [uids[0], uids[2]], "vanished at the next SELECT")


@requirement("RFC7162:3.2.10-1", "RFC7162:3.2.3-5", "RFC7162:3.2.10-2")
def test_each_client_is_told_in_its_way(
    imap: ImapClient, resync: ImapClient, folder: str, uids: list[int], opened: int
) -> None:
    """Of an EXPUNGE elsewhere one client learns by VANISHED, the other, which did not enable QRESYNC, by EXPUNGE."""
    del opened
    imap.select(folder)
    resync.expunge(uids[0])
    expect.equal([each.number for each in imap.noop().named("EXPUNGE")], [1], "EXPUNGE to the plain client")
    imap.expunge()
    answer = resync.noop()
    expect.equal(vanished(answer), [uids[2]], "VANISHED to the client with QRESYNC")
    expect.equal(answer.named("EXPUNGE"), [], "EXPUNGE to the client with QRESYNC")


@requirement("RFC7162:3.2.10-1", "RFC7162:3.2.3-5", "RFC7162:3.2.10-2", "RFC6851:4.4-4", "MAIL-07")
@needs("imap:MOVE")
def test_move_tells_vanished(resync: ImapClient, world: World, uids: list[int], opened: int) -> None:
    """MOVE under QRESYNC tells the UIDs that went."""
    del opened
    destination = world.folder_name("-destination")
    resync.create(destination)
    answer = resync.command("UID MOVE", f"{uids[1]},{uids[3]}", resync.mailbox(destination))
    expect.ok(answer)
    expect.equal(vanished(answer), [uids[1], uids[3]], "UIDs in VANISHED")


@requirement("RFC7162:3.2.6-1")
def test_uid_fetch_tells_what_vanished(
    imap: ImapClient, resync: ImapClient, uids: list[int], folder: str, opened: int
) -> None:
    """UID FETCH (CHANGEDSINCE n VANISHED) tells the lost UIDs of its set, then what changed."""
    imap.select(folder)
    imap.expunge()
    imap.store(uids[3], "+FLAGS", [r"\Flagged"], uid=True)
    resync.noop()
    answer = resync.command("UID FETCH", f"{uids[1]}:{uids[3]}", "(FLAGS)", f"(CHANGEDSINCE {opened} VANISHED)")
    expect.ok(answer)
    expect.equal(vanished(answer, earlier=True), [uids[2]], "vanished")
    expect.equal([data.uid for data in answer.of(FetchData)], [uids[3]], "changed")
    expect.equal([each.name for each in answer.named("VANISHED", "FETCH")], ["VANISHED", "FETCH"], "order")


@requirement("RFC7162:3.2.6-2")
@pytest.mark.parametrize("command", ["UID FETCH 1:* (FLAGS) (VANISHED)", "FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)"])
def test_vanished_needs_uid_fetch_and_changedsince(resync: ImapClient, opened: int, command: str) -> None:
    """The modifier is for UID FETCH with CHANGEDSINCE only."""
    del opened
    expect.bad(resync.command(command))


@requirement("RFC7162:3.2.3-2")
def test_vanished_needs_enable(imap: ImapClient, folder: str, uids: list[int]) -> None:
    """Without ENABLE QRESYNC the modifier is BAD."""
    del uids
    imap.select(folder, "CONDSTORE")
    expect.bad(imap.command("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)"))

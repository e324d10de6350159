"""Mod-sequences and CONDSTORE enabling commands, RFC 7162 section 3.1."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:CONDSTORE")


def mod_sequences(imap: ImapClient) -> dict[int, int]:
    """The mod-sequence of every message of the selected mailbox, by UID."""
    fetched = imap.fetch("1:*", "(UID MODSEQ)", uid=True)
    return {uid: expect.given(data.modseq, f"MODSEQ of UID {uid}") for uid, data in fetched.items()}


ENABLING = {
    "select": "SELECT {folder} (CONDSTORE)",
    "examine": "EXAMINE {folder} (CONDSTORE)",
    "status": "STATUS {folder} (HIGHESTMODSEQ)",
    "fetch": "FETCH 1 (MODSEQ)",
    "changedsince": "FETCH 1 (FLAGS) (CHANGEDSINCE 1)",
    "store": r"STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\Draft)",
    "search": "SEARCH MODSEQ 1",
}


@requirement("RFC7162:3.1-1", "RFC7162:3.1.8-1", "MAIL-09")
@pytest.mark.parametrize("command", ENABLING.values(), ids=ENABLING.keys())
def test_enabling_commands_bring_mod_sequences(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int], command: str
) -> None:
    """After each of the commands that show interest, a flag that another session sets is told with MODSEQ."""
    del uids
    imap.select(folder)
    expect.ok(imap.command(command.format(folder=folder)))
    imap2.select(folder)
    imap2.store(2, "+FLAGS", [r"\Flagged"])
    told = [each.data for each in imap.noop().named("FETCH") if each.number == 2]
    expect.equal(len(told), 1, "FETCH responses about the message")
    expect.contains(told[0].items, "MODSEQ", "items told")


@requirement("RFC7162:3.1-2", "MAIL-09")
@pytest.mark.parametrize("action", ["+FLAGS", "-FLAGS", "FLAGS"])
def test_a_change_raises_one_mod_sequence(imap: ImapClient, folder: str, uids: list[int], action: str) -> None:
    """The changed message has the highest mod-sequence of all; the others keep theirs."""
    imap.select(folder, "CONDSTORE")
    imap.store("1:*", "+FLAGS", [r"\Flagged"])
    before = mod_sequences(imap)
    imap.store(uids[1], action, [r"\Flagged"] if action == "-FLAGS" else [r"\Answered"], uid=True)
    after = mod_sequences(imap)
    others = {uid: value for uid, value in after.items() if uid != uids[1]}
    expect.equal(others, {uid: before[uid] for uid in others}, "mod-sequences of the other messages")
    expect.that(
        after[uids[1]] > max(before.values()),
        "mod-sequence of the changed message",
        expected=f"above {max(before.values())}",
        actual=after[uids[1]],
    )


@requirement("RFC7162:3.1-2")
def test_a_mod_sequence_stays_while_nothing_changes(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]
) -> None:
    """Reading with PEEK, and another session that only looks, leave the mod-sequences alone."""
    del uids
    imap.select(folder, "CONDSTORE")
    before = mod_sequences(imap)
    imap2.select(folder)
    imap2.fetch("1:*", "(BODY.PEEK[] FLAGS)")
    imap2.close_mailbox()
    expect.equal(mod_sequences(imap), before, "mod-sequences afterwards")


@requirement("RFC7162:3.1-3")
@pytest.mark.parametrize("way", ["APPEND", "COPY"])
def test_a_new_message_has_the_highest_mod_sequence(
    imap: ImapClient, folder: str, world: World, uids: list[int], append: Append, way: str
) -> None:
    """What is appended or copied comes after everything that happened in the mailbox before."""
    destination = world.folder_name("-destination")
    imap.create(destination)
    append(destination)
    imap.select(destination, "CONDSTORE")
    for _ in range(5):
        imap.store(1, "+FLAGS", [r"\Flagged"])
        imap.store(1, "-FLAGS", [r"\Flagged"])
    highest = max(mod_sequences(imap).values())
    if way == "APPEND":
        append(destination)
    else:
        imap.select(folder)
        imap.copy(uids[0], destination, uid=True)
    imap.select(destination)
    newest = list(mod_sequences(imap).values())[-1]
    expect.that(newest > highest, "mod-sequence of the new message", expected=f"above {highest}", actual=newest)


@requirement("RFC7162:3.1-4", "RFC7162:3.1-5")
def test_mod_sequences_rise_from_store_to_store(
    imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]
) -> None:
    """STOREs of two sessions in turn, on different messages, get ever higher mod-sequences."""
    sequences = []
    imap2.select(folder, "CONDSTORE")
    imap.select(folder, "CONDSTORE")
    for uid in uids:
        for client in (imap, imap2):
            client.store(uid, "+FLAGS.SILENT", [r"\Seen" if client is imap else r"\Answered"], uid=True)
            sequences.append(expect.given(client.fetch(uid, "(MODSEQ)", uid=True).only().modseq, "MODSEQ"))
    expect.equal(sequences, sorted(set(sequences)), "mod-sequences in the order of the STOREs")


@requirement("RFC7162:3.1.2.1-1")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_highestmodseq_is_not_below_any_message(imap: ImapClient, folder: str, uids: list[int], verb: str) -> None:
    """What SELECT tells is at least the highest mod-sequence of the messages."""
    imap.select(folder, "CONDSTORE")
    imap.store(uids[2], "+FLAGS", [r"\Flagged"], uid=True)
    opened = imap.select(folder) if verb == "SELECT" else imap.examine(folder)
    if opened.completion.find_code("NOMODSEQ"):
        pytest.skip("the mailbox keeps no mod-sequences")
    told = expect.given(opened.highest_modseq, "HIGHESTMODSEQ")
    highest = max(mod_sequences(imap).values())
    expect.that(told >= highest, "HIGHESTMODSEQ", expected=f"at least {highest}", actual=told)


@requirement("RFC7162:3.2-1")
@needs("imap:METADATA", "imap:QRESYNC")
@pytest.mark.parametrize("entry", ["/private/comment", "/shared/comment"])
def test_an_annotation_raises_the_mod_sequence(imap: ImapClient, folder: str, entry: str) -> None:
    """SETMETADATA that sets, changes or takes away an entry raises HIGHESTMODSEQ of its mailbox."""
    told = [imap.status(folder, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"]]
    for value in ('"one"', '"two"', "NIL"):
        imap.command("SETMETADATA", imap.mailbox(folder), f"({entry} {value})").require_ok()
        told.append(imap.status(folder, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"])
    expect.equal(told, sorted(set(told)), "HIGHESTMODSEQ after each SETMETADATA, ever higher")


@requirement("RFC7162:3.1.7-1")
def test_status_and_select_tell_one_number(imap: ImapClient, imap2: ImapClient, folder: str, uids: list[int]) -> None:
    """STATUS (HIGHESTMODSEQ) and SELECT agree, and both rise with a change."""
    first = imap2.status(folder, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"]
    expect.equal(imap.select(folder, "CONDSTORE").highest_modseq or 0, first, "HIGHESTMODSEQ of SELECT")
    imap.store(uids[0], "+FLAGS", [r"\Seen"], uid=True)
    second = imap2.status(folder, "HIGHESTMODSEQ").items["HIGHESTMODSEQ"]
    if first == 0:
        pytest.skip("the mailbox keeps no mod-sequences")
    expect.that(second > first, "HIGHESTMODSEQ after the change", expected=f"above {first}", actual=second)

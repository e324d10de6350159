"""MOVE and mod-sequences, RFC 6851 section 4.4; MOVE itself: RFC 9051 section 6.4.8."""

from mailproof_suites.case import Append, ConnectImap, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:MOVE", "imap:QRESYNC")


@requirement("RFC6851:4.4-2")
def test_move_tells_the_new_mod_sequence(
    imap: ImapClient, connect_imap: ConnectImap, folder: str, world: World, append: Append
) -> None:
    """The tagged OK of MOVE has a higher HIGHESTMODSEQ, that of the source."""
    del imap
    uid = append(folder)
    client = connect_imap()
    client.enable("QRESYNC")
    destination = world.folder_name("-destination")
    client.create(destination)
    before = expect.given(client.select(folder).highest_modseq, "HIGHESTMODSEQ")
    answer = client.command("UID MOVE", uid, client.mailbox(destination)).require_ok()
    code = answer.code if answer.code and answer.code.name == "HIGHESTMODSEQ" else None
    told = expect.given(code, "HIGHESTMODSEQ in the tagged OK").args[0]
    expect.that(told > before, "HIGHESTMODSEQ", expected=f"above {before}", actual=told)
    expect.equal(client.select(folder).highest_modseq, told, "HIGHESTMODSEQ of the source afterwards")


@requirement("RFC6851:4.4-3")
def test_moved_messages_are_the_newest_of_the_target(
    imap: ImapClient, folder: str, world: World, append: Append
) -> None:
    """Their mod-sequences are above all that were in the target."""
    target = world.folder_name("-target")
    imap.create(target)
    for _ in range(2):
        append(folder)
    for _ in range(2):
        append(target)
    imap.select(target, "CONDSTORE")
    imap.store(1, "+FLAGS", [r"\Flagged"])
    old = [data.modseq or 0 for data in imap.fetch("1:*", "(MODSEQ)").values()]
    imap.select(folder)
    imap.command("MOVE 1:2", imap.mailbox(target)).require_ok()
    imap.select(target)
    new = [data.modseq or 0 for data in imap.fetch("3:4", "(MODSEQ)").values()]
    expect.that(min(new) > max(old), "MODSEQ of moved messages", expected=f"above {max(old)}", actual=new)

"""APPEND of several messages, RFC 3502."""

from __future__ import annotations

from mailproof_suites.case import ImapClient, Literal, MakeMessage, World, expect, needs, requirement

pytestmark = needs("imap:MULTIAPPEND")


def stored(imap: ImapClient, folder: str) -> int:
    """Number of messages in the folder."""
    return int(imap.status(folder, "MESSAGES").items["MESSAGES"])


@requirement("RFC3502:6.3.11-1", "RFC3502:6.3.11-7")
def test_each_message_has_its_own_flags_and_date(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """Flags and dates belong to the message that follows them; without them there are none."""
    messages = [make_message(subject=name) for name in ("one", "two", "three")]
    answer = imap.command(
        "APPEND",
        *(folder, r"(\Seen \Flagged)", Literal(messages[0])),
        *('"05-Jan-2020 10:00:00 +0000"', Literal(messages[1])),
        *(r"(\Draft)", '"06-Feb-2021 11:00:00 +0000"', Literal(messages[2])),
    )
    expect.ok(answer)
    imap.select(folder)
    found = imap.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")
    expect.equal([found[number].body for number in sorted(found)], messages, "messages in order")
    flags = [{flag.lower() for flag in found[number].flags or ()} - {rb"\recent"} for number in sorted(found)]
    expect.equal(flags, [{rb"\seen", rb"\flagged"}, set(), {rb"\draft"}], "flags")
    dates = [expect.given(found[number].internal_date, "INTERNALDATE").at.strftime("%Y-%m-%d %H") for number in (2, 3)]
    expect.equal([date[:10] for date in dates], ["2020-01-05", "2021-02-06"], "internal dates")


@requirement("RFC3502:6.3.11-2", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3", "RFC3502:6.3.11-5")
def test_an_empty_message_cancels_all(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """A literal of no octets is NO, and the message before it is not stored."""
    expect.no(imap.command("APPEND", folder, Literal(make_message()), Literal(b"")))
    expect.equal(stored(imap, folder), 0, "messages stored")


@requirement("RFC3502:6.3.11-2", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3")
def test_a_broken_rest_stores_nothing(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """Behind a good message comes what no grammar knows: BAD or NO, and nothing is stored."""
    for rest in (["(\\Seen"], ['"31-Foo-2020 10:00:00 +0000"', Literal(make_message())], ["(\\Seen)"]):
        expect.refused(imap.command("APPEND", folder, Literal(make_message()), *rest, on_purpose=True))
        expect.equal(stored(imap, folder), 0, "messages stored")


@requirement("RFC3502:6.3.11-2", "RFC9051:6.3.12-11", "RFC3501:6.3.11-3")
def test_other_sessions_see_all_or_nothing(
    imap: ImapClient, imap2: ImapClient, folder: str, make_message: MakeMessage
) -> None:
    """A session that has the mailbox selected is told of all three messages, never of some."""
    imap2.select(folder)
    imap.command("APPEND", folder, *(Literal(make_message()) for _ in range(3))).require_ok()
    expect.equal([each.number for each in imap2.noop().named("EXISTS")], [3], "EXISTS told to the other session")


@requirement("RFC3502:6.3.11-3")
def test_a_missing_mailbox_takes_nothing(imap: ImapClient, world: World, make_message: MakeMessage) -> None:
    """NO [TRYCREATE], and the mailbox is not made."""
    name = world.folder_name("-missing")
    expect.no(imap.command("APPEND", name, Literal(make_message()), Literal(make_message())), code="TRYCREATE")
    expect.equal(imap.list_mailboxes("", name), [], "mailboxes of this name")


@requirement("RFC3502:6.3.11-4")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_appenduid_tells_all_uids(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """The set has a UID for each message, in the order in which they were sent."""
    messages = [make_message(subject=name) for name in ("one", "two", "three", "four")]
    answer = imap.command("APPEND", folder, *(Literal(message) for message in messages)).require_ok()
    uids = list(expect.given(answer.find_code("APPENDUID"), "APPENDUID").args[1])
    imap.select(folder)
    found = imap.fetch("1:*", "(BODY.PEEK[])", uid=True)
    expect.equal([found[uid].body if uid in found else None for uid in uids], messages, "messages by UID")


@requirement("RFC3502:6.3.11-8")
def test_the_selected_mailbox_shows_all_at_once(imap: ImapClient, folder: str, make_message: MakeMessage) -> None:
    """EXISTS with the new number comes before the tagged OK."""
    imap.select(folder)
    answer = imap.command("APPEND", folder, *(Literal(make_message()) for _ in range(3))).require_ok()
    expect.equal(answer.last_number("EXISTS"), 3, "EXISTS")

r"""\Recent, [UNSEEN] and SEARCH responses, RFC 3501 sections 2.3.2, 6.3.1, 6.4.4 and 7.2.5: what IMAP4rev2 dropped."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:IMAP4rev1")


def is_recent(imap: ImapClient, number: int) -> bool:
    r"""Whether the message has \Recent in this session."""
    return rb"\recent" in {flag.lower() for flag in imap.fetch(number, "FLAGS").only().flags or ()}


@requirement("RFC3501:6.3.1-1", "RFC9051:7.2.2-1")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_selecting_tells_recent(imap: ImapClient, folder: str, append: Append, verb: str) -> None:
    """RECENT is among the mandatory responses."""
    append(folder)
    told = imap.select(folder) if verb == "SELECT" else imap.examine(folder)
    expect.equal(expect.given(told.recent, "RECENT"), 1, "RECENT")


@requirement("RFC3501:2.3.2-1")
def test_a_message_is_recent_in_one_session(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    r"""The first session that selects read-write has \Recent; the next one does not."""
    append(folder)
    expect.equal(imap.select(folder).recent, 1, "RECENT in the first session")
    expect.that(is_recent(imap, 1), "flags in the first session", expected=r"\Recent", actual="flags without it")
    expect.equal(imap2.select(folder).recent, 0, "RECENT in the second session")
    expect.that(not is_recent(imap2, 1), "flags in the second session", expected=r"no \Recent", actual=r"\Recent")


@requirement("RFC3501:6.3.2-1")
def test_examine_does_not_take_recent_away(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    r"""EXAMINE shows \Recent and leaves it for the next SELECT."""
    append(folder)
    expect.equal(imap.examine(folder).recent, 1, "RECENT under EXAMINE")
    expect.equal(imap2.select(folder).recent, 1, "RECENT under SELECT afterwards")


@requirement("RFC3501:6.3.10-1")
def test_status_does_not_take_recent_away(imap: ImapClient, folder: str, append: Append) -> None:
    r"""STATUS (RECENT) counts, and the next SELECT still has the message as recent."""
    append(folder)
    append(folder)
    expect.equal(imap.status(folder, "RECENT").items["RECENT"], 2, "STATUS RECENT")
    expect.equal(imap.select(folder).recent, 2, "RECENT under SELECT afterwards")


@requirement("RFC3501:6.3.1-2")
@pytest.mark.parametrize(("seen", "first"), [([], 1), ([1], 2), ([1, 2], 3), ([2], 1), ([1, 2, 3], None)], ids=str)
def test_unseen_is_the_first_unseen_message(
    imap: ImapClient, folder: str, append: Append, seen: list[int], first: int | None
) -> None:
    """The UNSEEN code of SELECT is a sequence number, and missing where everything was seen."""
    for number in (1, 2, 3):
        append(folder, flags=[r"\Seen"] if number in seen else [])
    expect.equal(imap.select(folder).unseen, first, "UNSEEN")


@requirement("RFC3501:6.4.4-1", "MAIL-12")
@pytest.mark.parametrize(
    ("keys", "found"),
    [("RECENT", [3, 4]), ("OLD", [1, 2]), ("NEW", [4]), ("NOT RECENT", [1, 2]), ("OR OLD NEW", [1, 2, 4])],
)
def test_recent_old_and_new(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append, keys: str, found: list[int]
) -> None:
    r"""RECENT has \Recent, OLD has not, and NEW is RECENT and UNSEEN."""
    append(folder)
    append(folder, flags=[r"\Seen"])
    imap2.select(folder)
    imap2.close_mailbox()
    append(folder, flags=[r"\Seen"])
    append(folder)
    imap.select(folder)
    expect.equal(imap.search(keys), found, f"SEARCH {keys}")


@requirement("RFC3501:7.2.5-1")
@pytest.mark.parametrize("keys", ["ALL", "DELETED"])
def test_search_without_options_gives_one_search_response(
    imap: ImapClient, folder: str, append: Append, keys: str
) -> None:
    """An untagged SEARCH comes with what was found, and with nothing found."""
    append(folder)
    imap.select(folder)
    answer = imap.command("SEARCH", keys)
    expect.equal(len(answer.named("SEARCH")), 1, "SEARCH responses")
    expect.equal(answer.named("ESEARCH"), [], "ESEARCH responses")


@requirement("RFC3501:6.4.1-1")
def test_check_succeeds_with_a_selected_mailbox(imap: ImapClient, folder: str) -> None:
    """CHECK is done there, and refused without a mailbox."""
    expect.refused(imap.command("CHECK"))
    imap.select(folder)
    expect.ok(imap.command("CHECK"))


@requirement("RFC3501:6.4.5-1", "MAIL-09")
@pytest.mark.parametrize(
    ("item", "section", "seen"),
    [("RFC822", "BODY[]", True), ("RFC822.HEADER", "BODY[HEADER]", False), ("RFC822.TEXT", "BODY[TEXT]", True)],
)
def test_rfc822_items_are_old_names_of_sections(
    imap: ImapClient, folder: str, append: Append, item: str, section: str, seen: bool
) -> None:
    r"""The same octets under the old name; RFC822.HEADER alone does not set \Seen."""
    append(folder)
    imap.select(folder)
    data = imap.fetch(1, item).only()
    expect.equal(rb"\seen" in {flag.lower() for flag in imap.fetch(1, "FLAGS").only().flags or ()}, seen, r"\Seen")
    octets = imap.fetch(1, section.replace("BODY", "BODY.PEEK")).only().get(section)
    expect.equal(data.get(item), octets, item)


@requirement("RFC3501:6.4.7-2", "MAIL-07")
def test_a_copy_is_recent(imap: ImapClient, folder: str, world: World, append: Append) -> None:
    r"""A copy is \Recent for whoever opens the destination next, though the original is no more."""
    destination = world.folder_name("-destination")
    imap.create(destination)
    append(folder)
    imap.select(folder)
    imap.select(folder)
    imap.copy(1, destination)
    expect.equal(imap.select(destination).recent, 1, "RECENT of the destination")

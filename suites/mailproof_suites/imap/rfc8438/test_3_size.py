"""STATUS (SIZE), RFC 8438."""

from __future__ import annotations

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import StatusData
from mailproof_suites.imap.rfc9208.quotas import storage

pytestmark = needs("imap:STATUS=SIZE|IMAP4rev2")


def size(imap: ImapClient, name: str) -> int:
    """SIZE of a mailbox, which has to be its only item."""
    items = imap.status(name, "SIZE").items
    expect.equal(set(items), {"SIZE"}, "items of STATUS")
    return int(items["SIZE"])


def sizes(imap: ImapClient, name: str) -> int:
    """Sum of RFC822.SIZE; the mailbox is not selected afterwards."""
    imap.examine(name)
    total = sum(data.size_octets or 0 for data in imap.fetch("1:*", "(RFC822.SIZE)").values())
    imap.command("CLOSE").require_ok()
    return total


@requirement("RFC8438:3-1", "FOLD-05")
def test_size_follows_what_comes_and_goes(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """After each APPEND and each EXPUNGE, SIZE is at least the sum of the sizes; it falls when a large message goes."""
    for length in (10, 20_000, 300):
        append(folder, make_message(body="x\n" * length))
        total = sizes(imap, folder)
        expect.that(size(imap, folder) >= total, "SIZE", expected=f"at least {total}", actual=size(imap, folder))
    before = size(imap, folder)
    imap.select(folder)
    imap.store(2, "+FLAGS", [r"\Deleted"])
    imap.expunge()
    imap.command("CLOSE").require_ok()
    after, total = size(imap, folder), sizes(imap, folder)
    expect.that(total <= after < before, "SIZE after EXPUNGE", expected=f"{total} to {before - 1}", actual=after)


@requirement("RFC8438:3-1", "FOLD-05")
def test_size_follows_copies(
    imap: ImapClient, folder: str, world: World, append: Append, make_message: MakeMessage
) -> None:
    """A mailbox filled by COPY has a size, too."""
    destination = world.folder_name("-destination")
    imap.create(destination)
    for length in (100, 5000):
        append(folder, make_message(body="x\n" * length))
    imap.select(folder)
    imap.copy("1:*", destination)
    total = sizes(imap, destination)
    expect.that(
        size(imap, destination) >= total > 10_000, "SIZE", expected=f"at least {total}", actual=size(imap, destination)
    )


@requirement("RFC8438:3-2", "FOLD-05")
@needs("imap:LIST-STATUS|IMAP4rev2")
def test_list_tells_the_size(imap: ImapClient, folder: str, append: Append) -> None:
    """LIST RETURN (STATUS (SIZE)) and STATUS (SIZE) agree."""
    append(folder)
    answer = imap.command("LIST", '""', folder, "RETURN (STATUS (SIZE))")
    expect.equal(answer.only(StatusData).items["SIZE"], size(imap, folder), "SIZE in LIST")


@requirement("RFC8438:3-3")
@needs("imap:QUOTA=RES-STORAGE")
def test_size_is_what_the_quota_counts(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """A message raises the usage of STORAGE, in units of 1024 octets, as much as it raises SIZE."""
    used, _ = storage(imap, folder)
    append(folder, make_message(body="0123456789abcdef 0123456789abcdef\n" * 12000))
    grown = storage(imap, folder)[0] - used
    size = imap.status(folder, "SIZE").items["SIZE"]
    expect.that(abs(grown - size / 1024) <= 1, "growth of STORAGE", expected=f"about {size // 1024}", actual=grown)

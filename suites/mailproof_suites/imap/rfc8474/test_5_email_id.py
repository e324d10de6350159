"""EMAILID and THREADID, RFC 8474 sections 5 and 6."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement

pytestmark = needs("imap:OBJECTID")


def ids(imap: ImapClient, item: str, numbers: str = "1:*") -> list[bytes | None]:
    """The identifiers of the messages, in order."""
    found = imap.fetch(numbers, f"({item})")
    return [found[number][item] for number in sorted(found)]


@requirement("RFC8474:5.1-1")
def test_emailid_belongs_to_the_content(
    imap: ImapClient, imap2: ImapClient, folder: str, append: Append, make_message: MakeMessage
) -> None:
    """Different messages differ; flags and another session change nothing."""
    for body in ("one", "two", "three"):
        append(folder, make_message(body=body))
    imap.select(folder)
    before = ids(imap, "EMAILID")
    expect.equal(len(set(before)), 3, f"different identifiers among {before}")
    imap.store("1:*", "+FLAGS", [r"\Seen", r"\Flagged"])
    imap2.select(folder)
    expect.equal(ids(imap2, "EMAILID"), before, "identifiers in another session")


@requirement("RFC8474:5.1-2", "RFC8474:5.2-1", "MAIL-07")
@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_copies_keep_both_identifiers(imap: ImapClient, folder: str, world: World, append: Append, verb: str) -> None:
    """The message in the destination has the EMAILID and the THREADID of the one in the source."""
    if verb == "MOVE" and "MOVE" not in imap.capabilities:
        pytest.skip("the server has no MOVE")
    destination = world.folder_name("-destination")
    imap.create(destination)
    append(folder)
    imap.select(folder)
    before = ids(imap, "EMAILID"), ids(imap, "THREADID")
    imap.command(verb, "1", destination).require_ok()
    imap.select(destination)
    expect.equal(ids(imap, "EMAILID"), before[0], "EMAILID", requirement="RFC8474:5.1-2")
    expect.equal(ids(imap, "THREADID"), before[1], "THREADID", requirement="RFC8474:5.2-1")


@requirement("RFC8474:5.2-2", "RFC8474:5.2-3")
def test_related_messages_have_one_threadid(
    imap: ImapClient, folder: str, world: World, append: Append, make_message: MakeMessage, token: str
) -> None:
    """A message, its reply in another mailbox and a stranger: two threads, and no EMAILID among them."""
    other = world.folder_name("-other")
    imap.create(other)
    first = f"<first.{token}@mailproof.test>"
    append(folder, make_message(subject=f"Plans {token}", headers={"Message-ID": first}))
    append(folder, make_message(subject=f"Other things {token}"))
    append(other, make_message(subject=f"Re: Plans {token}", headers={"References": first, "In-Reply-To": first}))
    imap.select(folder)
    threads, emails = ids(imap, "THREADID"), ids(imap, "EMAILID")
    imap.select(other)
    threads += ids(imap, "THREADID")
    emails += ids(imap, "EMAILID")
    if set(threads) == {None}:
        pytest.skip("the server tells no THREADID")
    expect.equal(set(threads) & set(emails), set(), "identifiers used for both", requirement="RFC8474:5.2-3")
    expect.equal(threads[2], threads[0], "THREADID of the reply", requirement="RFC8474:5.2-2")
    expect.that(threads[1] != threads[0], "THREADID of the stranger", expected="another", actual=threads)


@requirement("RFC8474:5.2-4")
def test_threadid_never_changes(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, token: str
) -> None:
    """Two strangers stay strangers when a message comes that refers to both."""
    names = [f"<{number}.{token}@mailproof.test>" for number in range(2)]
    for number, name in enumerate(names):
        append(folder, make_message(subject=f"Part {number} {token}", headers={"Message-ID": name}))
    imap.select(folder)
    before = ids(imap, "THREADID")
    append(folder, make_message(subject=f"Both {token}", headers={"References": " ".join(names)}))
    imap.noop()
    expect.equal(ids(imap, "THREADID", "1:2"), before, "THREADIDs of the first two")


@requirement("RFC8474:6-1", "MAIL-12")
@pytest.mark.parametrize("key", ["EMAILID", "THREADID"])
def test_search_by_identifier(
    imap: ImapClient, folder: str, append: Append, make_message: MakeMessage, token: str, key: str
) -> None:
    """Each identifier finds the messages that have it; one that nobody has finds nothing."""
    for number in range(3):
        append(folder, make_message(subject=f"Subject {number} of {token}"))
    imap.select(folder)
    found = ids(imap, key)
    if set(found) == {None}:
        pytest.skip(f"the server tells no {key}")
    for each in found:
        expected = [number for number, other in enumerate(found, start=1) if other == each]
        expect.equal(sorted(imap.search(key, each or b"")), expected, f"messages found by {each!r}")
    expect.equal(list(imap.search(key, "no-such-id-0")), [], "messages found by an identifier of nobody")


@requirement("RFC8474:6-2")
@pytest.mark.parametrize(
    "key", ["EMAILID", "THREADID", 'EMAILID ""', "THREADID a.b", "EMAILID (a)", f"EMAILID {'a' * 256}"]
)
def test_what_is_no_identifier_is_bad(imap: ImapClient, folder: str, append: Append, key: str) -> None:
    """An identifier has 1 to 255 letters, digits, hyphens and underscores."""
    append(folder)
    imap.select(folder)
    expect.bad(imap.command(f"SEARCH {key}", on_purpose=True))


@requirement("RFC8474:5.2-5")
def test_a_threadid_that_is_nil_finds_nothing(imap: ImapClient, folder: str, append: Append) -> None:
    """THREADID is an identifier, or NIL; where it is NIL, SEARCH THREADID matches nothing."""
    append(folder)
    imap.select(folder)
    data = imap.fetch(1, "(THREADID)").only()
    expect.contains(data.items, "THREADID", "items of FETCH (THREADID)")
    if data.get("THREADID") is None:
        expect.equal(list(imap.search("THREADID", "T1")), [], "messages found by THREADID")

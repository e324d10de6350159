"""COPY, RFC 9051 section 6.4.7 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement

DATE = "15-Jun-2024 06:07:08 +0200"


@pytest.fixture
def target_folder(imap: ImapClient, world: World) -> str:
    """A second folder of the case's own."""
    name = world.folder_name("-copies")
    imap.create(name)
    return name


@requirement("RFC9051:6.4.7-1", "RFC9051:2.3.3-3", "RFC3501:2.3.3-2", "RFC3501:6.4.7-1", "MAIL-07")
def test_a_copy_has_the_octets_flags_and_date_of_the_original(
    imap: ImapClient, folder: str, target_folder: str, append: Append, make_message: MakeMessage
) -> None:
    r"""Text, \Flagged and \Answered, and INTERNALDATE are those of the original, which stays."""
    message = make_message()
    append(folder, message, [r"\Flagged", r"\Answered"], DATE)
    imap.select(folder)
    before = imap.fetch(1, "(INTERNALDATE FLAGS)").only()
    imap.copy(1, target_folder)
    expect.equal(imap.search("ALL"), [1], "messages in the source")
    imap.select(target_folder)
    copy = imap.fetch(1, "(INTERNALDATE FLAGS BODY.PEEK[])").only()
    expect.equal(copy.body, message, "the copy")
    flags = {flag.lower() for flag in copy.flags or ()} - {rb"\recent"}
    expect.equal(flags, {rb"\flagged", rb"\answered"}, "flags of the copy")
    dates = [expect.given(data.internal_date, "INTERNALDATE").at for data in (before, copy)]
    expect.equal(dates[1], dates[0], "INTERNALDATE of the copy")


@requirement("RFC9051:6.4.7-2", "MAIL-07")
@pytest.mark.parametrize("uid", [False, True], ids=["COPY", "UID-COPY"])
@pytest.mark.parametrize("names", ["2", "2:3", "1,4", "4,2", "1:*"])
def test_sets_are_copied_whole(
    imap: ImapClient, folder: str, target_folder: str, append: Append, make_message: MakeMessage, names: str, uid: bool
) -> None:
    """Adjacent and scattered messages arrive, each once, and no others."""
    bodies = [make_message(subject=f"number {number}") for number in range(1, 5)]
    uids = [append(folder, body) for body in bodies]
    imap.select(folder)
    chosen = {"2": [2], "2:3": [2, 3], "1,4": [1, 4], "4,2": [2, 4], "1:*": [1, 2, 3, 4]}[names]
    imap.copy(",".join(str(uids[number - 1]) for number in chosen) if uid else names, target_folder, uid=uid)
    imap.select(target_folder)
    got = {data.body for data in imap.fetch("1:*", "BODY.PEEK[]").values()}
    expect.equal(got, {bodies[number - 1] for number in chosen}, "messages in the destination")
    expect.equal(len(imap.search("ALL")), len(chosen), "number of messages in the destination")


@requirement("RFC9051:6.4.7-3", "RFC9051:6.4.7-6", "RFC3501:6.4.7-3", "RFC3501:6.4.7-4", "RFC3501:6.4.7-5", "MAIL-07")
@pytest.mark.parametrize("verb", ["COPY", "UID COPY"])
def test_a_missing_destination_is_not_created(
    imap: ImapClient, folder: str, world: World, append: Append, verb: str
) -> None:
    """COPY to a name that does not exist is refused with NO [TRYCREATE]."""
    uid = append(folder)
    imap.select(folder)
    missing = world.folder_name("-missing")
    answer = imap.command(verb, str(uid) if verb == "UID COPY" else "1", imap.mailbox(missing))
    expect.no(answer, code="TRYCREATE")
    expect.equal(imap.list_mailboxes("", missing), [], "LIST of the missing folder")


@requirement("RFC9051:6.4.7-4", "MAIL-07")
@pytest.mark.parametrize("uid", [False, True])
def test_a_copy_into_the_same_mailbox_is_a_new_message(
    imap: ImapClient, folder: str, append: Append, uid: bool
) -> None:
    """The source may be the destination."""
    first = append(folder)
    imap.select(folder)
    imap.copy(first if uid else 1, folder, uid=uid)
    imap.noop()
    found = imap.search("ALL", uid=True)
    expect.equal(len(found), 2, "number of messages")
    expect.equal(found[0], first, "UID of the original")


@requirement("RFC9051:6.4.7-5")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_uid_copy_of_unknown_uids_copies_nothing(
    imap: ImapClient, folder: str, target_folder: str, append: Append
) -> None:
    """A UID that is not there is no error; nothing is copied, and no COPYUID tells otherwise."""
    uid = append(folder)
    imap.select(folder)
    copied = imap.copy(uid + 1000, target_folder, uid=True)
    expect.equal(copied.pairs(), {}, "pairs in COPYUID")
    expect.equal(imap.status(target_folder, "MESSAGES").items["MESSAGES"], 0, "messages in the destination")


@requirement("RFC9051:7.1-2", "MAIL-07")
@needs("imap:UIDPLUS|IMAP4rev2")
def test_copyuid_pairs_originals_with_copies(
    imap: ImapClient, folder: str, target_folder: str, append: Append, make_message: MakeMessage
) -> None:
    """Each source UID stands with the UID of its copy, under the UIDVALIDITY of the destination."""
    uids = {append(folder, make_message(subject=name)): name.encode() for name in ("one", "two", "three")}
    imap.select(folder)
    copied = imap.copy(uids, target_folder, uid=True)
    pairs = copied.pairs()
    expect.equal(set(pairs), set(uids), "source UIDs")
    expect.equal(imap.select(target_folder).uid_validity, copied.uid_validity, "UIDVALIDITY of the destination")
    copies = imap.fetch("1:*", "(UID ENVELOPE)", uid=True)
    subjects = {old: expect.given(copies[new].envelope, "ENVELOPE").subject for old, new in pairs.items()}
    expect.equal(subjects, uids, "subjects of the copies by source UID")

"""MAILBOXID, RFC 8474 section 4."""

from __future__ import annotations

import pytest

from mailproof_suites.case import Completion, ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:OBJECTID")


def told(answer: Completion) -> bytes:
    """The identifier in the MAILBOXID code of an answer."""
    return bytes(expect.given(answer.find_code("MAILBOXID"), "MAILBOXID").args[0])


def of(imap: ImapClient, name: str) -> bytes:
    """The identifier that STATUS tells."""
    return bytes(imap.status(name, "MAILBOXID").items["MAILBOXID"])


@requirement("RFC8474:4.1-1")
def test_create_tells_it_in_the_tagged_ok(imap: ImapClient, world: World) -> None:
    """The code stands in the completion, and STATUS tells the same."""
    name = world.folder_name("-new")
    answer = imap.command("CREATE", name)
    expect.ok(answer)
    code = expect.given(answer.code, "response code of the tagged OK")
    expect.equal((code.name, bytes(code.args[0])), ("MAILBOXID", of(imap, name)), "the code")


@requirement("RFC8474:4.2-1", "RFC8474:4.3-1", "RFC8474:4-4")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_opening_and_status_tell_the_same(imap: ImapClient, imap2: ImapClient, folder: str, verb: str) -> None:
    """The identifier is one in every command and every session."""
    answer = imap.command(verb, folder).require_ok()
    codes = [bytes(each.code.args[0]) for each in answer.named("OK") if each.code and each.code.name == "MAILBOXID"]
    expect.equal(codes, [of(imap2, folder)], f"MAILBOXID in untagged OKs of {verb}")


@requirement("RFC8474:4-1")
def test_mailboxes_differ(imap: ImapClient, folder: str, world: World) -> None:
    """The inbox and two folders have three identifiers."""
    other = world.folder_name("-other")
    imap.create(other)
    ids = [of(imap, name) for name in ("INBOX", folder, other)]
    expect.equal(len(set(ids)), 3, f"different identifiers among {ids}")


@requirement("RFC8474:4-3", "FOLD-02")
def test_rename_keeps_it(imap: ImapClient, folder: str, world: World) -> None:
    """The mailbox is the same under its new name, and so are its children."""
    child = f"{folder}{world.capabilities.delimiter}child"
    imap.create(child)
    before = of(imap, folder), of(imap, child)
    renamed = world.folder_name("-renamed")
    imap.rename(folder, renamed)
    expect.equal((of(imap, renamed), of(imap, child.replace(folder, renamed))), before, "identifiers after RENAME")


@requirement("RFC8474:4-2", "FOLD-03")
def test_a_new_mailbox_of_an_old_name_has_another(imap: ImapClient, folder: str) -> None:
    """DELETE and CREATE make another mailbox."""
    before = of(imap, folder)
    imap.delete(folder)
    imap.create(folder)
    expect.that(of(imap, folder) != before, "MAILBOXID", expected=f"not {before!r}", actual=before)


@requirement("RFC8474:4-2", "FOLD-02")
def test_a_new_mailbox_of_a_moved_name_has_another(imap: ImapClient, folder: str, world: World) -> None:
    """The old name, made anew after a RENAME, is not the mailbox that moved."""
    renamed = world.folder_name("-renamed")
    imap.rename(folder, renamed)
    imap.create(folder)
    expect.that(of(imap, folder) != of(imap, renamed), "MAILBOXIDs", expected="different", actual=of(imap, folder))

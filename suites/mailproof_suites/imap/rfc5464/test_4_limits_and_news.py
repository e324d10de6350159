"""Limits of METADATA, entries of the server and unasked news, RFC 5464 sections 3.3, 4.1, 4.3 and 4.4."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement

pytestmark = needs("imap:METADATA")


@requirement("RFC5464:4.3-5")
def test_setting_is_not_answered_with_the_data(imap: ImapClient, folder: str) -> None:
    """SETMETADATA gives no METADATA response."""
    answer = imap.command("SETMETADATA", folder, '(/private/comment "x")').require_ok()
    expect.equal(answer.named("METADATA"), [], "METADATA responses")


@requirement("RFC5464:4.3-6")
def test_one_entry_too_many_is_told(imap: ImapClient, folder: str) -> None:
    """Ever more entries are set, until one is NO [METADATA TOOMANY]; a server without such a limit is fine."""
    for number in range(500):
        answer = imap.command("SETMETADATA", folder, f'(/private/vendor/mailproof/n{number} "x")')
        if not answer.ok:
            expect.no(answer, code="METADATA")
            expect.equal(answer.find_code("METADATA").args[:1], ("TOOMANY",), "kind of the code METADATA")  # type: ignore[union-attr]
            return
    pytest.skip("the server takes 500 entries of a mailbox")


@requirement("RFC5464:4.3-7")
def test_private_entries_work_or_are_told_not_to(imap: ImapClient, folder: str) -> None:
    """OK, or NO [METADATA NOPRIVATE]."""
    answer = imap.command("SETMETADATA", folder, '(/private/comment "x")')
    if not answer.ok:
        expect.no(answer, code="METADATA")
        expect.that("NOPRIVATE" in answer.line, "code", expected="METADATA NOPRIVATE", actual=answer.line)


@requirement("RFC5464:3.3-3")
def test_entries_of_the_server_are_set_or_refused(imap: ImapClient) -> None:
    """A user who may not set an entry of the server is answered by NO, not by BAD."""
    answer = imap.command("SETMETADATA", '""', '(/private/vendor/mailproof/case "x")')
    expect.one_of(answer.status, {"OK", "NO"}, "SETMETADATA of the server")
    if answer.ok:
        imap.command("SETMETADATA", '""', "(/private/vendor/mailproof/case NIL)").require_ok()


@requirement("RFC5464:4.1-5", "RFC5464:4.4-1")
@needs("imap:ENABLE")
def test_changes_by_others_are_told_once_enabled(imap: ImapClient, imap2: ImapClient, folder: str) -> None:
    """If ENABLE METADATA is confirmed, another session's change is told by the name of the entry, without its value."""
    answer = imap.enable("METADATA")
    confirmed = [name.upper() for each in answer.named("ENABLED") for name in each.data]
    imap.select(folder)
    imap2.command("SETMETADATA", folder, '(/shared/comment "secret")').require_ok()
    told = [each.data for each in imap.noop().named("METADATA")]
    if b"METADATA" not in confirmed:
        expect.equal(told, [], "METADATA responses without ENABLE METADATA")
        return
    entries = {name.lower(): value for data in told for name, value in data.entries.items()}
    expect.equal(entries, {b"/shared/comment": ...}, "entries told, without values")

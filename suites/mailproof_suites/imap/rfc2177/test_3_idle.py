"""IDLE, RFC 2177 (RFC 9051 section 6.3.13)."""

import pytest

from mailproof_suites.case import Append, ConnectImap, Deliver, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import Untagged

pytestmark = needs("imap:IDLE|IMAP4rev2")

PUSH_S = 10.0
"""How long a change may take to be pushed. No RFC has a number; a client that idles expects seconds."""


@requirement("RFC2177:3-1", "RFC9051:6.3.13-1", "RFC2177:3-8")
@pytest.mark.parametrize("state", ["authenticated", "selected"])
def test_idle_begins_with_a_continuation_and_ends_with_done(imap: ImapClient, folder: str, state: str) -> None:
    """`+` comes, DONE is answered by OK, and commands work on; a mailbox need not be selected."""
    if state == "selected":
        imap.select(folder)
    with imap.idle() as idle:
        pass
    expect.ok(expect.given(idle.completion, "the end of IDLE"))
    expect.ok(imap.command("NOOP"))


@requirement("RFC2177:3-1", "RFC9051:6.3.13-1", "RFC2177:3-8")
@pytest.mark.parametrize("word", [b"done", b"Done", b"dOnE"])
def test_done_counts_in_any_letter_case(imap: ImapClient, folder: str, word: bytes) -> None:
    """DONE is a string of the grammar, which ABNF compares without letter case."""
    imap.select(folder)
    tag = imap.start("IDLE")
    expect.given(imap.await_continuation(tag), "a continuation request")
    imap.send_line(word)
    expect.ok(imap.finish(tag))


@requirement("RFC2177:3-2")
@pytest.mark.parametrize(
    "line", [b"DONE now", b"STOP", b"x1 NOOP", b"", b"x1 DONE"], ids=["more", "word", "noop", "empty", "tag"]
)
def test_anything_but_done_is_bad(imap: ImapClient, folder: str, line: bytes) -> None:
    """A line that is not DONE ends the IDLE with BAD."""
    imap.select(folder)
    tag = imap.start("IDLE")
    expect.given(imap.await_continuation(tag), "a continuation request")
    imap.send_line(line, on_purpose=True)
    expect.bad(imap.finish(tag))


@requirement("RFC2177:3-3")
def test_new_messages_are_pushed(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """EXISTS comes by itself for each message that another session appends."""
    imap.select(folder)
    with imap.idle() as idle:
        for number in (1, 2):
            append(folder, client=imap2)
            pushed = idle.wait(lambda each: each.name == "EXISTS", PUSH_S)
            expect.equal(pushed.number, number, "EXISTS pushed")


@requirement("RFC2177:3-3", "RFC2177:3-4")
def test_delivered_mail_is_pushed(imap: ImapClient, inbox: str, deliver: Deliver) -> None:
    """EXISTS comes for mail that arrives by SMTP."""
    before = imap.select(inbox).exists or 0
    with imap.idle() as idle:
        deliver()
        pushed = idle.wait(lambda each: each.name == "EXISTS" and (each.number or 0) > before, imap.timeout_s + PUSH_S)
    expect.that(pushed.number, "EXISTS pushed", expected=f"above {before}", actual=pushed.number)


@requirement("RFC2177:3-3", "MAIL-09")
def test_changed_flags_are_pushed(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """FETCH with the new flags comes by itself."""
    append(folder)
    append(folder)
    imap.select(folder)
    imap2.select(folder)

    def has_flag(each: Untagged) -> bool:
        return each.name == "FETCH" and rb"\flagged" in {flag.lower() for flag in each.data.flags or ()}

    with imap.idle() as idle:
        imap2.store(2, "+FLAGS.SILENT", [r"\Flagged"])
        expect.equal(idle.wait(has_flag, PUSH_S).number, 2, "number of the message whose flags were pushed")


@requirement("RFC2177:3-3")
def test_expunged_messages_are_pushed(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """EXPUNGE comes by itself, and the view is right afterwards."""
    uids = [append(folder, flags=[r"\Deleted"] if number == 2 else []) for number in (1, 2, 3)]
    imap.select(folder)
    imap2.select(folder)
    with imap.idle() as idle:
        imap2.expunge()
        expect.equal(idle.wait_for("EXPUNGE", PUSH_S).number, 2, "EXPUNGE pushed")
    expect.equal(imap.search("ALL", uid=True), [uids[0], uids[2]], "UIDs afterwards")


@requirement("RFC2177:3-5")
def test_what_changed_before_idle_is_not_lost(imap: ImapClient, imap2: ImapClient, folder: str, append: Append) -> None:
    """A message that came between the last command and IDLE is told when IDLE begins."""
    imap.select(folder)
    append(folder, client=imap2)
    with imap.idle() as idle:
        expect.equal(idle.wait_for("EXISTS", PUSH_S).number, 1, "EXISTS pushed")


@requirement("RFC2177:3-6")
def test_idle_before_signing_in_is_refused(connect_imap: ConnectImap) -> None:
    """IDLE belongs to the states after signing in."""
    client = connect_imap(login=False)
    tag = client.start("IDLE")
    expect.equal(client.await_continuation(tag), None, "a continuation request")
    expect.refused(client.finish(tag))

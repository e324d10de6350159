"""BDAT, RFC 3030 section 2."""

import pytest

from mailproof_suites.case import MakeMessage, SmtpClient, expect, needs, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, Stored, begin, body, refused

pytestmark = needs("smtp:CHUNKING")
_TEXT = b".\r\n..dots\r\n.\r\nQUIT\r\nlast line\r\n"


@requirement("RFC3030:2-1")
@pytest.mark.parametrize("size", [1 << 20, 100, 1], ids=["one_chunk", "chunks_of_100", "single_octets"])
def test_chunks_arrive_octet_for_octet(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored, size: int
) -> None:
    """However the message is cut, each chunk gets 250 and the text arrives; dots are not doubled."""
    message = make_message(body=_TEXT)
    head, tail = (message, b"") if size > 1 else (message[:-40], message[-40:])
    begin(smtp, own, own)
    chunks = [head[at : at + max(size, 100)] for at in range(0, len(head), max(size, 100))]
    chunks += [bytes([octet]) for octet in tail]
    for chunk in chunks[:-1]:
        expect.reply(smtp.bdat(chunk), 250)
    expect.reply(smtp.bdat(chunks[-1], last=True), 250)
    expect.equal(body(stored(mark_of(message))), _TEXT, "body of the delivered message")


@requirement("RFC3030:2-2")
def test_the_last_chunk_may_be_empty(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """`BDAT 0 LAST` ends the message."""
    message = make_message(body=_TEXT)
    begin(smtp, own, own)
    expect.reply(smtp.bdat(message), 250)
    expect.reply(smtp.bdat(b"", last=True), 250)
    expect.equal(body(stored(mark_of(message))), _TEXT, "body of the delivered message")


@requirement("RFC3030:2-1")
def test_a_line_end_may_be_cut_in_two(smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored) -> None:
    """CR ends one chunk and LF begins the next: it is one line end."""
    message = make_message(body=b"one\r\ntwo\r\n")
    cut = message.index(b"one") + 4
    begin(smtp, own, own)
    expect.reply(smtp.bdat(message[:cut]), 250)
    expect.reply(smtp.bdat(message[cut:], last=True), 250)
    expect.equal(body(stored(mark_of(message))), b"one\r\ntwo\r\n", "body of the delivered message")


@requirement("RFC3030:2-3")
def test_data_after_bdat_is_out_of_order(smtp: SmtpClient, own: str, make_message: MakeMessage) -> None:
    """DATA in a transaction that has begun with BDAT: 503; after RSET all is well."""
    begin(smtp, own, own)
    smtp.bdat(make_message()).require(250)
    expect.reply(smtp.command("DATA"), 503)
    expect.reply(smtp.rset(), 250)
    expect.reply(smtp.mail(own), 250)


@requirement("RFC3030:2-4")
def test_bdat_after_the_last_chunk_is_out_of_order(
    smtp: SmtpClient, own: str, make_message: MakeMessage, stored: Stored
) -> None:
    """A chunk behind LAST: 503, its octets are skipped, and the message that was complete is not harmed."""
    message = make_message()
    begin(smtp, own, own)
    smtp.bdat(message, last=True).require(250)
    expect.reply(smtp.bdat(b"QUIT\r\n", last=True), 503)
    expect.reply(smtp.noop(), 250)
    stored(mark_of(message))


@requirement("RFC3030:2-5")
@pytest.mark.parametrize("stage", ["no_mail", "no_rcpt", "all_refused"])
def test_octets_of_a_refused_chunk_are_skipped(smtp: SmtpClient, own: str, unknown: str, stage: str) -> None:
    """A chunk out of order is refused, and what is in it is not read as commands."""
    if stage != "no_mail":
        smtp.mail(own).require(250)
    if stage == "all_refused":
        smtp.rcpt(unknown)
    refused(smtp.bdat(b"QUIT\r\n" * 20, last=True), "the reply to a chunk out of order")
    expect.reply(smtp.noop(), 250)


@requirement("RFC3030:2-6")
def test_chunks_in_the_pipeline_behind_a_failed_one_are_skipped(smtp: SmtpClient, own: str) -> None:
    """Three chunks without a transaction in one write: three refusals, and the octets of none are obeyed."""
    chunk = b"BDAT 6\r\nQUIT\r\n"
    smtp.send_raw(chunk * 2 + b"BDAT 6 LAST\r\nQUIT\r\n" + b"NOOP\r\n")
    codes = [smtp.read_reply().code for _ in range(4)]
    expect.that(all(code >= 500 for code in codes[:3]), "replies to the chunks", expected="5yz", actual=codes)
    expect.equal(codes[3], 250, "the reply to NOOP behind them")


@requirement("RFC3030:2-7")
def test_rset_between_chunks_forgets_them(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies, stored: Stored
) -> None:
    """The text of an abandoned message neither arrives nor gets into the next one."""
    lost, kept = make_message(body=b"lost\r\n"), make_message(body=b"kept\r\n")
    begin(smtp, own, own)
    smtp.bdat(lost).require(250)
    expect.reply(smtp.rset(), 250)
    begin(smtp, own, own)
    smtp.bdat(kept, last=True).require(250)
    expect.equal(body(stored(mark_of(kept))), b"kept\r\n", "body of the second message")
    expect.equal(copies(mark_of(lost)), 0, "messages of the first transaction")


@requirement("RFC3030:2-8")
@pytest.mark.parametrize("line", ["BDAT", "BDAT x", "BDAT -1", "BDAT 1 FIRST", "BDAT LAST"])
def test_a_bdat_that_cannot_be_read_is_refused(smtp: SmtpClient, own: str, line: str) -> None:
    """Without a readable size: refused; the connection may end, since nobody knows what follows."""
    begin(smtp, own, own)
    answer = smtp.command(line, on_purpose=True)
    expect.that(answer.permanent or answer.code == 421, "the reply", expected="5yz or 421", actual=answer.line)
    try:
        expect.reply(smtp.noop(), 250, 421)
    except ConnectionClosed:
        expect.note("the connection ends after a BDAT that cannot be read")

"""QUIT, VRFY, EXPN and HELP, RFC 5321 sections 4.1.1.6 to 4.1.1.10 and 7.3."""

from mailproof_suites.case import ConnectSmtp, MakeMessage, SmtpClient, expect, requirement
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.messages import mark_of
from mailproof_suites.smtp.dialogue import Copies, begin


@requirement("RFC5321:4.1.1.10-1")
def test_quit_gets_221_and_the_end_of_the_connection(connect_smtp: ConnectSmtp) -> None:
    """QUIT before anything else: 221, then the server closes."""
    client = connect_smtp(login=False)
    expect.reply(client.command("QUIT"), 221)
    try:
        extra = client.read_reply()
    except ConnectionClosed:
        return
    raise expect.fail("what follows 221", expected="the end of the connection", actual=extra.line)


@requirement("RFC5321:4.1.1.10-2")
def test_quit_ends_a_transaction_without_sending(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies
) -> None:
    """Sender and recipient were given, then QUIT: nothing is delivered."""
    message = make_message()
    begin(smtp, own, own)
    expect.reply(smtp.quit(), 221)
    expect.equal(copies(mark_of(message)), 0, "messages that arrived")


@requirement("RFC5321:6.1-2")
def test_a_connection_that_breaks_within_a_message_delivers_nothing(
    smtp: SmtpClient, own: str, make_message: MakeMessage, copies: Copies
) -> None:
    """The client vanishes after the text, before its final dot: the message was never taken."""
    message = make_message()
    begin(smtp, own, own)
    smtp.command("DATA").require(354)
    smtp.send_raw(message)
    smtp.close()
    expect.equal(copies(mark_of(message)), 0, "messages that arrived")


@requirement("RFC5321:7.3-1")
def test_vrfy_does_not_claim_what_it_has_not_verified(smtp: SmtpClient, unknown: str) -> None:
    """An address that nobody has is never verified with 250: 252, 502, or a refusal."""
    answer = smtp.command(f"VRFY {unknown}")
    expect.reply(answer, 252, 502, 550, 551, 553, 554)


@requirement("RFC5321:3.5.3-1", "RFC5321:3.5.1-2")
def test_vrfy_of_the_own_address_has_one_of_its_replies(smtp: SmtpClient, own: str) -> None:
    """250 or 251 with the mailbox, 252 where it cannot be verified, 502 where VRFY is switched off."""
    answer = smtp.command(f"VRFY {own}")
    expect.reply(answer, 250, 251, 252, 502)
    if answer.code in (250, 251):
        expect.contains(answer.text.lower(), own.lower(), "the text of a reply that verifies an address")
        expect.lacks(answer.text, ":", "the text of a reply that verifies an address (source routes)")


@requirement("RFC5321:3.5.3-2")
def test_expn_is_announced_where_it_works(smtp: SmtpClient, unknown: str) -> None:
    """EXPN of an unknown list is not 250; and where it is not refused as unsupported, EHLO lists it."""
    answer = smtp.command(f"EXPN {unknown}")
    expect.reply(answer, 252, 500, 502, 504, 550, 553, 554)
    if answer.code in (550, 553) and "EXPN" not in smtp.extensions:
        expect.note("EXPN answers like a supported command, and EHLO does not list it")


@requirement("RFC5321:4.1.1.8-1")
def test_help_has_one_of_its_replies(smtp: SmtpClient) -> None:
    """HELP gets 211 or 214, or 502 where it is not implemented."""
    expect.reply(smtp.command("HELP"), 211, 214, 500, 502)

"""Every message of the corpus goes in by APPEND and comes back unchanged (RFC 9051 sections 6.3.12 and 7.5.2)."""

from collections.abc import Callable

from mailproof_fixtures.corpus import CorpusMessage
from mailproof_suites.case import ImapClient, Literal, expect, requirement
from mailproof_suites.imap.eight_bit import may_append


@requirement("CORPUS:append-1", "CORPUS:append-2", "MAIL-17")
def test_an_appended_message_comes_back_unchanged(
    imap: ImapClient, folder: str, corpus_message: CorpusMessage, check_structure: Callable[[ImapClient, int], None]
) -> None:
    """BODY[] is the message, RFC822.SIZE its size, and ENVELOPE and BODYSTRUCTURE make sense."""
    message = corpus_message.data
    may_append(imap, message)
    answer = imap.command("APPEND", imap.mailbox(folder), Literal(message), on_purpose=b"\0" in message)
    # RFC 9051 section 4.3 has no NUL in literals, and RFC 3502 section 6.3.11 lets an empty one cancel the APPEND; RFC
    # 9051 section 6.3.12 has NO for an error in the message's text, so what is malformed need not be taken.
    special = b"\0" in message or not message
    malformed = corpus_message.name.startswith("malformed/") and answer.status == "NO"
    if (special or malformed) and not answer.ok:
        expect.refused(answer)
        expect.note(f"refused: {answer.text.decode('utf-8', 'replace')}")
        return
    expect.ok(answer)
    imap.select(folder)
    data = imap.fetch(1, "(UID RFC822.SIZE BODY.PEEK[])").only()
    if not special:
        expect.equal(data.body, message, "BODY[]", requirement="CORPUS:append-1")
        expect.equal(data.size_octets, len(message), "RFC822.SIZE", requirement="CORPUS:append-1")
    with expect.step("the structure"):
        check_structure(imap, expect.given(data.uid, "UID"))

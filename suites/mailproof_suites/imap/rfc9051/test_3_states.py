"""Which commands belong to which state, RFC 9051 section 3 (RFC 3501 the same)."""

import pytest

from mailproof_suites.case import ConnectImap, ImapClient, expect, requirement


@requirement("RFC9051:3-1")
@pytest.mark.parametrize(
    "line",
    [
        "SELECT INBOX",
        "EXAMINE INBOX",
        'LIST "" "*"',
        "STATUS INBOX (MESSAGES)",
        "CREATE x",
        "DELETE x",
        "SUBSCRIBE x",
        "FETCH 1 FLAGS",
        "SEARCH ALL",
        "STORE 1 FLAGS ()",
        "EXPUNGE",
        "CLOSE",
        "UID FETCH 1 FLAGS",
        "ENABLE CONDSTORE",
    ],
)
def test_nothing_but_signing_in_works_before_signing_in(connect_imap: ConnectImap, line: str) -> None:
    """A command of a later state is answered by BAD or NO, and gives nothing away."""
    client = connect_imap(login=False)
    answer = client.command(line)
    expect.refused(answer)
    given = [response.name for response in answer.untagged if response.name not in ("OK", "NO", "BAD")]
    expect.equal(given, [], "untagged data given to a stranger")


@requirement("RFC9051:3-2")
@pytest.mark.parametrize(
    "line",
    [
        "FETCH 1 FLAGS",
        "SEARCH ALL",
        r"STORE 1 FLAGS (\Seen)",
        "COPY 1 INBOX",
        "EXPUNGE",
        "CLOSE",
        "UID FETCH 1 FLAGS",
        "UID SEARCH ALL",
        "UID STORE 1 FLAGS ()",
        "UID COPY 1 INBOX",
    ],
)
def test_message_commands_need_a_selected_mailbox(imap: ImapClient, line: str) -> None:
    """Without a selected mailbox they are answered by BAD or NO."""
    expect.refused(imap.command(line))


@requirement("RFC9051:3-3")
@pytest.mark.parametrize("line", ["LOGIN someone secret", "AUTHENTICATE PLAIN"])
def test_nobody_signs_in_twice(imap: ImapClient, line: str) -> None:
    """LOGIN and AUTHENTICATE belong to the state before signing in."""
    expect.refused(imap.command(line))
    expect.ok(imap.command("STATUS", "INBOX", "(MESSAGES)"))

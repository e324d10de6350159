"""Fixtures of the base cases of IMAP: IMAP4rev2 mode, messages for searches, ENVELOPE and BODYSTRUCTURE of a text."""

import base64
from collections.abc import Callable

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, Literal, MakeMessage, World, expect
from mailproof_suites.clients.imap import BodyPart, Envelope
from mailproof_suites.imap.eight_bit import may_append


@pytest.fixture
def rev2(connect_imap: ConnectImap) -> ImapClient:
    """A connection of the case's own account that has enabled IMAP4rev2; the case declares `imap:IMAP4rev2`."""
    client = connect_imap()
    client.enable("IMAP4rev2")
    return client


@pytest.fixture
def destination(imap: ImapClient, folder: str, world: World) -> str:
    """A second folder of the case's own."""
    name = world.folder_name("-destination")
    imap.create(name)
    return name


@pytest.fixture
def append_odd(imap: ImapClient) -> Callable[[str, bytes], None]:
    """`append_odd(folder, message)`: APPEND of what need not be taken: NO may mean "error in … message text"."""

    def send(folder: str, message: bytes) -> None:
        may_append(imap, message)
        answer = imap.command("APPEND", imap.mailbox(folder), Literal(message))
        expect.one_of(answer.status, {"OK", "NO"}, "the answer to APPEND")
        if not answer.ok:
            pytest.skip(f"the server does not take such a message: {answer.text.decode('utf-8', 'replace')}")

    return send


@pytest.fixture
def envelope_of(imap: ImapClient, folder: str, append_odd: Callable[[str, bytes], None]) -> Callable[[bytes], Envelope]:
    """`envelope_of(head)`: ENVELOPE of a message with a Date and these header fields."""

    def ask(head: bytes) -> Envelope:
        append_odd(folder, b"Date: Thu, 01 Feb 2024 00:00:00 +0000\r\n" + head + b"\r\ntext\r\n")
        imap.select(folder)
        return expect.given(imap.fetch("*", "ENVELOPE").only().envelope, "ENVELOPE")

    return ask


@pytest.fixture
def structure_of(imap: ImapClient, folder: str, append: Append) -> Callable[[bytes], BodyPart]:
    """`structure_of(rest)`: BODYSTRUCTURE of a message that ends with these octets; BODY tells the same parts."""

    def ask(rest: bytes) -> BodyPart:
        message = b"From: f@x.test\r\nDate: Thu, 01 Feb 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\n" + rest
        may_append(imap, message)
        append(folder, message)
        imap.select(folder)
        data = imap.fetch("*", "(BODY BODYSTRUCTURE)").only()
        whole = expect.given(data.body_structure, "BODYSTRUCTURE")
        plain: BodyPart = expect.given(data.get("BODY"), "BODY")
        kinds = [[(number, part.content_type) for number, part in each.walk()] for each in (plain, whole)]
        expect.equal(kinds[0], kinds[1], "parts in BODY, beside those in BODYSTRUCTURE")
        return whole

    return ask


@pytest.fixture
def five(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> list[int]:
    """Five messages that differ in everything that a search key looks at; the folder is selected. Returns the UIDs."""
    encoded = base64.b64encode("Zwölf Äpfel und eine Birne".encode()).decode()
    first = make_message(
        subject="Quarterly REPORT",
        sender="Anna Example <anna@sender.test>",
        to="Bert <bert@recipient.test>",
        headers={"Cc": "carl@copy.test", "Bcc": "dora@blind.test", "Date": "Thu, 01 Feb 2024 23:30:00 -0800"},
        body="Apples and oranges.\n",
    )
    second = make_message(
        subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?= from afar",
        headers={"Date": "Sun, 10 Mar 2024 10:00:00 +0000", "Content-Transfer-Encoding": "base64"},
        body=encoded + "\n",
    )
    third = make_message(subject="x" * 10, headers={"Subject": None, "X-Empty": "", "X-Kind": "odd"}, body="Pears.\n")
    fourth = make_message(
        subject="long", headers={"Date": "Sat, 02 Mar 2024 00:10:00 +1400"}, body="Filler of a long text.\n" * 400
    )
    fifth = make_message(
        subject="soft",
        headers={"Content-Transfer-Encoding": "quoted-printable", "Date": "Fri, 02 Feb 2024 08:00:00 +0000"},
        body="The word cut=\nting is cut.\n",
    )
    uids = [append(folder, first, [r"\Seen", r"\Flagged"], "05-Feb-2024 12:00:00 +0000")]
    uids.append(append(folder, second, [r"\Answered"], "10-Mar-2024 12:00:00 +0000"))
    uids.append(append(folder, third, [r"\Draft", r"\Deleted"], "06-Feb-2024 12:00:00 +0000"))
    uids.append(append(folder, fourth, (), "07-Feb-2024 12:00:00 +0000"))
    uids.append(append(folder, fifth, (), "08-Feb-2024 12:00:00 +0000"))
    imap.select(folder)
    return uids

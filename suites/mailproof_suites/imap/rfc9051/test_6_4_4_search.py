"""SEARCH keys, RFC 9051 section 6.4.4 (RFC 3501 the same): one table over five messages."""

import base64

import pytest

from mailproof_suites.case import Append, ImapClient, Literal, MakeMessage, expect, requirement

ALL = [1, 2, 3, 4, 5]


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


@requirement("RFC9051:6.4.4-1", "MAIL-12")
@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("ALL", ALL),
        ("ANSWERED", [2]),
        ("UNANSWERED", [1, 3, 4, 5]),
        ("DELETED", [3]),
        ("UNDELETED", [1, 2, 4, 5]),
        ("DRAFT", [3]),
        ("UNDRAFT", [1, 2, 4, 5]),
        ("FLAGGED", [1]),
        ("UNFLAGGED", [2, 3, 4, 5]),
        ("SEEN", [1]),
        ("UNSEEN", [2, 3, 4, 5]),
        ("KEYWORD $NobodySetThis", []),
        ("UNKEYWORD $NobodySetThis", ALL),
        ("FROM anna@sender.test", [1]),
        ('FROM "anna example"', [1]),
        ("TO bert", [1]),
        ("CC carl@copy", [1]),
        ("BCC dora@blind", [1]),
        ("SUBJECT quarterly", [1]),
        ('SUBJECT "ly rep"', [1]),
        ("SUBJECT xxxxxxxxxx", []),
        ("BODY APPLES", [1]),
        ("BODY Quarterly", []),
        ("BODY cutting", [5]),
        ("TEXT oranges", [1]),
        ("TEXT quarterly", [1]),
        ("HEADER X-Kind odd", [3]),
        ("HEADER x-kind ODD", [3]),
        ('HEADER X-Empty ""', [3]),
        ('HEADER X-Kind ""', [3]),
        ('HEADER Subject ""', [1, 2, 4, 5]),
        ("HEADER X-Kind even", []),
        ("LARGER 8000", [4]),
        ("SMALLER 8000", [1, 2, 3, 5]),
        ("BEFORE 6-Feb-2024", [1]),
        ('ON "06-Feb-2024"', [3]),
        ("SINCE 08-Feb-2024", [2, 5]),
        ("SENTON 1-Feb-2024", [1]),
        ("SENTON 2-Mar-2024", [4]),
        ("SENTBEFORE 2-Feb-2024", [1]),
        ("SENTSINCE 3-Mar-2024 SENTBEFORE 1-Apr-2024", [2]),
        ("2:3", [2, 3]),
        ("5,1", [1, 5]),
        ("*", [5]),
        ("4:*", [4, 5]),
        ("NOT SEEN", [2, 3, 4, 5]),
        ("NOT NOT SEEN", [1]),
        ("OR SEEN DELETED", [1, 3]),
        ("OR OR SEEN DELETED ANSWERED", [1, 2, 3]),
        ("NOT (OR SEEN DELETED)", [2, 4, 5]),
        ("(SEEN FLAGGED)", [1]),
        ("SEEN DELETED", []),
        ("OR (1:4 UNSEEN NOT DELETED) (FLAGGED)", [1, 2, 4]),
        ("NOT 2:4", [1, 5]),
        ("((((3))))", [3]),
        ("UNSEEN SINCE 7-Feb-2024 LARGER 5000", [4]),
    ],
)
@pytest.mark.usefixtures("five")
def test_each_key_finds_the_messages_that_it_should(imap: ImapClient, keys: str, found: list[int]) -> None:
    """Flags, addresses, texts, dates, sizes, sets, and their combinations."""
    expect.equal(sorted(imap.search(keys)), found, f"SEARCH {keys}")


@requirement("RFC9051:6.4.4-2", "MAIL-12")
def test_uid_keys_and_uid_search(imap: ImapClient, five: list[int]) -> None:
    """The UID key takes UIDs, known or not; UID SEARCH answers with UIDs, while numbers in its keys stay numbers."""
    expect.equal(imap.search(f"UID {five[1]},{five[3]},{five[4] + 1000}"), [2, 4], "SEARCH UID")
    expect.equal(imap.search("2:3", uid=True), five[1:3], "UID SEARCH of sequence numbers")
    expect.equal(imap.search(f"UID {five[4]}:*", uid=True), [five[4]], "UID SEARCH UID n:*")
    expect.equal(imap.search(f"UID {five[4] + 50}:*", uid=True), [five[4]], "UID SEARCH with n above the last UID")


@requirement("RFC9051:6.4.4-3")
@pytest.mark.parametrize(
    ("charset", "text", "found"),
    [
        ("UTF-8", "Grüße".encode(), [2]),
        ("utf-8", "grüße FROM".encode(), [2]),
        ("UTF-8", b"Quarterly", [1]),
        ("US-ASCII", b"Quarterly", [1]),
    ],
)
@pytest.mark.usefixtures("five")
def test_charset_and_encoded_words(imap: ImapClient, charset: str, text: bytes, found: list[int]) -> None:
    """Encoded words of headers are decoded before they are compared with a string of the charset named."""
    expect.equal(imap.search("CHARSET", charset, "SUBJECT", Literal(text)), found, f"SUBJECT {text.decode()}")


@requirement("RFC9051:6.4.4-3", "MAIL-12")
@pytest.mark.parametrize("key", ["BODY", "TEXT"])
@pytest.mark.usefixtures("five")
def test_encoded_bodies_are_decoded(imap: ImapClient, key: str) -> None:
    """Text that stands in base64 is found by what it says."""
    expect.equal(imap.search("CHARSET UTF-8", key, Literal("Zwölf Äpfel".encode())), [2], "messages found")
    expect.equal(imap.search(key, "Birne"), [2], "messages found by the ASCII part")


@requirement("RFC9051:6.4.4-4")
@pytest.mark.usefixtures("five")
def test_an_unknown_charset_is_refused(imap: ImapClient) -> None:
    """A charset that the server lacks gives NO, with BADCHARSET."""
    answer = imap.command("SEARCH", "CHARSET", "X-NO-SUCH-CHARSET", "SUBJECT", Literal(b"report"))
    expect.no(answer)
    expect.no(answer, code="BADCHARSET")

"""SEARCH keys, RFC 9051 section 6.4.4 (RFC 3501 the same): one table over five messages."""

import pytest

from mailproof_suites.case import ImapClient, expect, requirement

ALL = [1, 2, 3, 4, 5]


@requirement("RFC9051:6.4.4-1", "RFC9051:6.4.4-19", "MAIL-12")
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

"""Searching and sorting, on every store: named cases, and a property test against plain Python (`oracle`)."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Flag, Flags, NewItem
from mailproof_server.model.query import (
    All,
    And,
    BodyContains,
    ChangedSince,
    ContentIs,
    DateField,
    DayRange,
    HasFlag,
    HasKeyword,
    HeaderContains,
    InstantRange,
    Not,
    Or,
    Query,
    SizeRange,
    SortField,
    SortKey,
    TextContains,
    ThreadIs,
    UidIn,
)
from tests.store.making import EVERYTHING, NOW, Driver, content, new
from tests.store.oracle import Stored, in_order, matches

EAST = timezone(timedelta(hours=12))
WEST = timezone(timedelta(hours=-11))


@pytest.fixture
def owner(driver: Driver) -> AccountId:
    return driver.account()


@pytest.fixture
def inbox(driver: Driver, owner: AccountId) -> Folder:
    return driver.inbox(owner)


def found(driver: Driver, folder: Folder, query: Query, *sort: SortKey) -> list[int]:
    quick = driver.read(lambda view: view.search(folder.id, query, sort))
    assert driver.read(lambda view: view.search(folder.id, query, sort), slow=True) == quick
    return list(quick)


def test_a_header_is_searched_in_its_own_field_alone(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(1, headers="subject:grüße\nto:bob\nreceived:one\nreceived:two alice\nx-empty:\n"))
    driver.add(inbox, new(1, headers="to:alice\nx-subject:grüße\nsubject:\n"))
    for name, text, expected in (
        ("Subject", "GRÜSSE", []),
        ("subject", "grüße", []),  # casefold makes ss of it; the stored text must have been folded the same way
        ("To", "ALICE", [2]),
        ("to", "o", [1]),
        ("received", "Alice", [1]),
        ("received", "one", [1]),
        ("received", "one\nreceived", []),
        ("subject", "", [1, 2]),
        ("X-Empty", "", [1]),
        ("empty", "", []),
        ("sub", "", []),
        ("bcc", "", []),
        ("x-empty", "o", []),
    ):
        assert found(driver, inbox, HeaderContains(name, text)) == expected, (name, text)


def test_text_is_searched_in_headers_and_body(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(1, headers="subject:50% off_\n", body="straße".casefold()))
    driver.add(inbox, new(1, headers="subject:500 off\n", body="50%\x00hidden"))
    assert found(driver, inbox, BodyContains("STRASSE")) == [1]
    assert found(driver, inbox, BodyContains("Hidden")) == [2], "a NUL does not end the text"
    assert found(driver, inbox, TextContains("50%")) == [1, 2]
    assert found(driver, inbox, TextContains("f_")) == [1]
    assert found(driver, inbox, BodyContains("")) == found(driver, inbox, TextContains("")) == [1, 2]


def test_days_disregard_time_and_zone(driver: Driver, inbox: Folder) -> None:
    """RFC 3501 6.4.4: "disregarding time and timezone": the calendar day that the date itself shows."""
    late = datetime(2026, 5, 10, 23, 30, tzinfo=WEST)
    early = datetime(2026, 5, 10, 0, 30, tzinfo=EAST)
    for at in (late, early):
        driver.add(inbox, NewItem(content(sent_at=at), received_at=at))
    the_day, next_day = date(2026, 5, 10), date(2026, 5, 11)
    for field in (DateField.RECEIVED, DateField.SENT):
        assert found(driver, inbox, DayRange(field, the_day, next_day)) == [1, 2]
        assert found(driver, inbox, DayRange(field, next_day)) == []
        assert found(driver, inbox, DayRange(field, None, the_day)) == []
        assert found(driver, inbox, InstantRange(field, late)) == [1]
        assert found(driver, inbox, InstantRange(field, None, early)) == [2]
        assert found(driver, inbox, InstantRange(field, early, late)) == [1, 2]


def test_a_message_without_a_date_was_sent_when_received(driver: Driver, inbox: Folder) -> None:
    """RFC 5256 2.2."""
    day = datetime(2026, 5, 10, 12, tzinfo=UTC)
    driver.add(inbox, NewItem(content(sent_at=day + timedelta(days=1)), received_at=day))
    driver.add(inbox, NewItem(content(), received_at=day))
    assert found(driver, inbox, DayRange(DateField.SENT, None, date(2026, 5, 11))) == [2]
    assert found(driver, inbox, All(), SortKey(SortField.SENT)) == [2, 1]
    rows = driver.read(lambda view: view.thread_rows(inbox.id, All()))
    assert [row.sent_at for row in rows] == [day + timedelta(days=1), day]


def test_saved_dates_are_those_of_arrival_here(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, NewItem(content(), received_at=datetime(1999, 1, 1, tzinfo=UTC)))
    assert found(driver, inbox, DayRange(DateField.SAVED, NOW.date())) == [1]
    assert found(driver, inbox, DayRange(DateField.SAVED, None, NOW.date())) == []
    assert found(driver, inbox, InstantRange(DateField.SAVED, NOW, NOW)) == [1]


def test_ids_find_copies_and_conversations(driver: Driver, owner: AccountId, inbox: Folder) -> None:
    driver.add(inbox, new(1, message_id="<1@x>"), new(2, message_id="<2@x>", in_reply_to="<1@x>"), new(3))
    driver.write(lambda tx: tx.copy_items(inbox.id, [(1, 1)], inbox.id, NOW))
    rows = driver.read(lambda view: view.rows(inbox.id))
    assert found(driver, inbox, ContentIs(f"M{rows[0].content_id}")) == [1, 4]
    assert found(driver, inbox, ThreadIs(rows[0].thread_id)) == [1, 2, 4]
    for nonsense in ("", "M", "M0", "M-1", f"M0{rows[0].content_id}", "M9999999999999999999999", "Tzz", "💥"):
        assert found(driver, inbox, ContentIs(nonsense)) == found(driver, inbox, ThreadIs(nonsense)) == []


def test_sizes_are_strict(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(9), new(10), new(11))
    assert found(driver, inbox, SizeRange(larger_bytes=10)) == [3]
    assert found(driver, inbox, SizeRange(smaller_bytes=10)) == [1]
    assert found(driver, inbox, SizeRange(9, 11)) == [2]


def test_uid_sets_of_any_shape_are_searched(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, *(new(1) for _ in range(60)))
    odd = UidIn(tuple((uid, uid) for uid in range(1, 60, 2)))
    assert found(driver, inbox, odd) == list(range(1, 60, 2))
    assert found(driver, inbox, Not(odd)) == list(range(2, 61, 2))
    assert found(driver, inbox, And((odd, UidIn(((10, 20), (58, 2**32 - 1)))))) == [11, 13, 15, 17, 19, 59]
    assert found(driver, inbox, UidIn(())) == []
    assert found(driver, inbox, Or((UidIn(()), UidIn(((60, 70),))))) == [60]


def test_no_terms_are_all_or_nothing(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new())
    assert found(driver, inbox, And(())) == [1]
    assert found(driver, inbox, Or(())) == []


def test_a_thousand_terms_are_fine(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(1, body="needle"))
    many = tuple(BodyContains(f"x{n}") for n in range(1500))
    assert found(driver, inbox, Or((*many, BodyContains("needle")))) == [1]
    assert found(driver, inbox, And(tuple(Not(term) for term in many))) == [1]
    chain: Query = BodyContains("needle")
    for term in many:
        chain = Or((term, chain))
    assert found(driver, inbox, chain) == [1], "OR a OR b OR c … as IMAP has it"


def test_nesting_is_followed_deeply_but_not_endlessly(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(1, Flag.SEEN), new(1))

    def nested(levels: int) -> Query:
        query: Query = HasFlag(Flag.SEEN)
        for level in range(levels):
            query = And((All(), Or((BodyContains(f"x{level}"), Not(query)))))
        return query

    for levels in range(1, 49):
        assert found(driver, inbox, nested(levels)) == ([2] if levels % 2 else [1]), levels
    with pytest.raises(Invalid):
        found(driver, inbox, nested(60))
    negations: Query = HasFlag(Flag.SEEN)
    for _ in range(501):
        negations = Not(negations)
    assert found(driver, inbox, negations) == [2]


def test_descending_sorts_keep_ascending_uids_among_equals(driver: Driver, inbox: Folder) -> None:
    driver.add(inbox, new(5), new(7), new(5), new(7))
    assert found(driver, inbox, All(), SortKey(SortField.SIZE, descending=True)) == [2, 4, 1, 3]
    subjects = ("b", "é", "B", "a", "")
    driver.write(lambda tx: tx.remove_items(inbox.id, EVERYTHING, only_deleted=False))
    driver.add(inbox, *(new(1, base_subject=subject) for subject in subjects))
    assert found(driver, inbox, All(), SortKey(SortField.SUBJECT)) == [9, 7, 8, 5, 6], "sort keys compare by code point"


def test_thread_rows_carry_what_threading_needs(driver: Driver, inbox: Folder) -> None:
    sent = datetime(2026, 1, 1, tzinfo=EAST)
    fields = {"message_id": "<2@x>", "in_reply_to": "<1@x>", "references": ("<0@x>", "<1@x>")}
    driver.add(inbox, new(1), new(1, sent_at=sent, subject="Re: S", base_subject="S", **fields))
    (row,) = driver.read(lambda view: view.thread_rows(inbox.id, UidIn(((2, 2),))))
    assert (row.uid, row.message_id, row.in_reply_to, row.references) == (2, "<2@x>", "<1@x>", ("<0@x>", "<1@x>"))
    assert (row.subject, row.base_subject, row.sent_at.isoformat()) == ("Re: S", "S", sent.isoformat())
    assert driver.read(lambda view: view.thread_rows(inbox.id, UidIn(((1, 1),))))[0].references == ()


# -- against plain Python ---------------------------------------------------------------------------------------------

_text = st.text("abÄ:\n", max_size=3).map(str.casefold)
_word = st.text("abÄ", max_size=3).map(str.casefold)
_lines = st.lists(st.tuples(st.sampled_from(["a", "b", "subject"]), _word), max_size=3)
_moments = st.datetimes(
    datetime(2026, 5, 9),  # noqa: DTZ001 -- hypothesis puts the zone on
    datetime(2026, 5, 12),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, EAST, WEST]),
)
_days = st.none() | st.dates(date(2026, 5, 8), date(2026, 5, 13))
_contents = st.builds(
    content,
    st.binary(max_size=4),
    headers=_lines.map(lambda lines: "".join(f"{name}:{value}\n" for name, value in lines)),
    body=_text,
    sent_at=st.none() | _moments,
    message_id=st.sampled_from(["", "<1>", "<2>", "<3>"]),
    references=st.lists(st.sampled_from(["<1>", "<2>", "<3>"]), max_size=2).map(tuple),
    base_subject=_word,
    sort_from=_word,
    sort_to=_word,
    sort_cc=_word,
    display_from=_word,
    display_to=_word,
)
_items = st.builds(
    NewItem,
    _contents,
    st.builds(Flags, st.integers(0, 31).map(Flag), st.frozensets(st.sampled_from(["k1", "K2"]))),
    _moments,
)
_uids = st.integers(1, 8)
_ranges = st.frozensets(_uids, max_size=6).map(lambda uids: tuple((uid, uid) for uid in sorted(uids)))
_fields = st.sampled_from([DateField.RECEIVED, DateField.SENT])
_leaves = st.one_of(
    st.just(All()),
    st.builds(HasFlag, st.integers(0, 31).map(Flag)),
    st.builds(HasKeyword, st.sampled_from(["K1", "k2", "k"])),
    st.builds(UidIn, _ranges | st.tuples(st.tuples(_uids, st.integers(8, 2**32 - 1)))),
    st.builds(DayRange, st.sampled_from(DateField), _days, _days),
    st.builds(InstantRange, _fields, st.none() | _moments, st.none() | _moments),
    st.builds(SizeRange, st.none() | st.integers(0, 4), st.none() | st.integers(0, 4)),
    st.builds(HeaderContains, st.sampled_from(["A", "b", "Subject", "c"]), _word),
    st.builds(BodyContains, _text),
    st.builds(TextContains, _text),
    st.builds(ChangedSince, st.integers(12, 22)),
    st.builds(ContentIs, st.integers(0, 9).map("M{}".format)),
)
_queries = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
_sorts = st.lists(st.builds(SortKey, st.sampled_from(SortField), st.booleans()), max_size=3)
_names = count()


@pytest.fixture
def bench(driver: Driver, owner: AccountId) -> tuple[Driver, Folder]:
    return driver, driver.role(owner, FolderRole.ROOT)


# One store serves all examples: each works in a folder of its own.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(_items, max_size=6), queries=st.lists(_queries, min_size=1, max_size=4), sort=_sorts)
def test_searching_agrees_with_plain_python(
    bench: tuple[Driver, Folder], items: list[NewItem], queries: list[Query], sort: list[SortKey]
) -> None:
    driver, root = bench
    folder = driver.write(lambda tx: tx.create_folder(root.account_id, root.id, f"example {next(_names)}"))
    for item in items:
        driver.add(folder, item)
    rows = driver.read(lambda view: view.rows(folder.id))
    stored = [Stored(item, row) for item, row in zip(items, rows, strict=True)]
    for query in [*queries, *(ThreadIs(row.thread_id) for row in rows[:2])]:
        expected = [each for each in stored if matches(each, query)]
        quick = driver.read(lambda view, q=query: view.search(folder.id, q, sort))
        assert quick == in_order(expected, sort), query
        threads = driver.read(lambda view, q=query: view.thread_rows(folder.id, q))
        assert [row.uid for row in threads] == [each.row.uid for each in expected]

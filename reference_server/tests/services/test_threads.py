"""Threading by hand-made examples of RFC 5256, and against a slow reading of the same text."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.services.threads import ThreadAlgorithm, threads
from mailproof_server.store.base import ThreadRow
from mailproof_server.wire.mime.subjects import base_subject

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(uid, message_id="", references=(), subject="", minutes=None, in_reply_to=""):
    at = START + timedelta(minutes=uid if minutes is None else minutes)
    return ThreadRow(uid, message_id, in_reply_to, tuple(references), subject, base_subject(subject)[0].casefold(), at)


def shape(found):
    """Nested lists: [uid or None, children…]."""
    return [[each.uid, *shape(each.children)] for each in found]


def references(*rows):
    return shape(threads(rows, ThreadAlgorithm.REFERENCES))


def ordered_subject(*rows):
    return shape(threads(rows, ThreadAlgorithm.ORDERED_SUBJECT))


def test_ordered_subject_splits_where_the_subject_changes():
    assert ordered_subject(
        row(1, subject="B", minutes=5),
        row(2, subject="a", minutes=9),
        row(3, subject="Re: b", minutes=1),
        row(4, subject="A", minutes=7),
        row(5, subject="A", minutes=8),
    ) == [[3, [1]], [4, [5], [2]]]


def test_nothing_gives_no_threads():
    assert references() == ordered_subject() == []


def test_a_chain_of_references_is_a_chain():
    assert references(row(1, "<1>"), row(2, "<2>", ["<1>"]), row(3, "<3>", ["<1>", "<2>"])) == [[1, [2, [3]]]]


def test_the_order_of_arrival_does_not_matter():
    assert references(
        row(1, "<3>", ["<1>", "<2>"], minutes=3), row(2, "<2>", ["<1>"], minutes=2), row(3, "<1>", minutes=1)
    ) == [[3, [2, [1]]]]


def test_in_reply_to_counts_when_there_are_no_references():
    assert references(row(1, "<1>"), row(2, "<2>", in_reply_to="<1>")) == [[1, [2]]]
    assert references(row(1, "<1>"), row(2, "<2>"), row(3, "<3>", ["<2>"], in_reply_to="<1>")) == [[1], [2, [3]]]


def test_a_missing_parent_of_one_child_vanishes_and_of_two_stands_as_a_dummy():
    assert references(row(1, "<1>", ["<gone>"])) == [[1]]
    assert references(row(1, "<1>", ["<gone>"]), row(2, "<2>", ["<gone>"])) == [[None, [1], [2]]]
    # Below the top its children are promoted.
    assert references(row(1, "<1>"), row(2, "<2>", ["<1>", "<x>"]), row(3, "<3>", ["<1>", "<x>"])) == [[1, [2], [3]]]


def test_loops_are_not_made():
    assert references(row(1, "<1>", ["<1>"])) == [[1]]
    assert references(row(1, "<1>", ["<2>"]), row(2, "<2>", ["<1>"])) == [[2, [1]]]
    assert references(row(1, "<1>", ["<a>", "<b>", "<a>"]), row(2, "<2>", ["<b>", "<a>"])) == [[None, [1], [2]]]


def test_a_message_id_used_twice_belongs_to_the_first():
    assert references(row(1, "<1>"), row(2, "<1>"), row(3, "<3>", ["<1>"])) == [[1, [3]], [2]]


def test_the_messages_own_references_win_over_hearsay():
    # The first message claims that <2> follows <x>; <2> itself says that it follows <y>.
    assert references(row(1, "<1>", ["<x>", "<2>"]), row(2, "<2>", ["<y>"]), row(3, "<y>"), row(4, "<x>")) == [
        [3, [2, [1]]],
        [4],
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Plan", "Re: Plan", [[1, [2]]]),
        ("Re: Plan", "Plan", [[2, [1]]]),
        ("Plan", "plan", [[None, [1], [2]]]),
        ("Re: Plan", "Fwd: Plan", [[None, [1], [2]]]),
        ("Plan", "Plan B", [[1], [2]]),
        ("", "", [[1], [2]]),
        ("Re:", "Re:", [[1], [2]]),
        ("Plan", "[list] Re: Plan (fwd)", [[1, [2]]]),
    ],
)
def test_threads_of_the_same_subject_are_gathered(first, second, expected):
    assert references(row(1, "<1>", subject=first), row(2, "<2>", subject=second)) == expected


def test_two_dummies_of_one_subject_become_one():
    assert references(
        row(1, "<1>", ["<x>"], "Plan"),
        row(2, "<2>", ["<y>"], "Plan"),
        row(3, "<3>", ["<x>"], "Other"),
        row(4, "<4>", ["<y>"], "Plan"),
    ) == [[None, [1], [2], [3], [4]]]


def test_a_message_joins_a_dummy_of_its_subject():
    assert references(
        row(1, "<1>", subject="Plan"), row(2, "<2>", ["<x>"], "Plan"), row(3, "<3>", ["<x>"], "Plan")
    ) == [[None, [1], [2], [3]]]


def test_siblings_and_threads_go_by_date_then_by_place():
    assert references(
        row(1, "<1>", minutes=9),
        row(2, "<2>", ["<1>"], minutes=8),
        row(3, "<3>", ["<1>"], minutes=7),
        row(4, "<4>", minutes=5),
        row(5, "<5>", minutes=5),
    ) == [[4], [5], [1, [3], [2]]]


def test_a_chain_as_long_as_a_folder_needs_no_recursion():
    count = 5000
    chain = [row(uid, f"<{uid}>", [f"<{uid - 1}>"] if uid > 1 else []) for uid in range(1, count + 1)]
    for rows in (chain, chain[::-1]):
        (thread,) = threads(rows, ThreadAlgorithm.REFERENCES)
        depth = 1
        while thread.children:
            (thread,) = thread.children
            depth += 1
        assert depth == count


# -- a slow oracle: the RFC's sentences one after the other, on plain dictionaries ------------------------------------


class Slow:
    def __init__(self, rows):
        self.rows = {each.uid: each for each in rows}
        self.parent = {}
        self.names = {}
        for each in rows:
            key = ("m", each.uid)
            self.parent[key] = None
            if each.message_id and each.message_id not in self.names:
                self.names[each.message_id] = key
        for each in rows:
            self.link(each)

    def above(self, key):
        found = []
        while key is not None:
            found.append(key)
            key = self.parent[key]
        return found

    def named(self, identifier):
        if identifier not in self.names:
            self.names[identifier] = ("d", identifier)
            self.parent["d", identifier] = None
        return self.names[identifier]

    def link(self, each):
        identifiers = list(each.references) or ([each.in_reply_to] if each.in_reply_to else [])
        keys = [self.named(identifier) for identifier in identifiers]
        for parent, child in pairwise(keys):
            if self.parent[child] is None and child not in self.above(parent):
                self.parent[child] = parent
        own = ("m", each.uid)
        self.parent[own] = None
        if keys and own not in self.above(keys[-1]):
            self.parent[own] = keys[-1]

    def children(self, key):
        return [each for each, parent in self.parent.items() if parent == key]

    def row(self, key):
        if key[0] == "m":
            return self.rows[key[1]]
        return min((self.row(each) for each in self.children(key)), key=lambda each: (each.sent_at, each.uid))

    def is_reply(self, key):
        return key[0] == "m" and base_subject(self.rows[key[1]].subject)[1]

    def prune(self):
        while True:
            for key in list(self.parent):
                children = self.children(key)
                if key[0] == "m" or (self.parent[key] is None and len(children) > 1):
                    continue
                for child in children:
                    self.parent[child] = self.parent[key]
                del self.parent[key]
                break
            else:
                return

    def order(self, keys):
        return sorted(keys, key=lambda key: (self.row(key).sent_at, self.row(key).uid))

    def gather(self):
        top = self.order(self.children(None))
        subject = {key: self.row(key).base_subject for key in top}
        table = {}
        for key in top:
            if not subject[key]:
                continue
            known = table.get(subject[key])
            if known is None or (
                known[0] == "m" and (key[0] == "d" or (self.is_reply(known) and not self.is_reply(key)))
            ):
                table[subject[key]] = key
        for number, key in enumerate(top):
            known = table.get(subject[key])
            if known is None or known == key:
                continue
            if known[0] == key[0] == "d":
                for child in self.children(key):
                    self.parent[child] = known
                del self.parent[key]
            elif known[0] == "d" or (self.is_reply(key) and not self.is_reply(known)):
                self.parent[key] = known
            else:
                dummy = table[subject[key]] = ("d", number)
                self.parent[dummy] = None
                self.parent[known] = self.parent[key] = dummy

    def shape(self, key=None):
        found = self.order(self.children(key))
        return [[each[1] if each[0] == "m" else None, *self.shape(each)] for each in found]


IDENTIFIERS = st.sampled_from([f"<{letter}>" for letter in "abcdefg"])
ROWS = st.lists(
    st.tuples(
        IDENTIFIERS | st.just(""),
        st.lists(IDENTIFIERS, max_size=4),
        st.sampled_from(["", "Plan", "Re: Plan", "Fwd: plan", "Other", "Re: Other"]),
        st.integers(0, 4),
        IDENTIFIERS | st.just(""),
    ),
    max_size=9,
).map(lambda facts: [row(uid, *each) for uid, each in enumerate(facts, 1)])


@given(ROWS)
@settings(max_examples=200)
def test_references_agrees_with_the_slow_reading(rows):
    slow = Slow(rows)
    slow.prune()
    slow.gather()
    assert references(*rows) == slow.shape()


@given(ROWS, st.sampled_from(list(ThreadAlgorithm)))
def test_every_message_is_in_one_thread_once(rows, algorithm):
    found, todo = [], list(threads(rows, algorithm))
    while todo:
        each = todo.pop()
        todo.extend(each.children)
        if each.uid is None:
            assert len(each.children) >= 2
        else:
            found.append(each.uid)
    assert sorted(found) == [each.uid for each in rows]

"""Extended LIST, RFC 5258: patterns, selection and return options."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement
from mailproof_suites.imap.rfc5258.conftest import Names

pytestmark = needs("imap:LIST-EXTENDED|IMAP4rev2")


@requirement("RFC5258:3-1", "RFC5258:3-2")
@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        ("({} {}/two)", {"base", "two"}),
        ("({}/% {}/one/%)", {"one", "two", "one/deep"}),
        ("({}/one {}/o% {}/*)", {"one", "two", "one/deep"}),
        ('({}/two "")', {"two"}),
        ("({}/missing {}/two)", {"two"}),
    ],
)
def test_several_patterns(listed: Names, patterns: str, names: set[str]) -> None:
    """Names that match any of the patterns, each once."""
    expect.equal(set(listed(f'"" {patterns}')), names, "names listed")


@requirement("RFC5258:3-3")
@pytest.mark.parametrize("arguments", ['() "" ""', '"" ("")', '"" "" RETURN ()', '(SUBSCRIBED) "" ""'])
def test_the_empty_pattern_is_no_question(imap: ImapClient, arguments: str) -> None:
    """In an extended LIST the delimiter is not told."""
    answer = imap.command(f"LIST {arguments}")
    expect.ok(answer)
    expect.equal(answer.named("LIST"), [], "LIST responses")


@requirement("RFC5258:3-4", "RFC9051:6.3.9-12")
@pytest.mark.parametrize(
    "arguments",
    [
        '(COLOUR) "" *',
        '(SUBSCRIBED COLOUR) "" *',
        '"" * RETURN (COLOUR)',
        '"" * RETURN (CHILDREN COLOUR)',
        '"" * RETURN',
    ],
)
def test_unknown_options_are_bad(imap: ImapClient, arguments: str) -> None:
    """Nobody can carry out what nobody defined."""
    answer = imap.command(f"LIST {arguments}", on_purpose=True)
    expect.bad(answer)
    expect.equal(answer.named("LIST"), [], "LIST responses")


@requirement("RFC5258:3-5", "RFC9051:6.3.9-13")
@pytest.mark.parametrize(
    "options", ["SUBSCRIBED SUBSCRIBED", "SUBSCRIBED REMOTE SUBSCRIBED", "REMOTE SUBSCRIBED", "subscribed"]
)
def test_repeated_options_count_once(listed: Names, options: str) -> None:
    """Repetition, order and capitals of options change nothing."""
    expect.equal(set(listed(f'({options}) "" {{}}/*')), {"one/deep", "gone"}, "names listed")


@requirement("RFC5258:3-6", "RFC5258:3.2-1", "RFC9051:6.3.9-10", "RFC9051:6.3.9.2-1", "FOLD-01")
def test_return_subscribed_marks_names(listed: Names) -> None:
    r"""RETURN (SUBSCRIBED) lists the names that exist, and marks those that are subscribed."""
    found = listed('"" {}/* RETURN (SUBSCRIBED)')
    expect.equal(set(found), {"one", "one/deep", "two"}, "names listed", requirement="RFC5258:3-6")
    marked = {name for name, data in found.items() if data.has(rb"\Subscribed")}
    expect.equal(marked, {"one/deep"}, r"names with \Subscribed", requirement="RFC5258:3.2-1")


@requirement(
    "RFC5258:3.1-1", "RFC5258:3-7", "RFC9051:6.3.9-11", "RFC9051:6.3.9.1-1", "RFC9051:6.3.9.1-2", "RFC5258:3.1-4"
)
def test_select_subscribed_lists_subscriptions(listed: Names) -> None:
    r"""LIST (SUBSCRIBED) tells exactly the subscriptions; the one without a mailbox is \NonExistent."""
    found = listed('(SUBSCRIBED) "" {}*')
    expect.equal(set(found), {"one/deep", "gone"}, "names listed", requirement="RFC5258:3.1-1")
    marked = {name for name, data in found.items() if data.has(rb"\Subscribed")}
    expect.equal(marked, {"one/deep", "gone"}, r"names with \Subscribed", requirement="RFC5258:3.1-1")
    missing = {name for name, data in found.items() if data.has(rb"\NonExistent")}
    expect.equal(missing, {"gone"}, r"names with \NonExistent", requirement="RFC5258:3-7")


@requirement("RFC5258:3.1-2", "RFC9051:6.3.9-11", "RFC9051:6.3.9.1-3", "RFC5258:3.1-5")
def test_remote_is_known(listed: Names) -> None:
    """REMOTE lists local names as well; nobody's test folder is remote."""
    expect.equal(set(listed('(REMOTE) "" {}/*')), {"one", "one/deep", "two"}, "names listed")


@requirement("RFC5258:3.1-3", "RFC9051:6.3.9.1-4")
@pytest.mark.parametrize("options", ["RECURSIVEMATCH", "RECURSIVEMATCH REMOTE", "REMOTE RECURSIVEMATCH"])
def test_recursivematch_alone_is_bad(imap: ImapClient, options: str) -> None:
    """It needs something that descendants can match."""
    expect.bad(imap.command(f'LIST ({options}) "" *', on_purpose=True))


@requirement("RFC5258:3.5-1", "RFC9051:6.3.9-11", "RFC9051:6.3.9.6-1")
def test_childinfo_tells_of_descendants(listed: Names) -> None:
    """A name that is not subscribed is shown for its subscribed descendant, with CHILDINFO."""
    found = listed('(SUBSCRIBED RECURSIVEMATCH) "" {}/%')
    expect.equal(set(found), {"one", "gone"}, "names listed")
    told = {name: data.extended.get("CHILDINFO") for name, data in found.items()}
    expect.that(
        b"SUBSCRIBED" in bytes(str(told["one"]), "ascii"), "CHILDINFO", expected="SUBSCRIBED", actual=told["one"]
    )
    expect.equal(told["gone"], None, "CHILDINFO of a name without descendants")
    expect.equal(found["one"].has(rb"\Subscribed"), False, r"\Subscribed of the parent")


@requirement("RFC5258:3.5-1", "RFC9051:6.3.9-11", "RFC9051:6.3.9.6-1")
def test_without_recursivematch_there_is_no_childinfo(listed: Names) -> None:
    """The extended data item does not come unasked."""
    found = listed('(SUBSCRIBED) "" {}* RETURN (CHILDREN)') | listed('"" {}* RETURN (SUBSCRIBED)')
    expect.equal([name for name, data in found.items() if "CHILDINFO" in data.extended], [], "names with CHILDINFO")


@requirement("RFC5258:3.5-2", "RFC9051:6.3.9.6-3")
def test_parents_of_listed_names_are_left_out(listed: Names) -> None:
    """Where the pattern lists the descendant itself, its parent is not shown for it."""
    expect.equal(set(listed('(SUBSCRIBED RECURSIVEMATCH) "" {}/*')), {"one/deep", "gone"}, "names listed")


@requirement("RFC5258:4-1", "RFC9051:6.3.9-11", "RFC9051:6.3.9.5-1", "RFC5258:4-3")
def test_children_are_told(listed: Names) -> None:
    r"""RETURN (CHILDREN) gives each name the one of \HasChildren and \HasNoChildren that is true."""
    found = listed('"" {}* RETURN (CHILDREN)')
    having = {name for name, data in found.items() if data.has(rb"\HasChildren")}
    lacking = {name for name, data in found.items() if data.has(rb"\HasNoChildren") or data.has(rb"\NoInferiors")}
    expect.equal((having, lacking), ({"base", "one"}, {"one/deep", "two"}), "names with and without children")

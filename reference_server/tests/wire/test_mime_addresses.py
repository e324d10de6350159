"""Address lists: RFC 5322 appendix A, obsolete syntax, and the garbage of real headers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.mime import addresses
from mailproof_server.wire.mime.addresses import Address, Group, address_list, flatten


def plain(local: str, domain: str, name: str | None = None) -> Address:
    return Address(None if name is None else name.encode(), None, local.encode(), domain.encode())


A_5 = (
    "A Group(Some people)     :Chris Jones <c@(Chris's host.)public.example>,         joe@example.org, "
    "John <jdoe@one.test> (my dear friend); (the end of the group)"
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 5322 appendix A.1.2.
        (
            '"Joe Q. Public" <john.q.public@example.com>',
            [plain("john.q.public", "example.com", "Joe Q. Public")],
        ),
        (
            "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
            [plain("mary", "x.test", "Mary Smith"), plain("jdoe", "example.org"), plain("one", "y.test", "Who?")],
        ),
        (
            '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
            [plain("boss", "nil.test"), plain("sysservices", "example.net", 'Giant; "Big" Box')],
        ),
        # A.1.3.
        (
            "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            [
                Group(
                    b"A Group",
                    (plain("c", "a.test", "Ed Jones"), plain("joe", "where.test"), plain("jdoe", "one.test", "John")),
                )
            ],
        ),
        ("Undisclosed recipients:;", [Group(b"Undisclosed recipients", ())]),
        # A.5.
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", [plain("pete", "silly.test", "Pete")]),
        (
            A_5,
            [
                Group(
                    b"A Group",
                    (
                        plain("c", "public.example", "Chris Jones"),
                        plain("joe", "example.org"),
                        plain("jdoe", "one.test", "John"),
                    ),
                )
            ],
        ),
        ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", [Group(b"Hidden recipients", ())]),
        # A.6.1 and A.6.3.
        ("Joe Q. Public <john.q.public@example.com>", [plain("john.q.public", "example.com", "Joe Q. Public")]),
        (
            "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
            [Address(b"Mary Smith", b"@node.test", b"mary", b"example.net"), plain("jdoe", "test.example")],
        ),
        ("<@a,@b:c@d>", [Address(None, b"@a,@b", b"c", b"d")]),
        # Comments as names, quoted and literal parts, encoded-words untouched.
        ("pete@silly.test (Pete)", [plain("pete", "silly.test", "Pete")]),
        ('"a b"@c', [plain("a b", "c")]),
        ('Quoted <"a\\"b"@c>', [plain('a"b', "c", "Quoted")]),
        ("joe@[192.0.2.1]", [plain("joe", "[192.0.2.1]")]),
        ("=?utf-8?q?=C3=A4?= <a@b>", [plain("a", "b", "=?utf-8?q?=C3=A4?=")]),
        ("Дмитрий <д@почта>", [plain("д", "почта", "Дмитрий")]),
        ('"" <a@b>', [plain("a", "b", "")]),
        ("  Two   Words\t<a@b>", [plain("a", "b", "Two Words")]),
        # Garbage.
        ("Whomever", [plain("Whomever", "")]),
        ("<>", [plain("", "")]),
        ("<a@b", [plain("a", "b")]),
        ("<a@b, c@d", [plain("a", "b"), plain("c", "d")]),
        ('"unclosed <a@b>, c@d', [plain("a", "b", "unclosed"), plain("c", "d")]),
        ("A <a@b> B <c@d>", [plain("a", "b", "A"), plain("c", "d", "B")]),
        ("a@b c@d", [plain("a", "b")]),
        ("John Smith john@x.test", [plain("john", "x.test", "John Smith")]),
        ("a@b>", [plain("a", "b")]),
        ("(unclosed a@b", []),
        (";;,, , ;", []),
        ("", []),
        ("x:y:a@b;c@d", [Group(b"x", (plain("a", "b"),)), plain("c", "d")]),
        ("unclosed group: a@b, c@d", [Group(b"unclosed group", (plain("a", "b"), plain("c", "d")))]),
        ("<@foo>", [plain("", "foo")]),
        ("@", [plain("", "")]),
        ("Doe, John <j@d>", [plain("Doe", ""), plain("j", "d", "John")]),
    ],
)
def test_lists(value: str, expected: list[Address | Group]) -> None:
    assert address_list(value.encode()) == expected


def test_groups_can_be_flattened() -> None:
    assert flatten(address_list(b"x@y, g: a@b, c@d;, e@f")) == [
        plain("x", "y"),
        plain("a", "b"),
        plain("c", "d"),
        plain("e", "f"),
    ]


def test_lists_are_limited() -> None:
    assert len(address_list(b"a@b," * 20_000)) == addresses.MAX_ADDRESSES
    assert len(address_list(b"(c)a@b," * 20_000)) <= addresses.MAX_ADDRESSES


PIECES = [
    b"a",
    b"b c",
    b"@",
    b".",
    b",",
    b";",
    b":",
    b"<",
    b">",
    b'"',
    b'"q r"',
    b"(",
    b")",
    b"(c)",
    b"\\",
    b"[",
    b"]",
    b" ",
    b"\t",
]
PIECES += [b"\xc3\xa4", b"\0", b"a@b", b"<a@b>", b"N <a@b>, "]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join))
def test_any_value_gives_a_list(value: bytes) -> None:
    for entry in address_list(value):
        assert isinstance(entry, Address | Group)


NAMES = st.from_regex(r"\A[A-Za-z0-9' ]{0,12}\Z").map(lambda text: text.strip().replace("  ", " "))
LOCALS = st.from_regex(r"\A[a-z0-9+_/]{1,8}(\.[a-z]{1,3})?\Z")
DOMAINS = st.from_regex(r"\A[a-z0-9-]{1,8}(\.[a-z]{1,3}){0,2}\Z")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NAMES, LOCALS, DOMAINS, st.booleans()), min_size=1, max_size=5))
def test_both_readers_agree(entries: list[tuple[str, str, str, bool]]) -> None:
    """A comment at the beginning sends the same list to the token reader."""
    words = []
    for name, local, domain, is_quoted in entries:
        shown = f'"{name}" ' if is_quoted else f"{name} " if name else ""
        words.append(f"{shown}<{local}@{domain}>" if shown else f"{local}@{domain}")
    value = ", ".join(words).encode()
    quick = address_list(value)
    assert len(quick) == len(entries)
    slow: list[Address | Group] = []
    addresses._Reader(value, 0, slow).read()
    assert quick == slow

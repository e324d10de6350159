"""Paths, parameters, xtext: tables, round trips, and that nothing unexpected is ever raised."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.parameters import MailFrom, RcptTo, parse_mail, parse_rcpt
from mailproof_server.wire.smtp.path import NULL_PATH, BadPath, Path, is_address_literal, is_domain, parse_path
from mailproof_server.wire.smtp.reply import Reply
from mailproof_server.wire.smtp.xtext import decode_original_recipient, decode_xtext, encode_xtext


@pytest.mark.parametrize(
    ("text", "expected", "address"),
    [
        ("<a@b.example>", Path("a", "b.example"), "a@b.example"),
        ("<a.b+c=d@b.example>", Path("a.b+c=d", "b.example"), "a.b+c=d@b.example"),
        ("<!#$%&'*+-/=?^_`{|}~@b.example>", Path("!#$%&'*+-/=?^_`{|}~", "b.example"), "!#$%&'*+-/=?^_`{|}~@b.example"),
        ('<"a b"@b.example>', Path("a b", "b.example"), '"a b"@b.example'),
        ('<"a\\ b"@b.example>', Path("a b", "b.example"), '"a b"@b.example'),
        ('<"a+b"@b.example>', Path("a+b", "b.example"), "a+b@b.example"),
        ('<"a>b@c"@b.example>', Path("a>b@c", "b.example"), '"a>b@c"@b.example'),
        ('<"\\"\\\\"@b.example>', Path('"\\', "b.example"), '"\\"\\\\"@b.example'),
        ("<@one.example,@two.example:a@b.example>", Path("a", "b.example"), "a@b.example"),
        ("<a@[192.0.2.1]>", Path("a", "[192.0.2.1]"), "a@[192.0.2.1]"),
        ("<a@[IPv6:2001:db8::1]>", Path("a", "[IPv6:2001:db8::1]"), "a@[IPv6:2001:db8::1]"),
        ("<a@[x-tag:content]>", Path("a", "[x-tag:content]"), "a@[x-tag:content]"),
        ("<jörg@bücher.example>", Path("jörg", "bücher.example"), "jörg@bücher.example"),
        ("<a@1.example>", Path("a", "1.example"), "a@1.example"),
    ],
)
def test_paths(text: str, expected: Path, address: str) -> None:
    path, rest = parse_path(text + " SIZE=1", null=False, postmaster=False)
    assert (path, rest) == (expected, " SIZE=1")
    assert path.address == address
    assert parse_path(f"<{path.address}>", null=False, postmaster=False) == (expected, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<>",
        "a@b.example",
        "<a>",
        "<@b.example>",
        "<a@>",
        "<a@b.example",
        "<.a@b.example>",
        "<a.@b.example>",
        "<a..b@b.example>",
        "<a b@b.example>",
        '<"a"b@b.example>',
        '<"a@b.example>',
        '<""@b.example>',
        "<a@-b.example>",
        "<a@b-.example>",
        "<a@b_c.example>",
        "<a@b..example>",
        "<a@b.example.>",
        "<a@[192.0.2.256]>",
        "<a@[192.0.2]>",
        "<a@[IPv6:2001:db8:::1]>",
        "<a@[IPv6:fe80::1%eth0]>",
        "<a@[]>",
        "<a@b.example,c@d.example>",
        "<a@b@c.example>",
        "<@one.example:>",
        "<Postmaster>",
        "<" + "a" * 65 + "@b.example>",
        "<a@" + "b" * 64 + ".example>",
        "<a@" + ".".join(["b" * 60] * 5) + ">",
        "<a\x00@b.example>",
    ],
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(BadPath):
        parse_path(text, null=False, postmaster=False)


def test_the_lengths_of_the_standard_are_accepted() -> None:
    parse_path("<" + "a" * 64 + "@b.example>", null=False, postmaster=False)
    parse_path("<a@" + "b" * 63 + ".example>", null=False, postmaster=False)
    domain = ".".join(["b" * 62] * 4)
    assert len(f"<aa@{domain}>") == 256
    parse_path(f"<aa@{domain}>", null=False, postmaster=False)
    with pytest.raises(BadPath, match="too long"):
        parse_path(f"<aaa@{domain}>", null=False, postmaster=False)


def test_the_two_paths_without_a_domain() -> None:
    assert parse_path("<>", null=True, postmaster=False) == (NULL_PATH, "")
    assert NULL_PATH.is_null
    assert NULL_PATH.address == ""
    path, _ = parse_path("<postMaster>", null=False, postmaster=True)
    assert path == Path("postMaster", "")
    assert not path.is_null
    assert path.address == "postMaster"


@pytest.mark.parametrize("good", ["a", "a.b", "a-b.c1", "1", "xn--bcher-kva.example", "bücher.example"])
def test_domains(good: str) -> None:
    assert is_domain(good)


@pytest.mark.parametrize("bad", ["", ".", "a.", ".a", "-a", "a_b", "a b", "[192.0.2.1]", "a" * 64])
def test_no_domains(bad: str) -> None:
    assert not is_domain(bad)
    assert is_address_literal("[192.0.2.1]")


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("FROM:<>", MailFrom(path=NULL_PATH)),
        ("from:<a@b.example>", MailFrom(path=Path("a", "b.example"))),
        ("FROM: <a@b.example>", MailFrom(path=Path("a", "b.example"))),
        ("FROM:<a@b.example>  SIZE=10  ", MailFrom(path=Path("a", "b.example"), size=10)),
        ("FROM:<a@b.example> size=0 body=8bitmime", MailFrom(path=Path("a", "b.example"), size=0, body_8bit=True)),
        ("FROM:<a@b.example> BODY=7BIT", MailFrom(path=Path("a", "b.example"))),
        ("FROM:<ä@b.example> SMTPUTF8", MailFrom(path=Path("ä", "b.example"), smtp_utf8=True)),
        (
            "FROM:<a@b.example> RET=HDRS ENVID=a+2Bb+20c",
            MailFrom(path=Path("a", "b.example"), return_full=False, envelope_id="a+b c"),
        ),
        ("FROM:<a@b.example> RET=full AUTH=<>", MailFrom(path=Path("a", "b.example"), return_full=True, auth="<>")),
        ("FROM:<a@b.example> AUTH=c+2Bd@e.example", MailFrom(path=Path("a", "b.example"), auth="c+d@e.example")),
    ],
)
def test_mail(argument: str, expected: MailFrom) -> None:
    assert parse_mail(argument.encode()) == expected


@pytest.mark.parametrize(
    ("argument", "code", "enhanced"),
    [
        (b"", 501, "5.5.4"),
        (b"<a@b.example>", 501, "5.5.4"),
        (b"TO:<a@b.example>", 501, "5.5.4"),
        (b"FROM:", 501, "5.1.7"),
        (b"FROM:a@b.example", 501, "5.1.7"),
        (b"FROM:<a>", 501, "5.1.7"),
        (b"FROM:  <a@b.example>", 501, "5.1.7"),
        (b"FROM:<Postmaster>", 501, "5.1.7"),
        (b"FROM:<\xff@b.example> SMTPUTF8", 501, "5.1.7"),
        (b"FROM:<a@b.example>SIZE=1", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=-1", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=1k", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=123456789012345678901", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=1 SIZE=2", 501, "5.5.4"),
        (b"FROM:<a@b.example> SIZE=1=2", 501, "5.5.4"),
        (b"FROM:<a@b.example> BODY=BINARYMIME", 501, "5.5.4"),
        (b"FROM:<a@b.example> SMTPUTF8=yes", 501, "5.5.4"),
        (b"FROM:<a@b.example> RET=ALL", 501, "5.5.4"),
        (b"FROM:<a@b.example> RET", 501, "5.5.4"),
        (b"FROM:<a@b.example> ENVID=a+2bc", 501, "5.5.4"),
        (b"FROM:<a@b.example> ENVID=a+0Ac", 501, "5.5.4"),
        (b"FROM:<a@b.example> ENVID=" + b"x" * 101, 501, "5.5.4"),
        (b"FROM:<a@b.example> XSECRET=1", 555, "5.5.4"),
        (b"FROM:<a@b.example> NOTIFY=NEVER", 555, "5.5.4"),
        (b"FROM:<a@b.example> _X=1", 501, "5.5.4"),
        ("FROM:<ä@b.example>".encode(), 553, "5.6.7"),
        ("FROM:<a@bücher.example>".encode(), 553, "5.6.7"),
    ],
)
def test_mail_refused(argument: bytes, code: int, enhanced: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_mail(argument)
    assert (caught.value.reply.code, caught.value.reply.enhanced) == (code, enhanced)
    assert not caught.value.fatal


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("TO:<a@b.example>", RcptTo(path=Path("a", "b.example"))),
        ("to: <POSTMASTER>", RcptTo(path=Path("POSTMASTER", ""))),
        ("TO:<a@b.example> NOTIFY=NEVER", RcptTo(path=Path("a", "b.example"), notify=frozenset({"NEVER"}))),
        (
            "TO:<a@b.example> NOTIFY=success,Delay ORCPT=rfc822;c+2Bd@e.example",
            RcptTo(
                path=Path("a", "b.example"),
                notify=frozenset({"SUCCESS", "DELAY"}),
                original="rfc822;c+d@e.example",
            ),
        ),
        (
            "TO:<ü@b.example> ORCPT=utf-8;\\x{FC}@b.example",
            RcptTo(path=Path("ü", "b.example"), original="utf-8;ü@b.example"),
        ),
    ],
)
def test_rcpt(argument: str, expected: RcptTo) -> None:
    assert parse_rcpt(argument.encode(), smtp_utf8=True) == expected


@pytest.mark.parametrize(
    ("argument", "code", "enhanced"),
    [
        ("TO:<>", 501, "5.1.3"),
        ("TO:<a>", 501, "5.1.3"),
        ("TO:<a@b.example>, <c@d.example>", 501, "5.5.4"),
        ("FROM:<a@b.example>", 501, "5.5.4"),
        ("TO:<a@b.example> NOTIFY=NEVER,SUCCESS", 501, "5.5.4"),
        ("TO:<a@b.example> NOTIFY=", 501, "5.5.4"),
        ("TO:<a@b.example> NOTIFY", 501, "5.5.4"),
        ("TO:<a@b.example> NOTIFY=SOMETIMES", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=a@b.example", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=rfc822;", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=rfc822;a+0D+0Ab", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=utf-8;\\x{0A}", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=utf-8;\\x{D800}", 501, "5.5.4"),
        ("TO:<a@b.example> ORCPT=rfc822;" + "x" * 500, 501, "5.5.4"),
        ("TO:<a@b.example> SIZE=1", 555, "5.5.4"),
        ("TO:<ä@b.example>", 553, "5.6.7"),
        ("TO:<a@b.example> ORCPT=utf-8;ä@b.example", 553, "5.6.7"),
    ],
)
def test_rcpt_refused(argument: str, code: int, enhanced: str) -> None:
    with pytest.raises(WireError) as caught:
        parse_rcpt(argument.encode(), smtp_utf8=False)
    assert (caught.value.reply.code, caught.value.reply.enhanced) == (code, enhanced)


@given(st.binary(max_size=120))
@settings(max_examples=200, deadline=None)
def test_any_octets_give_a_value_or_a_wire_error(argument: bytes) -> None:
    for prefix in (b"FROM:<a@b.example> ", b"FROM:", b""):
        try:
            parse_mail(prefix + argument)
        except WireError:
            pass
    for prefix in (b"TO:<a@b.example> ORCPT=", b"TO:", b""):
        try:
            parse_rcpt(prefix + argument, smtp_utf8=True)
        except WireError:
            pass


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40))
@settings(max_examples=100, deadline=None)
def test_xtext_round_trip(text: str) -> None:
    encoded = encode_xtext(text)
    assert decode_xtext(encoded) == text
    assert " " not in encoded
    assert "=" not in encoded


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F, exclude_characters="\x7f"), min_size=1, max_size=20)
)
@settings(max_examples=100, deadline=None)
def test_a_quoted_local_part_round_trip(local: str) -> None:
    path = Path(local, "b.example")
    if not local.isascii() and not all(each.isascii() is False or " " <= each <= "~" for each in local):
        return
    assert parse_path(f"<{path.address}>", null=False, postmaster=False) == (path, "")


def test_original_recipient_types_keep_their_case() -> None:
    assert decode_original_recipient("RFC822;a@b.example") == "RFC822;a@b.example"
    assert decode_original_recipient("utf-8;\\x{1F600}@b.example") == "utf-8;\U0001f600@b.example"


def test_replies_on_the_wire() -> None:
    assert replies.SENDER_OK.encoded == b"250 2.1.0 Sender OK\r\n"
    assert Reply(250, "", "one\nTWO\nthree").encoded == b"250-one\r\n250-TWO\r\n250 three\r\n"
    assert Reply(550, "5.7.1", "one\ntwo").encoded == b"550-5.7.1 one\r\n550 5.7.1 two\r\n"
    assert Reply(550, "5.7.1", "zürich\r").encoded == b"550 5.7.1 z?rich?\r\n"
    assert len(Reply(550, "5.7.1", "x" * 1000).encoded) == 512
    assert replies.START_MAIL.is_positive
    assert not replies.TOO_BIG.is_positive
    with pytest.raises(ValueError, match="does not fit"):
        Reply(250, "5.1.0", "no")


def test_every_reply_of_the_table_is_well_formed() -> None:
    table = [value for value in vars(replies).values() if isinstance(value, Reply)]
    assert len(table) > 45
    for reply in table:
        assert reply.enhanced or reply.code == 354
        assert reply.encoded.endswith(b"\r\n")
        assert reply.encoded.count(b"\r\n") == 1

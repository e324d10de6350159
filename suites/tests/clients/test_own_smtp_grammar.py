"""What the SMTP client may send without saying that it is on purpose: golden lines of the RFCs, damage, speed."""

from __future__ import annotations

import contextlib
import socket
import timeit
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.errors import HarnessError
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.clients.smtp.client import dot_stuffed
from mailproof_suites.clients.smtp.own_grammar import check_answer, check_command
from mailproof_suites.clients.smtp.reply import Reply, parse_reply
from mailproof_suites.clients.tls import Stream

LEGAL = r"""
EHLO client.mailproof.test
eHLO [192.0.2.77]
EHLO [IPv6:2001:db8::1]
EHLO [IPv6:1:2:3:4:5:6:7:8]
EHLO [IPv6:::ffff:192.0.2.1]
EHLO [IPv6:1:2:3:4:5:6:192.0.2.1]
EHLO localhost
HELO a-b.example
MAIL FROM:<>
MAIL FROM:<a@example.test>
mail from:<a.b+c@example.test> SIZE=500000
MAIL FROM:<"a b\"c"@example.test> BODY=8BITMIME RET=HDRS ENVID=QQ+2B314159
MAIL FROM:<""@example.test>
MAIL FROM:<a@[127.0.0.1]> BODY=BINARYMIME AUTH=<>
MAIL FROM:<e=mc2@example.com> AUTH=e+3Dmc2@example.com
MAIL FROM:<a@example.test> SMTPUTF8 SIZE=0
RCPT TO:<Postmaster>
RCPT TO:<postmaster@example.test>
RCPT TO:<@a.test,@b.test:c@d.test>
RCPT TO:<b@example.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bx@example.test
RCPT TO:<b@example.test> NOTIFY=NEVER
RCPT TO:<b@example.test> ORCPT=utf-8;b\x{FC}@example.test
DATA
RSET
QUIT
STARTTLS
HELP
HELP MAIL
NOOP
NOOP xyzzy
NOOP "is anybody there"
VRFY Crispin
VRFY <crispin@example.test>
EXPN list@example.test
VRFY a@example.test SMTPUTF8
BDAT 0 LAST
BDAT 86
AUTH PLAIN
AUTH PLAIN =
AUTH SCRAM-SHA-256 dGVzdA==
""".strip().splitlines()

ILLEGAL = r"""
MAILPROOF
MAI FROM:<a@example.test>
 NOOP
EHLO
EHLO a..b
EHLO -a.test
EHLO a_b.test
EHLO [IPv6:1::2::3]
EHLO [127.0.0.0.1]
EHLO [IPv6:12345::]
HELO [192.0.2.77]
MAIL
MAIL FROM:
MAIL FROM: <a@example.test>
MAIL FROM <a@example.test>
MAIL FROM:a@example.test
MAIL FROM:<a@example.test
MAIL FROM:<a@example.test>x
MAIL FROM:<a>
MAIL FROM:<@example.test>
MAIL FROM:<a@>
MAIL FROM:<a..b@example.test>
MAIL FROM:<.a@example.test>
MAIL FROM:<a.@example.test>
MAIL FROM:<a b@example.test>
MAIL FROM:<a"b"@example.test>
MAIL FROM:<a@example.test.>
MAIL TO:<a@example.test>
MAIL FROM:<a@example.test> SIZE
MAIL FROM:<a@example.test> SIZE=1k
MAIL FROM:<a@example.test> SIZE=123456789012345678901
MAIL FROM:<a@example.test> BODY=9BIT
MAIL FROM:<a@example.test> RET=SOME
MAIL FROM:<a@example.test> ENVID=a+2
MAIL FROM:<a@example.test> ENVID=a+2b
MAIL FROM:<a@example.test> ENVID=a=b
MAIL FROM:<a@example.test> SMTPUTF8=1
MAIL FROM:<a@example.test> NOTIFY=NEVER
MAIL FROM:<a@example.test> MAILPROOF=1
RCPT TO:<>
RCPT TO:<a>
RCPT TO:<b@example.test> NOTIFY=NEVER,FAILURE
RCPT TO:<b@example.test> NOTIFY=
RCPT TO:<b@example.test> ORCPT=b@example.test
RCPT TO:<b@example.test> SIZE=1
DATA now
RSET 1
QUIT bye
NOOP is anybody there
HELP a b
VRFY
VRFY a b
BDAT
BDAT -1
BDAT 1 FIRST
BDAT LAST
AUTH
AUTH PL.AIN
AUTH PLAIN dGVzd
AUTH PLAIN *
AUTH ABCDEFGHIJKLMNOPQRSTU
""".strip("\n").splitlines()


@pytest.mark.parametrize("line", LEGAL)
def test_a_line_of_the_grammar_passes(line: str) -> None:
    check_command(line.encode())


@pytest.mark.parametrize("line", [*ILLEGAL, "MAIL FROM:<grüße@example.test>"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(HarnessError, match="on_purpose=True"):
        check_command(line.encode())


def test_utf8_comes_with_smtputf8() -> None:
    check_command("MAIL FROM:<grüße@example.test> SMTPUTF8".encode())
    check_command("RCPT TO:<grüße@bücher.example>".encode(), utf8=True)
    for line, utf8 in (("RCPT TO:<grüße@example.test>".encode(), False), (b"RCPT TO:<gr\xfc\xdfe@example.test>", True)):
        with pytest.raises(HarnessError):
            check_command(line, utf8=utf8)


@pytest.mark.parametrize("line", [b"", b"*", b"AGEAYg==", b"AAAA"])
def test_an_answer_is_base64_or_a_star(line: bytes) -> None:
    check_answer(line)


@pytest.mark.parametrize("line", [b"A", b"AA-_", b"=AAA", b"AAAA=", b"AGEAYg==AAAA", b"* ", b" ", b"AAAA AAAA"])
def test_other_answers_are_refused(line: bytes) -> None:
    with pytest.raises(HarnessError):
        check_answer(line)


@given(data=st.data(), line=st.sampled_from(LEGAL), junk=st.sampled_from(["\x7f", "\t", "\0", "\x01"]))
def test_a_control_character_is_always_seen(data: st.DataObject, line: str, junk: str) -> None:
    at = data.draw(st.integers(0, len(line)))
    with pytest.raises(HarnessError):
        check_command((line[:at] + junk + line[at:]).encode())


@given(line=st.sampled_from(LEGAL), junk=st.sampled_from([" ", " x y", " <a@b>"]))
def test_nothing_follows_a_command(line: str, junk: str) -> None:
    with pytest.raises(HarnessError):
        check_command((line + junk).encode())


@given(line=st.binary(max_size=60))
def test_any_octets_are_judged(line: bytes) -> None:
    """Whatever the octets are, the guard says yes or HarnessError."""
    with contextlib.suppress(HarnessError):
        check_command(line, utf8=True)
    with contextlib.suppress(HarnessError):
        check_command(b"RCPT TO:<" + line + b">", utf8=True)


class _YesMan(SmtpClient):
    """A client whose every reply is 250, without a server."""

    def _write(self, data: bytes) -> None:
        del data

    def read_reply(self, timeout_s: float | None = None) -> Reply:
        return parse_reply([b"250 2.0.0 yes\r\n"])


@pytest.fixture(scope="module")
def yes_man() -> Iterator[_YesMan]:
    near, far = socket.socketpair()
    with _YesMan("s.test", 465, stream=Stream(near, timeout_s=5)) as client:
        yield client
    far.close()


@given(message=st.binary().filter(lambda octets: not set(octets) & set(b"\r\n")), size=st.integers(0, 10**12))
def test_the_conveniences_speak_the_grammar(yes_man: _YesMan, message: bytes, size: int) -> None:
    client = yes_man
    sends: list[Callable[[], Reply]] = [
        client.helo,
        lambda: client.mail("", f"SIZE={size}"),
        lambda: client.mail("a@example.test", "SMTPUTF8"),
        lambda: client.rcpt("ä@example.test", "NOTIFY=NEVER"),
        lambda: client.auth("PLAIN", message, initial=True),
        lambda: client.bdat(message, last=True),
        client.rset,
        client.noop,
        lambda: client.data(message),
    ]
    for send in sends:
        assert send().code == 250


@given(lines=st.lists(st.binary(max_size=8).map(lambda line: line.replace(b"\r", b"").replace(b"\n", b""))))
def test_dot_stuffing_can_be_undone(lines: list[bytes]) -> None:
    """RFC 5321 section 4.5.2: no line of what follows 354 is a lone dot, and one dot less is the message again."""
    message = b"".join(line + b"\r\n" for line in lines)
    stuffed = dot_stuffed(message).split(b"\r\n")[:-1]
    assert b"." not in stuffed
    assert [line.removeprefix(b".") for line in stuffed] == lines


def test_on_purpose_sends_anything(open_smtp: Any) -> None:
    client, far = open_smtp(b"220 hello\r\n" + b"500 5.5.2 no\r\n" * 5)
    sends: list[Callable[[bool], Reply]] = [
        lambda purpose: client.command("MAILPROOF", on_purpose=purpose),
        lambda purpose: client.pipeline("NOOP", "MAI", on_purpose=purpose)[1],
        lambda purpose: client.mail("a", on_purpose=purpose),
        lambda purpose: client.send_answer(b"A", on_purpose=purpose),
    ]
    for send in sends:
        with pytest.raises(HarnessError):
            send(False)
        assert far.heard() == b""
        assert send(True).code == 500
        assert far.heard()


@pytest.mark.parametrize(
    "line",
    [
        b"NOOP",
        b"EHLO client.mailproof.test",
        b"MAIL FROM:<somebody@mailproof.example> SIZE=10000 BODY=8BITMIME",
        b"RCPT TO:<somebody.else+tag@mailproof.example> NOTIFY=SUCCESS,FAILURE",
        b"BDAT 10000 LAST",
    ],
)
def test_the_guard_is_cheap(line: bytes) -> None:
    """1 to 4 µs where this was written; a load test must not measure its client."""
    rounds = timeit.repeat(lambda: check_command(line), number=200, repeat=7)
    assert min(rounds) / 200 < 50e-6

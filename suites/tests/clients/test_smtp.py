"""SMTP replies and the client, against scripted servers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, HarnessError, UnexpectedReply
from mailproof_suites.clients.smtp import Reply, SmtpClient, dot_stuffed, parse_reply
from mailproof_suites.clients.tls import Stream
from mailproof_suites.monitors import Collector, observers_for

HELLO = b"220 mail.example.test ESMTP\r\n"
EHLO = b"250-mail.example.test hello\r\n250-SIZE 1000\r\n250-auth PLAIN LOGIN\r\n250 DSN\r\n"


def test_a_reply() -> None:
    reply = parse_reply([b"550-5.7.1 first\r\n", b"550 5.7.1 second\r\n"])
    assert (reply.code, reply.enhanced, reply.lines) == (550, "5.7.1", (b"5.7.1 first", b"5.7.1 second"))
    assert (reply.permanent, reply.positive, reply.transient, reply.violations) == (True, False, False, ())
    assert reply.line == "550-5.7.1 first / 550 5.7.1 second"


@pytest.mark.parametrize(
    ("lines", "production"),
    [
        ([b"250 ok\n"], "line-end"),
        ([b"250-a\r\n", b"251 b\r\n"], "reply-code"),
        ([b"199 x\r\n"], "reply-code"),
        ([b"261 x\r\n"], "reply-code"),
        ([b"250ok\r\n"], "reply-line"),
        ([b"250 caf\xe9\r\n"], "textstring"),
        ([b"250 a\x00b\r\n"], "textstring"),
    ],
)
def test_faults_of_a_reply_that_can_be_understood(lines: list[bytes], production: str) -> None:
    assert [fault.production for fault in parse_reply(lines).violations] == [production]


@pytest.mark.parametrize("line", [b"hello\r\n", b"25 x\r\n", b"\r\n", b"2500 x\r\n"])
def test_what_has_no_code_is_raised(line: bytes) -> None:
    if line == b"2500 x\r\n":
        assert parse_reply([line]).violations
        return
    with pytest.raises(GrammarViolation):
        parse_reply([line])


def test_utf8_in_replies_after_smtputf8() -> None:
    assert parse_reply(["250 café\r\n".encode()], utf8=True).violations == ()
    assert parse_reply([b"250 caf\xe9\r\n"], utf8=True).violations


@given(st.lists(st.binary(max_size=30), max_size=4))
def test_any_lines_are_a_reply_or_a_violation(lines: list[bytes]) -> None:
    try:
        reply = parse_reply(lines)
    except GrammarViolation:
        return
    assert reply.raw == b"".join(lines)


class Cut:
    """A socket that gives its data in pieces of one size and then ends."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data = data
        self.size = size

    def settimeout(self, timeout_s: float | None) -> None:
        """It never waits."""

    def recv(self, size: int) -> bytes:
        piece, self.data = self.data[: self.size], self.data[self.size :]
        return piece

    def close(self) -> None:
        """Nothing to close."""


@given(st.binary(max_size=200) | st.lists(st.sampled_from([b"250 ok\r\n", b"250-a\r\n", b"354", b"\n"])).map(b"".join))
def test_any_octets_are_survived_by_client_and_monitors(data: bytes) -> None:
    collector = Collector()
    stream = Stream(Cut(HELLO + data, 3), timeout_s=5)  # type: ignore[arg-type]
    client = SmtpClient("s.test", 465, stream=stream, observers=observers_for("smtp", collector))
    for _ in range(len(data) + 1):
        try:
            client.read_reply()
        except GrammarViolation:
            continue
        except ConnectionClosed:
            break
    assert collector.checks["RFC5321:4.2-51"] >= 1


def test_ehlo(open_smtp: Any) -> None:
    client, far = open_smtp(HELLO + EHLO)
    assert client.greeting.code == 220
    assert client.ehlo("c.test") == {"SIZE": "1000", "AUTH": "PLAIN LOGIN", "DSN": ""}
    assert far.heard() == b"EHLO c.test\r\n"


def test_ehlo_refused(open_smtp: Any) -> None:
    client, _ = open_smtp(HELLO + b"502 5.5.1 no\r\n")
    with pytest.raises(UnexpectedReply):
        client.ehlo()


def test_auth_plain(open_smtp: Any, transcript: Any) -> None:
    client, far = open_smtp(HELLO + b"235 2.7.0 in\r\n334 \r\n535 5.7.8 no\r\n")
    assert client.auth_plain("alice", "secret").code == 235
    assert client.auth_plain("alice", "secret", initial=False).code == 535
    assert far.heard() == b"AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nAUTH PLAIN\r\nAGFsaWNlAHNlY3JldA==\r\n"
    assert "AGFsaWNlAHNlY3JldA" not in transcript.render()


def test_auth_login(open_smtp: Any, transcript: Any) -> None:
    client, far = open_smtp(HELLO + b"334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 2.7.0 in\r\n")
    assert client.auth_login("alice", "secret-word").code == 235
    assert far.heard() == b"AUTH LOGIN\r\nYWxpY2U=\r\nc2VjcmV0LXdvcmQ=\r\n"
    assert "c2VjcmV0LXdvcmQ" not in transcript.render()


def test_a_message(open_smtp: Any) -> None:
    client, far = open_smtp(HELLO + b"250 2.1.0 a\r\n250 2.1.5 b\r\n354 go\r\n250 2.0.0 queued\r\n")
    reply = client.send_message(
        "a@x.test", ["b@x.test"], b".\r\n..x\r\nend", mail_params=["BODY=8BITMIME"], rcpt_params=["NOTIFY=NEVER"]
    )
    assert reply.enhanced == "2.0.0"
    assert far.heard() == (
        b"MAIL FROM:<a@x.test> BODY=8BITMIME\r\nRCPT TO:<b@x.test> NOTIFY=NEVER\r\nDATA\r\n..\r\n...x\r\nend\r\n.\r\n"
    )


def test_a_recipient_that_is_refused(open_smtp: Any) -> None:
    client, _ = open_smtp(HELLO + b"250 2.1.0 a\r\n550 5.1.1 unknown\r\n")
    with pytest.raises(UnexpectedReply) as caught:
        client.send_message("a@x.test", ["b@x.test"], b"x\r\n")
    assert caught.value.actual == "550 5.1.1 unknown"


def test_data_that_is_refused(open_smtp: Any) -> None:
    client, far = open_smtp(HELLO + b"503 5.5.1 no\r\n")
    assert client.data(b"x\r\n").code == 503
    assert far.heard() == b"DATA\r\n"


def test_bdat_and_pipelining(open_smtp: Any) -> None:
    client, far = open_smtp(HELLO + b"250 a\r\n550 b\r\n250 2.0.0 chunk\r\n250 2.0.0 last\r\n")
    assert [reply.code for reply in client.pipeline("MAIL FROM:<>", "RCPT TO:<x@y>")] == [250, 550]
    assert client.bdat(b".\r\n").positive
    assert client.bdat(b"", last=True).text.endswith("last")
    assert far.heard() == b"MAIL FROM:<>\r\nRCPT TO:<x@y>\r\nBDAT 3\r\n.\r\nBDAT 0 LAST\r\n"


def test_quit(open_smtp: Any, watch: Any) -> None:
    client, far = open_smtp(HELLO + b"221 2.0.0 bye\r\n")
    far.sock.shutdown(1)
    assert client.quit().code == 221
    assert watch.kinds()[-1] == "close"
    assert watch.events[0][1].ended_by_peer


def test_accidents_are_stopped(open_smtp: Any) -> None:
    client, far = open_smtp(HELLO)
    with pytest.raises(HarnessError):
        client.command("NOOP\r\nQUIT")
    with pytest.raises(HarnessError):
        client.data(b"a\nb\r\n")
    assert far.heard() == b""


@pytest.mark.parametrize(
    ("message", "wire"),
    [(b"", b""), (b"a", b"a\r\n"), (b".", b"..\r\n"), (b"a\r\n.b\r\n", b"a\r\n..b\r\n"), (b"\r\n.\r\n", b"\r\n..\r\n")],
)
def test_dot_stuffing(message: bytes, wire: bytes) -> None:
    assert dot_stuffed(message) == wire


@given(st.lists(st.sampled_from([b".", b"a", b"\r\n", b".."])).map(b"".join))
def test_dot_stuffing_is_undone_by_any_receiver(message: bytes) -> None:
    content = dot_stuffed(message)
    lines = content.split(b"\r\n")[:-1]
    assert b"." not in lines
    restored = b"".join((line[1:] if line.startswith(b".") else line) + b"\r\n" for line in lines)
    assert restored == (message if not message or message.endswith(b"\r\n") else message + b"\r\n")


def test_a_fault_is_told_and_the_reply_still_given(open_smtp: Any, watch: Any) -> None:
    client, _ = open_smtp(HELLO + b"250 caf\xe9\r\n")
    reply = client.noop()
    assert isinstance(reply, Reply)
    assert watch.kinds() == ["open", "response", "sent", "violation", "response"]

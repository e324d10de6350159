"""The HTTPS client against scripted servers: framing, secrets, connections that are kept and that end."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from mailproof_suites.clients.errors import ConnectionClosed, GrammarViolation, HarnessError, TimedOut
from mailproof_suites.clients.http_message import HttpRequest, basic, request
from mailproof_suites.clients.https import HttpsClient, HttpsConnection, client_for
from mailproof_suites.clients.tls import Stream
from mailproof_suites.clients.transcript import Transcript
from tests.clients.conftest import Far, Pair, Watch

GET = HttpRequest("GET", "/", (("Host", "s.test"),))
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def open_https(pair: Pair, watch: Watch, transcript: Transcript) -> Callable[[bytes], HttpsConnection]:
    """A connection to a server that has said these octets already."""
    stream, far = pair

    def open_connection(script: bytes) -> HttpsConnection:
        far.say(script)
        return HttpsConnection("s.test", 443, stream=stream, observers=[watch], transcript=transcript, timeout_s=0.5)

    return open_connection


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (b"Content-Length: 5\r\n\r\nhello", b"hello"),
        (b"content-length:0\r\n\r\n", b""),
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n it\r\n0\r\nTrailer: x\r\n\r\n", b"hello it"),
    ],
)
def test_bodies(open_https: Callable[[bytes], HttpsConnection], watch: Watch, wire: bytes, body: bytes) -> None:
    connection = open_https(OK + wire + b"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx")
    first = connection.exchange(GET)
    assert (first.status, first.reason, first.body, connection.is_over) == (200, "OK", body, False)
    assert connection.exchange(GET).line == "404 Not Found"
    assert watch.kinds() == ["open", "sent", "response", "sent", "response"]
    assert watch.events[2][1].request is GET


def test_a_body_may_end_with_the_connection(open_https: Callable[[bytes], HttpsConnection], pair: Pair) -> None:
    connection = open_https(OK + b"\r\nall there is")
    pair[1].sock.shutdown(socket.SHUT_WR)
    assert connection.exchange(GET).body == b"all there is"
    assert connection.is_over


def test_what_has_no_body(open_https: Callable[[bytes], HttpsConnection]) -> None:
    connection = open_https(
        b"HTTP/1.1 100 Continue\r\n\r\n"
        + OK
        + b"Content-Length: 9\r\n\r\nHTTP/1.1 204 None\r\nConnection: close\r\n\r\n"
    )
    assert connection.exchange(HttpRequest("HEAD", "/")).body == b""
    last = connection.exchange(GET)
    assert (last.status, last.is_last, connection.is_over) == (204, True, True)


@pytest.mark.parametrize(
    ("wire", "production"),
    [
        (b"HTTP/2 200 OK\r\n\r\n", "status-line"),
        (b"HTTP/1.1 200 OK\n\n", "status-line"),
        (OK + b"No colon\r\n\r\n", "field-line"),
        (OK + b"A: b\r\n folded\r\n\r\n", "field-line"),
        (OK + b"Space : b\r\n\r\n", "field-line"),
        (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "Content-Length"),
        (OK + b"Content-Length: -1\r\n\r\n", "Content-Length"),
        (OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "message-body"),
        (OK + b"Transfer-Encoding: gzip\r\n\r\n", "message-body"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunk"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "chunk"),
        (OK + b"A: b\r\n" * 201 + b"\r\n", "header"),
    ],
)
def test_what_leaves_the_grammar(
    open_https: Callable[[bytes], HttpsConnection], watch: Watch, wire: bytes, production: str
) -> None:
    connection = open_https(wire)
    with pytest.raises(GrammarViolation) as violation:
        connection.exchange(GET)
    assert violation.value.production == production
    assert watch.kinds() == ["open", "sent", "violation"], "told once"


def test_a_cut_body_is_a_closed_connection(open_https: Callable[[bytes], HttpsConnection], pair: Pair) -> None:
    connection = open_https(OK + b"Content-Length: 10\r\n\r\nhalf")
    pair[1].sock.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionClosed):
        connection.exchange(GET)
    assert not connection.is_kept()


def test_a_silent_server_times_out(open_https: Callable[[bytes], HttpsConnection]) -> None:
    connection = open_https(OK + b"Content-Length: 10\r\n\r\nhalf")
    with pytest.raises(TimedOut):
        connection.exchange(GET, timeout_s=0.05)


def test_pieces_come_as_they_come(open_https: Callable[[bytes], HttpsConnection], pair: Pair) -> None:
    connection = open_https(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
    with connection.streamed(GET) as (head, pieces):
        assert head.status == 200
        assert next(pieces) == b"one"
        pair[1].say(b"3\r\ntwo\r\n0\r\n\r\n")
        assert list(pieces) == [b"two"]
    assert connection.is_kept()


def test_who_leaves_a_stream_ends_the_connection(open_https: Callable[[bytes], HttpsConnection]) -> None:
    connection = open_https(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
    with connection.streamed(GET) as (_, pieces):
        next(pieces)
    assert connection.is_over


def test_credentials_do_not_show(open_https: Callable[[bytes], HttpsConnection], transcript: Transcript) -> None:
    client = HttpsClient("s.test", user="ann@s.test", password="päss:wörd", transcript=transcript)
    sent = client.prepared("POST", "/x?y", b"body")
    open_https(OK + b"Content-Length: 0\r\n\r\n").exchange(sent)
    text = transcript.render()
    value = basic("ann@s.test", "päss:wörd")
    assert dict(sent.headers)["Authorization"] == value
    assert value.partition(" ")[2] not in text
    assert "päss" not in text
    assert "POST /x?y HTTP/1.1" in text


def test_standard_headers_can_be_replaced_and_taken_away() -> None:
    sent = request("POST", "/", "s.test", b"abc", {"user-agent": "Outlook", "Accept": None, "X": "1"})
    assert sent.headers == (("Host", "s.test"), ("Content-Length", "3"), ("user-agent", "Outlook"), ("X", "1"))
    assert sent.encode().endswith(b"X: 1\r\n\r\nabc")
    client = HttpsClient("s.test", 8443, user="ann", password="x")
    assert not client.prepared("GET", "/", auth=False).has("authorization")
    assert (
        dict(client.prepared("GET", "/", headers={"authorization": "Bearer x"}).headers)["authorization"] == "Bearer x"
    )
    assert dict(client.prepared("GET", "https://s.test:8443/a?b").headers)["Host"] == "s.test:8443"


def test_credentials_stay_with_their_host() -> None:
    client = HttpsClient("s.test", user="ann", password="x")
    for url in ("https://other.test/", "https://s.test:8443/", "http://s.test/"):
        with pytest.raises(HarnessError):
            client.prepared("GET", url)
    with pytest.raises(HarnessError):
        client_for("http://s.test/")


def test_a_closed_connection_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Far] = []

    def open_fake(*_where: object, **_options: object) -> Stream:
        near, far = socket.socketpair()
        ends.append(Far(far))
        ends[-1].say(OK + b"Content-Length: 1\r\n\r\n%d" % len(ends))
        return Stream(near, timeout_s=1)

    monkeypatch.setattr("mailproof_suites.clients.watched.open_tls", open_fake)
    with HttpsClient("s.test", timeout_s=1) as client:
        assert client.request("GET", "/").body == b"1"
        ends[0].say(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        assert client.request("GET", "/").body == b"2", "nobody had asked for the 408"
        ends[1].hang_up()
        assert client.request("GET", "/").body == b"3"
    for each in ends:
        each.hang_up()

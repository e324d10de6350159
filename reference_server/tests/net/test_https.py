"""HTTP over this server's own TLS: keep-alive, pipelining, long polls, limits and time-outs, a clean stop."""

import asyncio
import ssl
import threading
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from mailproof_server.net.https import HttpApplication, HttpLimits
from mailproof_server.net.tls import ServerTls


class Site:
    """An application that tells what became of its requests."""

    def __init__(self) -> None:
        self.hanging = threading.Event()
        self.left = threading.Event()
        routes = [
            Route("/echo", self.echo, methods=["GET", "POST"]),
            Route("/hang", self.hang),
            Route("/flood", self.flood),
            Route("/bug", self.bug),
        ]
        self.app = Starlette(routes=routes)

    async def echo(self, request: Request) -> Response:
        body = await request.body()
        return PlainTextResponse(f"{request.method} {len(body)} {request.state.peer.host}")

    async def hang(self, request: Request) -> Response:
        self.hanging.set()
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        return Response()

    async def flood(self, _request: Request) -> Response:
        async def endless() -> Any:
            while True:
                yield b"x" * 65536
                await asyncio.sleep(0)  # whoever never waits starves the loop

        return StreamingResponse(endless())

    async def bug(self, _request: Request) -> Response:
        raise ValueError("a bug")


class Talk:
    """A TLS client that writes bytes and reads until it has seen what it waits for."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        import socket

        self.socket = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port), timeout=10), server_hostname="localhost"
        )

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def until(self, wanted: bytes, times: int = 1) -> bytes:
        seen = b""
        while seen.count(wanted) < times:
            piece = self.socket.recv(65536)
            assert piece, f"closed after {seen!r}"
            seen += piece
        return seen

    def rest(self) -> bytes:
        seen = b""
        try:
            while piece := self.socket.recv(65536):
                seen += piece
        except (ConnectionResetError, ssl.SSLError):
            pass  # cut without a close_notify: that is an end as well
        return seen

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def open_site(served: Any, site: Site, tls: ServerTls, ca: Any) -> Any:
    context = ssl.create_default_context(cafile=ca.ca)
    talks: list[Talk] = []

    def connect(**limits: Any) -> Talk:
        def report(event: str, fields: dict[str, object]) -> None:
            served.reports.append((event, fields))

        application = HttpApplication(site.app, limits=HttpLimits(**limits), report=report)
        listener = served.listen(application.connect, tls, report=report)
        talks.append(Talk(listener.port, context))
        return talks[-1]

    yield connect
    for talk in talks:
        talk.close()


REQUEST = b"GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_one_connection_carries_many_requests(open_site: Any) -> None:
    talk = open_site()
    for _ in range(3):
        talk.send(REQUEST)
        assert b"200 OK" in talk.until(b"GET 0 127.0.0.1")


def test_pipelined_requests_are_answered_in_order(open_site: Any) -> None:
    talk = open_site()
    posted = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
    talk.send(REQUEST + posted + REQUEST)
    answer = talk.until(b"127.0.0.1", 3)
    assert answer.index(b"GET 0") < answer.index(b"POST 3") < answer.rindex(b"GET 0")


def test_a_large_body_arrives_whole(open_site: Any) -> None:
    talk = open_site()
    talk.send(b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000)
    assert talk.until(b"POST 3000000")


def test_a_client_that_leaves_ends_its_long_poll(open_site: Any, site: Site) -> None:
    talk = open_site()
    talk.send(b"GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert site.hanging.wait(10)
    talk.close()
    assert site.left.wait(10)


def test_what_is_no_http_gets_400(open_site: Any) -> None:
    talk = open_site()
    talk.send(b"* LOGIN nonsense\r\n\r\n")
    assert talk.rest().startswith(b"HTTP/1.1 400 ")


def test_an_endless_header_gets_431(open_site: Any, served: Any) -> None:
    talk = open_site(header_bytes=2000)
    talk.send(b"GET /echo HTTP/1.1\r\nX: " + b"y" * 3000 + b"\r\n\r\n")
    assert talk.rest().startswith(b"HTTP/1.1 431 ")
    assert "http_header_too_large" in served.events()


def test_a_header_just_within_the_limit_is_taken(open_site: Any) -> None:
    talk = open_site(header_bytes=2000)
    talk.send(b"GET /echo HTTP/1.1\r\nX: " + b"y" * 1900 + b"\r\n\r\n")
    assert talk.until(b"GET 0")


@pytest.mark.parametrize(
    ("begun", "limit"),
    [
        (b"", "header_timeout_s"),
        (b"GET /echo HT", "header_timeout_s"),
        (REQUEST + b"GET /e", "header_timeout_s"),
        (b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab", "body_timeout_s"),
    ],
    ids=["nothing", "half a line", "half a second line", "half a body"],
)
def test_a_slow_client_is_dropped(open_site: Any, served: Any, begun: bytes, limit: str) -> None:
    talk = open_site(**{limit: 0.1})
    talk.send(begun)
    talk.rest()
    assert "http_too_slow" in served.events()


def test_a_client_that_takes_no_output_is_dropped(open_site: Any, served: Any) -> None:
    talk = open_site(write_timeout_s=0.2)
    talk.send(b"GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n")
    deadline = threading.Event()
    for _ in range(500):
        if "http_too_slow" in served.events():
            break
        deadline.wait(0.02)
    assert "http_too_slow" in served.events()


def test_an_idle_connection_is_closed_after_its_time(open_site: Any) -> None:
    talk = open_site(keep_alive_s=1)
    talk.send(REQUEST)
    talk.until(b"GET 0")
    assert talk.rest() == b""


def test_a_bug_is_told_once_and_answered_with_500(open_site: Any, served: Any) -> None:
    talk = open_site()
    talk.send(b"GET /bug HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b" 500 " in talk.until(b"Internal Server Error", 2)
    assert served.events().count("http_request_failed") == 1


def test_a_stop_closes_idle_connections_at_once(open_site: Any, served: Any) -> None:
    talk = open_site()
    talk.send(REQUEST)
    talk.until(b"GET 0")
    served.call(served.listeners[0].stop, 10.0)
    assert talk.rest() == b""
    assert served.listeners[0].open_count == 0

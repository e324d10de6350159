"""The operator's HTTP port."""

import asyncio
import signal
import urllib.error
import urllib.request

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mailproof_server.net.http import HttpServer
from mailproof_server.net.listener import bind


async def health(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n")


APP = Starlette(routes=[Route("/healthz", health)])


def fetch(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 -- loopback
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_it_answers_and_stops_and_leaves_signals_alone() -> None:
    async def scenario() -> None:
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        server = HttpServer(APP)
        listening = bind("127.0.0.1", 0, backlog=8)
        port = listening.getsockname()[1]
        await server.start(listening)
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers
        assert await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/healthz") == (200, b"ok\n")
        assert (await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/other"))[0] == 404
        await server.stop()
        with pytest.raises(urllib.error.URLError):
            await asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/healthz")

    asyncio.run(scenario())


def test_an_address_that_others_can_reach_is_refused() -> None:
    async def scenario() -> None:
        listening = bind("0.0.0.0", 0, backlog=8)  # noqa: S104 -- this is what must be refused; it is never served
        with pytest.raises(ValueError, match="loopback"):
            await HttpServer(APP).start(listening)
        listening.close()

    asyncio.run(scenario())

"""A test CA for the whole folder, and both event loops."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvloop

from mailproof_server.net.authority import CaPaths, make_test_ca
from mailproof_server.net.listener import Connect, Listener, bind, streams
from mailproof_server.net.stream import Handler
from mailproof_server.net.tls import ServerTls


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> CaPaths:
    # The peers of these tests look at the machine's clock, so the certificates have to as well.
    folder: Path = tmp_path_factory.mktemp("ca")
    return make_test_ca(folder, now=datetime.now(UTC))


@pytest.fixture(params=["asyncio", "uvloop"])
def loop_factory(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop]:
    return asyncio.new_event_loop if request.param == "asyncio" else uvloop.new_event_loop


class Served:
    """A listener on a loop in a thread of its own, so that tests can be blocking clients."""

    def __init__(self, new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.loop = new_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.reports: list[tuple[str, dict[str, object]]] = []
        self.listeners: list[Listener] = []

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a plain function or a coroutine function on the loop's thread and wait for its outcome."""

        async def on_loop() -> Any:
            outcome = function(*args)
            return await outcome if asyncio.iscoroutine(outcome) else outcome

        return asyncio.run_coroutine_threadsafe(on_loop(), self.loop).result(20)

    def serve(self, handler: Handler, tls: ServerTls, **options: Any) -> Listener:
        def report(event: str, fields: dict[str, object]) -> None:
            self.reports.append((event, fields))

        connect = streams(
            handler, limits=options.pop("stream_limits", None), timers=options.get("timers"), report=report
        )
        return self.listen(connect, tls, report=report, **options)

    def listen(self, connect: Connect, tls: ServerTls, **options: Any) -> Listener:
        listener = Listener(connect, tls=tls, **options)
        self.call(listener.start, bind("127.0.0.1", 0, backlog=128))
        self.listeners.append(listener)
        return listener

    def events(self) -> list[str]:
        return [event for event, _ in self.reports]

    def close(self) -> None:
        for listener in self.listeners:
            self.call(listener.stop, 0.0)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()


@pytest.fixture
def served(loop_factory: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[Served]:
    server = Served(loop_factory)
    server.thread.start()
    yield server
    server.close()


@pytest.fixture
def tls(ca: CaPaths) -> ServerTls:
    return ServerTls(ca.cert, ca.key)

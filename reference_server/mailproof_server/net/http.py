"""Plain HTTP on loopback, for an operator's tools: metrics and health (not for users: those speak TLS)."""

import asyncio
import ipaddress
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

GRACE_S = 2
"""How long requests may take to finish when the server stops."""
START_POLL_S = 0.005


class _Server(uvicorn.Server):
    """Leaves the process's signal handlers alone: they belong to the whole server, not to this port."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class HttpServer:
    """Serves an ASGI application on the running loop, beside the mail protocols."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self, listening: socket.socket) -> None:
        """Answer on a socket made by `listener.bind`; `stop` closes it.

        Raises ValueError for an address that is not loopback: nobody proves who they are on this port.
        """
        host = listening.getsockname()[0]
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"{host} is not a loopback address: plain HTTP is served on loopback only")
        self._task = asyncio.get_running_loop().create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:
            if self._task.done():
                await self._task  # Raises what went wrong.
                raise RuntimeError("the HTTP server ended while it started")
            await asyncio.sleep(START_POLL_S)

    async def stop(self) -> None:
        """Close the port and wait for requests in progress, at most `GRACE_S`."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task

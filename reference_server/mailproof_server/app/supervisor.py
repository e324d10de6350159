"""Processes: one worker in this very process, or N forked ones that share the ports (SO_REUSEPORT) and the store.

The parent of N workers binds nothing that accepts: it reserves the port numbers, prepares the store once, forks, writes
the ready file when every worker answers, passes SIGTERM and SIGHUP on, and starts a worker again that died.
"""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import structlog

from mailproof_server.app import events, profile
from mailproof_server.app.build import Server, build
from mailproof_server.app.config import LOOPBACK, Config, ConfigError
from mailproof_server.app.event_file import EventFile
from mailproof_server.app.organisation import applying
from mailproof_server.app.organisation import spec as organisation_spec
from mailproof_server.model.clock import SystemClock
from mailproof_server.net.listener import bind
from mailproof_server.net.tls import TlsConfigError
from mailproof_server.services import event_log
from mailproof_server.store.migrate import NewerStoreError

log = structlog.get_logger()
RESTARTS = 10
"""A worker that keeps dying is a bug to look at, not to hide: after so many restarts the server stops."""


USERS_PORTS = ("imaps", "smtps", "https")
"""Keys of `[listen]` without `_port`: where users connect. The operator's, `metrics`, is on loopback and optional."""
Sockets = dict[str, socket.socket]


def run(
    config: Config,
    *,
    organisation: Path | None,
    ready_file: Path | None,
    defects: tuple[str, ...],
    kept: bool,
    lifeline: int | None = None,
) -> int:
    """Serve until told to stop; the exit status. Raises ConfigError for mistakes found before serving.

    `lifeline`: a descriptor; the server also stops when it reads its end, which is when whoever holds the other side is
    gone, however it went.
    """
    events.configure(config.log.level, config.log.format, config.log.file)
    if config.log.events_bytes:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        event_log.send_to(EventFile(config.data, SystemClock(), config.log.events_bytes).write)
    job = _Job(config, organisation, ready_file, defects, kept, lifeline)
    # Left by a server that was killed, it would name ports on which nobody listens; so would ours when we have stopped.
    _forget(ready_file)
    try:
        return _run_loop(job.serve_alone()) if config.workers == 1 else job.supervise()
    finally:
        _forget(ready_file)


def _forget(ready_file: Path | None) -> None:
    if ready_file is not None:
        ready_file.unlink(missing_ok=True)


def _run_loop(main: Coroutine[Any, Any, int]) -> int:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


class _Job:
    """One `serve`, from the reserved ports to the last worker's end."""

    def __init__(
        self,
        config: Config,
        organisation_file: Path | None,
        ready_file: Path | None,
        defects: tuple[str, ...],
        kept: bool,
        lifeline: int | None,
    ) -> None:
        self.config = config
        self.organisation_file = organisation_file
        self.ready_file = ready_file
        self.defects = defects
        self.kept = kept
        self.accounts: list[applying.ProvisionedAccount] = []
        self.held = -1
        """The workers' lifeline is held by its writing end."""
        self.lifelines = () if lifeline is None else (lifeline,)

    # -- one process -------------------------------------------------------------------------------------------------

    async def serve_alone(self) -> int:
        with _closed_on_error(self._listen(_bind)) as sockets:
            server = build(self.config, seeded=self.defects)
            await _open(server)
            await self._provision(server)
        return await _serve(server, sockets, lambda: self._announce(server), self.lifelines)

    # -- many processes ----------------------------------------------------------------------------------------------

    def supervise(self) -> int:
        with ExitStack() as held:
            for reserved in self._listen(_reserve).values():
                held.enter_context(reserved)
            server = asyncio.run(self._prepare())
            return self._watch_over(server)

    async def _prepare(self) -> Server:
        """Migrate and provision once, before there are workers."""
        server = build(self.config, seeded=self.defects)
        await _open(server)
        await self._provision(server)
        await server.store.close()
        return server

    def _watch_over(self, prepared: Server) -> int:
        workers: dict[int, int] = {}
        stopping = False
        restarts = 0
        ready_read, ready_write = os.pipe()
        # The parent alone keeps the writing end: when it is gone, however it went, its workers read the end and stop.
        read_end, self.held = os.pipe()
        outer, self.lifelines = self.lifelines, (*self.lifelines, read_end)

        def pass_on(number: int, _frame: object) -> None:
            nonlocal stopping
            stopping = stopping or number != signal.SIGHUP
            for pid in workers:
                os.kill(pid, signal.SIGTERM if number != signal.SIGHUP else number)

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, pass_on)
        for index in range(self.config.workers):
            workers[self._fork(ready_write)] = index
        answered = 0
        status = 0
        while workers:
            if answered < self.config.workers and not stopping:
                answered += len(_read_some(ready_read))
                if answered >= self.config.workers:
                    self._announce(prepared)
            try:
                pid, code = os.waitpid(-1, os.WNOHANG if answered < self.config.workers and not stopping else 0)
            except InterruptedError:
                continue
            if pid == 0:
                continue
            index = workers.pop(pid)
            exit_code = os.waitstatus_to_exitcode(code)
            stopping = stopping or _has_ended(outer)
            if stopping:
                status = status or max(exit_code, 0)
                continue
            log.error("worker_died", worker=index, exit=exit_code)
            restarts += 1
            if restarts > RESTARTS or answered < self.config.workers:
                stopping, status = True, 3
                for other in workers:
                    os.kill(other, signal.SIGTERM)
                continue
            workers[self._fork(ready_write)] = index
        return status

    def _fork(self, ready_write: int) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            return pid
        status = 70
        try:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.close(self.held)
            status = _run_loop(self._work(ready_write))
        except BaseException:
            log.exception("worker_failed")
        finally:
            os._exit(status)

    async def _work(self, ready_write: int) -> int:
        server = build(self.config, seeded=self.defects)
        sockets = self._listen(_bind)
        await server.store.open()
        return await _serve(server, sockets, lambda: os.write(ready_write, b"."), self.lifelines)

    # -- common ------------------------------------------------------------------------------------------------------

    def _listen(self, take: "Callable[[str, str, int, int], socket.socket]") -> Sockets:
        """A socket for every port, taken by `_bind` or `_reserve`; from here on the configuration names the real ports,
        also where it asked for free ones. Raises ConfigError."""
        listen = self.config.listen
        wanted = {name: (listen.host, getattr(listen, f"{name}_port")) for name in USERS_PORTS}
        if listen.metrics_port is not None:
            wanted["metrics"] = (LOOPBACK, listen.metrics_port)
        sockets: Sockets = {}
        with _closed_on_error(sockets):
            for name, (host, port) in wanted.items():
                sockets[name] = take(name, host, port, self.config.net.backlog)
        real = {f"{name}_port": taken.getsockname()[1] for name, taken in sockets.items()}
        self.config = msgspec.structs.replace(self.config, listen=msgspec.structs.replace(listen, **real))
        return sockets

    async def _provision(self, server: Server) -> None:
        if self.organisation_file is None:
            return
        spec = organisation_spec.load(self.organisation_file)
        source = str(self.organisation_file)
        self.accounts = (await applying.apply(spec, server.services, source=source, update=False)).accounts

    def _announce(self, server: Server) -> None:
        """Say where the server answers: on standard output, in the ready file, and in a kept data folder."""
        listen = self.config.listen
        ca_file = (server.ca_file or self.config.data / "tls" / "ca.pem").resolve()
        accounts = self._with_kept_passwords()
        host = "localhost" if listen.host in (LOOPBACK, "localhost") else listen.host
        text = profile.render(
            name="reference",
            host=host,
            ca_file=ca_file if server.ca_file is not None else None,
            imaps_port=listen.imaps_port,
            smtps_port=listen.smtps_port,
            https={
                each.name: f"https://{host}:{listen.https_port}{each.path}"
                for each in server.site.endpoints
                if each.name
            },
            accounts=accounts,
            control=profile.write_operator_settings(self.config),
        )
        if self.kept and self.accounts:
            profile.write(self.config.data / "profile.toml", text)
        if self.ready_file is not None:
            profile.write(self.ready_file, text)
        where = ", ".join(f"{name.upper()} {listen.host}:{getattr(listen, f'{name}_port')}" for name in USERS_PORTS)
        lines = [f"mailproof reference server, {where}"]
        if listen.metrics_port is not None:
            lines.append(f"metrics http://{LOOPBACK}:{listen.metrics_port}/metrics")
        if server.ca_file is not None:
            lines.append(f"test CA {ca_file}")
        if accounts and self.ready_file is None:
            first = next((each for each in accounts if each.password), None)
            if first is not None:
                lines.append(f"{len(accounts)} accounts, e.g. {first.address} with password {first.password}")
        print("\n".join(lines), flush=True)  # noqa: T201 -- this is the command's output

    def _with_kept_passwords(self) -> list[applying.ProvisionedAccount]:
        """Passwords made up at an earlier start are only in the kept profile."""
        kept = self.config.data / "profile.toml"
        if not kept.is_file():
            return self.accounts
        import tomllib

        known = {
            each["address"]: each["password"] for each in tomllib.loads(kept.read_text("utf-8")).get("accounts", ())
        }
        return [
            each
            if each.password
            else applying.ProvisionedAccount(each.role, each.address, each.username, known.get(each.address, ""))
            for each in self.accounts
        ]


async def _open(server: Server) -> None:
    """Open the store; one that is too new, or cannot be opened, is the user's to sort out. Raises ConfigError."""
    try:
        await server.store.open()
    except (NewerStoreError, sqlite3.Error, OSError) as error:
        raise ConfigError(f"{server.config.data}: cannot open the store: {error}") from error


async def _serve(
    server: Server,
    sockets: Sockets,
    answer: Callable[[], object],
    lifelines: tuple[int, ...],
) -> int:
    """Run an opened server until a signal, or until one of `lifelines` (descriptors) reads its end."""
    from mailproof_server.net.http import HttpServer

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    for descriptor in lifelines:
        loop.add_reader(descriptor, stop.set)
    server.tls.reload_on_hangup(loop, _log_reload)
    http = None
    if "metrics" in sockets:
        http = HttpServer(server.metrics_app)
        await http.start(sockets["metrics"])
    await server.start({name: sockets[name] for name in USERS_PORTS})
    answer()
    await stop.wait()
    if http is not None:
        await http.stop()
    await server.stop()
    return 0


def _log_reload(error: TlsConfigError | None) -> None:
    if error is None:
        log.info("tls_reloaded")
    else:
        log.error("tls_reload_failed", reason=str(error))


def _bind(what: str, host: str, port: int, backlog: int) -> socket.socket:
    try:
        return bind(host, port, backlog=backlog)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"cannot listen on {host}:{port} ({what}): {getattr(error, 'strerror', None) or error}"
        ) from error


@contextmanager
def _closed_on_error(sockets: Sockets) -> Iterator[Sockets]:
    """Nothing listens for a server that does not come up."""
    try:
        yield sockets
    except BaseException:
        for each in sockets.values():
            each.close()
        raise


def _reserve(what: str, host: str, port: int, _backlog: int) -> socket.socket:
    """Hold a port number without accepting on it: a bound socket that does not listen gets no connections."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        held.bind((host, port))
    except OSError as error:
        held.close()
        raise ConfigError(f"cannot listen on {host}:{port} ({what}): {error.strerror}") from error
    return held


def _has_ended(descriptors: tuple[int, ...]) -> bool:
    """Nobody writes to a lifeline: what can be read from it is its end."""
    import select

    return bool(select.select(descriptors, [], [], 0)[0])


def _read_some(descriptor: int) -> bytes:
    """What workers have said, waiting at most 50 ms."""
    import select

    readable, _, _ = select.select([descriptor], [], [], 0.05)
    return os.read(descriptor, 64) if readable else b""

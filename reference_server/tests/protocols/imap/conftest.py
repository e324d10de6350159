"""Transcripts of IMAP sessions on a store of their own, over connections without sockets, with time that stands still.

A script is a list of lines `<session>> text` (the client says) and `<session>< text` (the server must say):

    a> 1 NOOP
    a< 1 OK …

Sessions begin at their first mention. `a`, `a2`, … are Alice's and `b`, `b2`, … Bob's, signed in; `x`, `x2`, … are not.
Neighbouring client lines leave in one burst. Neighbouring server lines must be all that comes; in them `…` stands for
any text, and a line `***` for any lines. `<session>< END` means that the server has closed.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailproof_server import registry
from mailproof_server.model.account import Principal
from mailproof_server.model.clock import ManualClock
from mailproof_server.model.ids import FolderId
from mailproof_server.model.permission import AccountPermission, Right
from mailproof_server.net.memory import ManualTimers, MemoryTransport, connect
from mailproof_server.net.stream import Stream
from mailproof_server.protocols.imap import commands
from mailproof_server.protocols.imap.capabilities import Capabilities
from mailproof_server.protocols.imap.command import Command
from mailproof_server.protocols.imap.limits import ImapLimits
from mailproof_server.protocols.imap.rights import rights_of
from mailproof_server.protocols.imap.session import ImapServer
from mailproof_server.services.bundle import Services
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.messages import Incoming
from mailproof_server.services.sinks import Attempt, OutboundMessage
from mailproof_server.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PASSWORD = "Correct-Horse-1"
PATIENCE_S = 10.0


def message(number: int = 1, *, head: bytes = b"", body: bytes = b"Hello\r\n") -> bytes:
    return (
        b"From: Alice <alice@example.test>\r\nTo: bob@example.test\r\nSubject: number %d\r\n"
        b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <%d@example.test>\r\n%b\r\n%b"
        % (number, number, head, body)
    )


class Sink:
    host = "relay.test"

    async def send(self, message: OutboundMessage) -> list[Attempt]:
        raise AssertionError(f"nothing leaves these tests: {message}")


class Client:
    """One connection."""

    def __init__(self, world: "World") -> None:
        self.timers = ManualTimers()
        self.stream: Stream
        self.transport: MemoryTransport
        self.stream, self.transport = connect(world.server.serve, timers=self.timers)
        self._arrived = bytearray()

    def send(self, octets: bytes) -> None:
        self.stream.data_received(octets)

    @property
    def closed(self) -> bool:
        return self.transport.closing

    def _lines(self) -> list[str]:
        self._arrived += self.transport.take()
        *lines, rest = bytes(self._arrived).split(b"\r\n")
        del self._arrived[: len(self._arrived) - len(rest)]
        return [line.decode("utf-8", "backslashreplace") for line in lines]

    async def until(self, done: Callable[[list[str]], bool]) -> list[str]:
        """All lines up to the one that makes `done` true, or up to the end of patience."""
        lines: list[str] = []
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_S
        while True:
            lines += self._lines()
            if done(lines) or self.closed:
                return lines + self._lines()
            if loop.time() > deadline:
                return lines
            await asyncio.sleep(0.0005)

    async def ask(self, text: str | bytes) -> list[str]:
        """Send one command (its tag is the first word); every line up to its completion."""
        octets = text.encode() + b"\r\n" if isinstance(text, str) else text
        tag = octets.split(b" ")[0].decode() + " "
        self.send(octets)
        return await self.until(lambda lines: any(line.startswith(tag) for line in lines))

    async def say(self, text: str | bytes) -> str:
        """The same; only the completion, without its tag."""
        lines = await self.ask(text)
        return lines[-1].partition(" ")[2] if lines else "(nothing)"


class World:
    """Alice and Bob, their accounts, and a server."""

    def __init__(self, folder: Path, services: ServiceLimits, limits: ImapLimits, profile: str) -> None:
        self.clock = ManualClock(NOW)
        self.store = SqliteStore(folder)
        self.services = Services.join(self.store, self.clock, services, host_name="mail.example.test", sink=Sink())
        declared = registry.load(commands, Command)
        capabilities = Capabilities.build(declared, profile, append_limit_bytes=services.message_bytes)
        table: dict[bytes, Command] = {}
        for each in declared:
            if not each.capabilities or capabilities.knows(each):
                table[each.name] = each
                if each.uid:
                    table[b"UID " + each.name] = each
        self.observed: list[tuple[bytes, bytes]] = []
        self.server = ImapServer(
            self.services,
            limits,
            table,
            capabilities,
            "mail.example.test",
            "0",
            lambda name, status: self.observed.append((name, status)),
        )
        self.clients: dict[str, Client] = {}
        self.alice: Principal
        self.bob: Principal

    async def open(self) -> None:
        await self.store.open()
        await self.services.directory.create_domain("example.test")
        self.alice, self.bob = await self._user("alice"), await self._user("bob")

    async def _user(self, name: str) -> Principal:
        entry = await self.services.directory.create_user(f"{name}@example.test", username=name)
        assert entry.account_id is not None
        await self.services.credentials.set_password(entry.id, PASSWORD)
        return Principal(entry.id, entry.address, entry.account_id, entry.display_name)

    async def close(self) -> None:
        for client in self.clients.values():
            client.stream.eof_received()
        await self.quiet()
        for name, client in self.clients.items():
            assert client.closed, f"session {name} outlives its connection"
        assert self.services.connections.count() == 0, "a place in the count was not given back"
        await self.store.close()

    async def quiet(self) -> None:
        """Let everything that is under way come to its end, in the writer and in threads as well."""
        for _ in range(2):
            await self.store.write(lambda _transaction: None)
            await asyncio.to_thread(int)
            for _ in range(60):
                await asyncio.sleep(0)

    async def client(self, name: str) -> Client:
        """The session of that name, greeted and (unless it is called `x…`) signed in."""
        if name not in self.clients:
            client = self.clients[name] = Client(self)
            await client.until(bool)
            if not name.startswith("x"):
                user = {"a": "alice", "b": "bob"}[name[0]]
                assert (await client.say(f"0 LOGIN {user}@example.test {PASSWORD}")).startswith("OK")
        return self.clients[name]

    async def folder_id(self, principal: Principal, path: str = "INBOX") -> FolderId:
        return (await self.services.folders.open(principal, principal.account_id, path)).folder.id

    async def deliver(self, *data: bytes, to: Principal | None = None, path: str = "INBOX") -> None:
        """Messages by somebody else."""
        owner = to or self.alice
        incoming = [Incoming(each) for each in data]
        await self.services.messages.append(owner, await self.folder_id(owner, path), incoming)

    async def share(
        self, path: str, letters: str, *, owner: Principal | None = None, to: Principal | None = None
    ) -> None:
        """Grant rights on one of Alice's folders to Bob, or as told; no letters take them all away."""
        giver, taker = owner or self.alice, to or self.bob
        folder_id = await self.folder_id(giver, path)
        rights = rights_of(letters) if letters else None
        await self.services.permissions.set_grant(giver, folder_id, taker.id, rights, reveal=True)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        for client in self.clients.values():
            client.timers.advance(seconds)

    async def script(self, text: str) -> None:
        """Play a transcript; see the top of this file."""
        said: list[tuple[str, bytes]] = []
        wanted: list[str] = []
        listener = ""

        async def check() -> None:
            for name, octets in said:
                (await self.client(name)).send(octets)
            if wanted:
                await self._expect(listener, wanted, b"".join(octets for _, octets in said))
            said.clear()
            wanted.clear()

        for line in filter(str.strip, text.splitlines()):
            match = re.fullmatch(r"\s*([a-z][0-9]?)([<>]) ?(.*)", line)
            if match is None:
                raise ValueError(f"no line of a script: {line!r}")
            name, direction, rest = match.groups()
            if direction == ">":
                if wanted:
                    await check()
                if said and said[-1][0] == name:
                    said[-1] = (name, said[-1][1] + rest.encode() + b"\r\n")
                else:
                    said.append((name, rest.encode() + b"\r\n"))
            else:
                if wanted and name != listener:
                    await check()
                listener = name
                wanted.append(rest)
        await check()

    async def _expect(self, name: str, wanted: list[str], sent: bytes) -> None:
        client = await self.client(name)
        ends = wanted[-1] == "END"
        patterns = [each for each in wanted if each != "END"]
        if ends:
            got = await client.until(lambda _lines: False)
        else:
            got = await client.until(lambda lines: _matches(lines, patterns) or _is_enough(lines, patterns))
        await self.quiet()
        got += client._lines()
        shown = "\n".join(f"    {line}" for line in got)
        expected = "\n".join(f"    {line}" for line in wanted)
        assert _matches(got, patterns), f"after {sent!r} session {name} was told\n{shown}\ninstead of\n{expected}"
        assert client.closed is ends, (
            f"after {sent!r} session {name} is {'closed' if client.closed else 'open'}\n{shown}"
        )


def _is_enough(lines: list[str], patterns: list[str]) -> bool:
    return "***" not in patterns and len(lines) >= len(patterns)


def _matches(lines: list[str], patterns: list[str]) -> bool:
    parts = [
        r"(?:[^\n]*\n)*?" if each == "***" else re.escape(each).replace("…", "[^\n]*") + r"\n" for each in patterns
    ]
    return re.fullmatch("".join(parts), "".join(line + "\n" for line in lines)) is not None


Scenario = Callable[[World], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def converse(tmp_path: Path) -> Run:
    """`converse(scenario, inbox=0, services={}, profile="full", **limits)`: run a coroutine function with a world.

    `inbox`: so many messages lie in Alice's INBOX, which no session has been told of.
    """

    def run(
        scenario: Scenario,
        *,
        inbox: int = 0,
        services: dict[str, Any] | None = None,
        profile: str = "full",
        **limits: Any,
    ) -> None:
        async def whole() -> None:
            cheap = {"login_hash_memory_kib": 64, "login_hash_time_cost": 1, "failed_login_delay_s": 0.0}
            world = World(
                tmp_path / "store", ServiceLimits(**(cheap | (services or {}))), ImapLimits(**limits), profile
            )
            await world.open()
            try:
                if inbox:
                    await world.deliver(*[message(number) for number in range(1, inbox + 1)])
                await scenario(world)
            finally:
                await world.close()

        asyncio.run(asyncio.wait_for(whole(), 60))

    return run


@pytest.fixture
def play(converse: Run) -> Run:
    """`play(text, …)`: run a transcript; see the top of this file."""

    def run(text: str, **options: Any) -> None:
        async def scenario(world: World) -> None:
            await world.script(text)

        converse(scenario, **options)

    return run


__all__ = ["AccountPermission", "Right", "World", "message"]

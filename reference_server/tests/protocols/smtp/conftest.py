"""Conversations with a session over a connection without a socket; services are played by small stand-ins."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import ManualClock
from mailproof_server.model.envelope import SmtpEnvelope
from mailproof_server.model.errors import NotAuthenticated, NotFound, Refusal, SendAsDenied
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.net.base import Peer
from mailproof_server.net.memory import ManualTimers, MemoryTransport, connect
from mailproof_server.net.stream import Stream
from mailproof_server.protocols.smtp.limits import SmtpLimits
from mailproof_server.protocols.smtp.session import SmtpServer
from mailproof_server.services.connections import Connections
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.revocations import Revocations

ALICE = Principal(PrincipalId(1), "alice@example.test", AccountId(1), "Alice")
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


class Credentials:
    """Knows Alice and her password."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.refusal: Refusal | None = None

    async def authenticate(
        self, login: str, password: str, *, protocol: str, address: str, authorize: str = ""
    ) -> Principal:
        self.asked.append({"login": login, "protocol": protocol, "address": address, "authorize": authorize})
        if self.refusal is not None:
            raise self.refusal
        if (login, password) != (ALICE.address, "secret") or authorize not in ("", login):
            raise NotAuthenticated("Authentication failed")
        return ALICE


@dataclass
class Submission:
    """Takes messages from Alice to everybody at example.test but nobody@."""

    taken: list[tuple[SmtpEnvelope, bytes]] = field(default_factory=list)
    announced: list[int] = field(default_factory=list)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """By recipient address; under `message`: at the end."""
    bug: Exception | None = None
    gate: asyncio.Event | None = None

    async def check_sender(self, principal: Principal, address: str) -> None:
        if address and address.lower() != principal.address:
            raise SendAsDenied(f"You have no permission to send as {address}")

    async def check_recipient(self, _principal: Principal, address: str, size_bytes: int = 0) -> None:
        self.announced.append(size_bytes)
        if address.startswith("nobody@"):
            raise NotFound(f"No such recipient: {address}")
        if address in self.refusals:
            raise self.refusals[address]

    async def submit(self, _principal: Principal, envelope: SmtpEnvelope, data: bytes) -> str:
        if self.gate is not None:
            await self.gate.wait()
        if self.bug is not None:
            raise self.bug
        if "message" in self.refusals:
            raise self.refusals["message"]
        self.taken.append((envelope, data))
        return envelope.extras["queue_id"]


async def settle() -> None:
    """Let everything that is ready run."""
    for _ in range(30):
        await asyncio.sleep(0)


class Conversation:
    """One client of one session. `say` sends octets and answers everything the server sent back."""

    def __init__(self, limits: SmtpLimits, service_limits: ServiceLimits) -> None:
        self.credentials = Credentials()
        self.submission = Submission()
        no_store: Any = None  # with a check interval of 0 nobody else is asked
        self.revocations = Revocations(no_store, ManualClock(NOW), 0)
        self.connections = Connections(service_limits, self.revocations)
        services: Any = SimpleNamespace(
            clock=ManualClock(NOW),
            limits=service_limits,
            credentials=self.credentials,
            connections=self.connections,
            submission=self.submission,
        )
        self.observed: list[tuple[bytes, int]] = []
        self.server = SmtpServer(
            services, limits, "mail.example.test", lambda verb, code: self.observed.append((verb, code))
        )
        self.timers = ManualTimers()
        self.stream: Stream
        self.transport: MemoryTransport

    async def open(self) -> bytes:
        self.stream, self.transport = connect(self.server.serve, timers=self.timers, peer=Peer("192.0.2.9", 40000))
        await settle()
        return self.transport.take()

    async def say(self, octets: bytes) -> bytes:
        self.stream.data_received(octets)
        await settle()
        return self.transport.take()

    @property
    def is_closed(self) -> bool:
        return self.transport.closing

    async def script(self, text: str) -> None:
        """`C: ` lines are sent, neighbouring ones in one burst; `S: ` lines are all that must come back then.

        A server line that ends with `…` is a prefix. `END` means that the server has closed.
        """
        sent = b""
        expected: list[str] = []

        async def check() -> None:
            nonlocal sent
            await settle()
            got = await self.say(sent) if sent else self.transport.take()
            lines = got.decode().split("\r\n")
            assert lines.pop() == "", f"not whole lines: {got!r}"
            assert len(lines) == len(expected), f"after {sent!r}: {lines} instead of {expected}"
            for line, wanted in zip(lines, expected, strict=True):
                good = line.startswith(wanted[:-1]) if wanted.endswith("…") else line == wanted
                assert good, f"after {sent!r}: {line!r} instead of {wanted!r}"
            sent = b""
            expected.clear()

        for line in text.strip().splitlines():
            kind, _, rest = line.strip().partition(":")
            rest = rest.removeprefix(" ")
            if kind == "C":
                if expected:
                    await check()
                sent += rest.encode() + b"\r\n"
            elif kind == "S":
                expected.append(rest)
            elif kind == "END":
                await check()
                assert self.is_closed
            else:
                raise ValueError(line)
        if sent or expected:
            await check()

    async def sign_in(self) -> None:
        await self.say(b"EHLO client.example\r\n")
        assert (await self.say(b"AUTH PLAIN AGFsaWNlQGV4YW1wbGUudGVzdABzZWNyZXQ=\r\n")).startswith(b"235 ")

    async def begin(self, recipients: int = 1) -> None:
        """A transaction with recipients."""
        lines = [b"MAIL FROM:<alice@example.test>\r\n"]
        lines += [b"RCPT TO:<user%d@example.test>\r\n" % number for number in range(recipients)]
        got = await self.say(b"".join(lines))
        assert got.count(b"250 ") == recipients + 1


Scenario = Callable[[Conversation], Awaitable[None]]
Run = Callable[..., None]


@pytest.fixture
def converse() -> Run:
    """`converse(scenario, signed_in=True, **limits)`: run a coroutine function with an open conversation."""

    def run(
        scenario: Scenario, *, signed_in: bool = True, services: ServiceLimits | None = None, **limits: Any
    ) -> None:
        async def whole() -> None:
            talk = Conversation(SmtpLimits(**limits), services or ServiceLimits())
            await talk.open()
            if signed_in:
                await talk.sign_in()
            await scenario(talk)
            talk.stream.eof_received()
            await settle()
            assert talk.is_closed, "the session outlives its connection"
            assert talk.connections.count() == 0, "the place in the count was not given back"

        asyncio.run(asyncio.wait_for(whole(), 20))

    return run


@pytest.fixture
def play(converse: Run) -> Run:
    """`play(text, …)`: run a transcript; see `Conversation.script`."""

    def run(text: str, **options: Any) -> None:
        converse(lambda talk: talk.script(text), **options)

    return run

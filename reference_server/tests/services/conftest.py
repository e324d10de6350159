"""An organisation on a store of its own, with a clock that stands still, for each test; every store runs every test."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.clock import ManualClock
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.services.bundle import Services
from mailproof_server.services.credentials import Credentials
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.messages import Incoming
from mailproof_server.services.revocations import Revocations
from mailproof_server.services.sinks import Attempt, OutboundMessage
from mailproof_server.store.base import Store
from mailproof_server.store.sqlite import SqliteStore

T = TypeVar("T")
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FAST = ServiceLimits(login_hash_memory_kib=64, login_hash_time_cost=1, failed_login_delay_s=1.0, revocation_check_s=0)


class FakeSink:
    """Answers with what it was told to, and keeps what it was given."""

    host = "relay.test"

    def __init__(self) -> None:
        self.sent: list[OutboundMessage] = []
        self.replies: dict[str, str] = {}
        self.confirms = False
        self.was_asked = asyncio.Event()

    async def send(self, message: OutboundMessage) -> Sequence[Attempt]:
        self.sent.append(message)
        self.was_asked.set()
        return [
            Attempt(self.replies.get(each.address, "250 2.0.0 Accepted"), self.confirms)
            for each in message.envelope.recipients
        ]


class World:
    """Services over a real store, driven from plain test functions."""

    def __init__(self, store: Store, limits: ServiceLimits = FAST) -> None:
        self.store = store
        self.clock = ManualClock(START)
        self.sink = FakeSink()
        self.slept: list[float] = []
        self.loop = asyncio.new_event_loop()
        self.configure(limits)

    def configure(self, limits: ServiceLimits) -> None:
        """Services anew, with other limits, over the same store."""
        self.limits = limits
        self.services = Services.join(self.store, self.clock, limits, host_name="mail.example.test", sink=self.sink)
        # Of another worker: other objects over the same store; it does not really wait after failures.
        self.revocations = Revocations(self.store, self.clock, limits.revocation_check_s)
        self.credentials = Credentials(self.store, self.clock, limits, self.revocations, sleep=self._sleep)

    def limit(self, **changes: Any) -> None:
        self.configure(msgspec.structs.replace(self.limits, **changes))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def run(self, work: Awaitable[T]) -> T:
        async def act() -> T:
            return await work

        return self.loop.run_until_complete(act())

    def user(self, name: str, **facts: Any) -> Principal:
        address = name if "@" in name else f"{name}@example.test"
        facts.setdefault("username", address.replace("@", "_at_"))
        entry = self.run(self.services.directory.create_user(address, **facts))
        return self.principal(entry)

    def principal(self, entry: DirectoryEntry) -> Principal:
        assert entry.account_id is not None
        return Principal(entry.id, entry.address, entry.account_id, entry.display_name)

    def group(self, name: str, *members: Any) -> DirectoryEntry:
        entry = self.run(self.services.directory.create_group(f"{name}@example.test"))
        for member in members:
            self.run(self.services.directory.add_member(entry.id, member.id))
        return entry

    def folder(self, principal: Principal, path: str = "INBOX") -> Folder:
        return self.run(self.services.folders.open(principal, principal.account_id, path)).folder

    def role(self, principal: Principal, role: FolderRole) -> Folder:
        folder = self.run(self.store.read(lambda view: view.folder_by_role(principal.account_id, role)))
        assert folder is not None
        return folder

    def inbox(self, principal: Principal) -> list[bytes]:
        """Every message in the inbox, oldest first."""
        folder = self.folder(principal)
        messages = self.services.messages
        uids = self.run(messages.uids(principal, folder.id))
        return [self.run(messages.data(principal, folder.id, uid)) for uid in uids]

    def append(self, principal: Principal, folder: Folder, *data: bytes, **facts: Any) -> tuple[int, ...]:
        incoming = [Incoming(each, **facts) for each in data]
        return self.run(self.services.messages.append(principal, folder.id, incoming)).uids

    def submit(self, principal: Principal, data: bytes, *recipients: str | EnvelopeRecipient, **facts: Any) -> str:
        envelope = SmtpEnvelope(
            sender=facts.pop("sender", principal.address),
            recipients=tuple(
                each if isinstance(each, EnvelopeRecipient) else EnvelopeRecipient(each) for each in recipients
            ),
            received=facts.pop("received", b"Received: from client\r\n by mail.example.test; date\r\n"),
            **facts,
        )
        return self.run(self.services.submission.submit(principal, envelope, data))


@pytest.fixture(params=[SqliteStore], ids=["sqlite"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made: Callable[[Path], Store] = request.param
    one = World(made(tmp_path / "store"))
    one.run(one.store.open())
    one.run(one.services.directory.create_domain("example.test"))
    one.run(one.services.directory.create_domain("second.test"))
    yield one
    one.run(one.store.close())
    one.loop.run_until_complete(one.loop.shutdown_default_executor())
    one.loop.close()

"""Bringing about what an organisation's file says: what is missing is made, what differs is changed, nothing goes.

Theory
------
* Every step compares what there is with what the file says, tells what it is about to do, and does it; a dry run tells
  only. Doing it a second time finds no difference. What has not been made yet, in a dry run, differs in everything.
* All steps check the file before the first one does anything: a name that leads nowhere is found out while nothing has
  changed.
* A server that starts with the file makes what is missing and leaves the rest to the operator (`update` False).
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from mailproof_server import registry
from mailproof_server.app.config import ConfigError
from mailproof_server.app.organisation.spec import OrganisationSpec
from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.errors import Refusal
from mailproof_server.model.ids import AccountId
from mailproof_server.services.bundle import Services


@dataclass(frozen=True, slots=True)
class ProvisionedAccount:
    """What a target profile says of an account."""

    role: str
    address: str
    username: str
    password: str
    """Empty for one that was there already."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done, or would be."""

    text: str
    address: str = ""
    password: str = ""
    token: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of a file."""

    changes: list[Change] = field(default_factory=list)
    accounts: list[ProvisionedAccount] = field(default_factory=list)


class Run:
    """One application of a file, as the steps see it."""

    def __init__(self, spec: OrganisationSpec, services: Services, *, source: str, update: bool, dry_run: bool) -> None:
        self.spec = spec
        self.services = services
        self.update = update
        self.dry_run = dry_run
        self.outcome = Outcome()
        self.domains: set[str] = set()
        """Those that are there."""
        self._source = source
        self._known: dict[str, DirectoryEntry] = {}
        self._declared = {each.lower() for _, entry in spec.entries() for each in (entry.address, *entry.aliases)}
        self._made: set[str] = set()

    # -- what there is -----------------------------------------------------------------------------------------------
    def learn(self, entries: Iterable[DirectoryEntry]) -> None:
        for entry in entries:
            for address in (entry.address, *entry.aliases):
                self._known[address] = entry

    def find(self, address: str) -> DirectoryEntry | None:
        """By any of its addresses; None for one that is not there, or not yet."""
        return self._known.get(address.lower())

    def get(self, address: str) -> DirectoryEntry:
        """Within what is really done: one that is there by now."""
        return self._known[address.lower()]

    def account(self, address: str) -> AccountId:
        """Within what is really done. Raises KeyError for a group: checks have refused it."""
        account_id = self.get(address).account_id
        if account_id is None:
            raise KeyError(address)
        return account_id

    def concerns(self, address: str) -> bool:
        """Whether the file has a say in the entry: it does in all, or in those that it has made."""
        return self.update or address.lower() in self._made

    @property
    def has_made_anything(self) -> bool:
        return bool(self._made)

    # -- saying and doing --------------------------------------------------------------------------------------------
    def wrong(self, where: str, what: object) -> ConfigError:
        """A mistake in the file, named."""
        return ConfigError(f"{self._source}: {where}: {what}")

    def require(self, where: str, address: str) -> None:
        """For checks: raises ConfigError for an address that neither the directory nor the file has."""
        if address.lower() not in self._known and address.lower() not in self._declared:
            raise self.wrong(where, f"nobody has the address {address}")

    async def do(self, where: str, change: Change | str, act: Callable[[], Awaitable[object]]) -> None:
        """Tell it, and do it unless the run is dry. A refusal becomes a ConfigError that names the place."""
        self.outcome.changes.append(change if isinstance(change, Change) else Change(change))
        if self.dry_run:
            return
        try:
            await act()
        except Refusal as refusal:
            raise self.wrong(where, refusal) from refusal

    def note_made(self, address: str) -> None:
        """The entry is new, or would be."""
        self._made.add(address.lower())


async def _nothing_to_check(_run: Run) -> None:
    """Of a step that refers to nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing that a file can ask for."""

    order: int
    carry_out: Callable[[Run], Awaitable[None]]
    check: Callable[[Run], Awaitable[None]] = _nothing_to_check
    """Raises ConfigError."""


async def apply(
    spec: OrganisationSpec, services: Services, *, source: str, update: bool = True, dry_run: bool = False
) -> Outcome:
    """Make the organisation what `spec` says.

    `source`: the file's name, for messages. `update` False: what is there already is left alone. `dry_run`: nothing is
    done at all. Raises ConfigError naming file and key; what the file asks for before that place has been done then.
    """
    from mailproof_server.app.organisation import steps

    run = Run(spec, services, source=source, update=update, dry_run=dry_run)
    run.learn(await services.directory.entries())
    run.domains.update(await services.directory.domains())
    ordered = sorted(registry.load(steps, Step), key=lambda each: each.order)
    for step in ordered:
        await step.check(run)
    for step in ordered:
        await step.carry_out(run)
    return run.outcome

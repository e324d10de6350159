"""The accounts and names that a case may call its own (ARCHITECTURE §4, "A case", 4).

Every worker has a primary account, so that parallel cases do not meet in an inbox; other accounts are leased by role.
A case takes all its locks at once, in one order, before it starts: two cases can wait for one another's end, never
for one another's next step. That is why a role has to be declared with `@needs("role:bob")` before it is leased.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from mailproof_suites.capabilities import OTHER, SELF, Capabilities, Need, require_endpoint, sign_in, submit_as
from mailproof_suites.clients.errors import HarnessError, UnexpectedReply
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.observer import ConnectionInfo, Observer, SentCommand
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.context import Context
from mailproof_suites.expect import note
from mailproof_suites.janitor import FOLDER, Janitor
from mailproof_suites.targets import Account, Target


class AccountRefusedError(Exception):
    """The target does not let an account of the profile in; the profile's fault, so the verdict is `error`."""


class Watchers(Protocol):
    """Makes the observers of one new connection."""

    def __call__(self, protocol: str) -> Sequence[Observer]:
        """`protocol` is "imap" or "smtp"."""


class World:
    """One case's share of the target: accounts, connections, names. `close` removes everything that it made.

    Args:
        context: the run.
        token: unique to the case.
        needed: what the case declared.
        transcript: where its connections write.
        watchers: monitors for each connection.
        janitor: cleans up afterwards.
    """

    def __init__(
        self,
        context: Context,
        token: str,
        needed: Sequence[Need],
        transcript: Transcript,
        watchers: Watchers,
        janitor: Janitor,
    ) -> None:
        self.token = token
        self.target: Target = context.target
        self.capabilities: Capabilities = context.capabilities
        self.transcript = transcript
        self._context = context
        self._watchers = watchers
        self._janitor = janitor
        self._connections: defaultdict[str, list[ImapClient | SmtpClient]] = defaultdict(list)
        self._labels: defaultdict[str, int] = defaultdict(int)
        self._folders: defaultdict[str, list[str]] = defaultdict(list)
        self._inboxes: dict[str, bool] = {}
        self._locks = ExitStack()
        exclusive = {name for need in needed if need.kind == "exclusive" for name in need.names}
        roles = {name for need in needed if need.kind in ("role", "exclusive") for name in need.names} - {SELF}
        self._primary = self._choose(roles, context.worker)
        self._leases = {role: self._other() if role == OTHER else self._by_role(role) for role in roles}
        self._exclusive = {account.address for role, account in self._leases.items() if role in exclusive}
        self._exclusive.add(self._primary.address)
        self._lock_all()

    # -- accounts ------------------------------------------------------------------------------------------------------

    def lease(self, role: str | None = None, exclusive: bool = False) -> Account:
        """The account with this role, or the case's own one.

        Args:
            role: a role that the case declared with `@needs("role:…")`; "other" is anybody but the case's own account.
            exclusive: nobody else may use it meanwhile; declared with `@needs("exclusive:…")`. The case's own account
                always is exclusive.

        Raises HarnessError for what the case did not declare.
        """
        if role is None:
            return self._primary
        if role not in self._leases:
            raise HarnessError(f'a case that leases {role} declares it: @needs("role:{role}")')
        account = self._leases[role]
        if exclusive and account.address not in self._exclusive:
            raise HarnessError(f'a case that wants {role} for itself declares it: @needs("exclusive:{role}")')
        return account

    def _choose(self, roles: set[str], worker: int) -> Account:
        """The worker's own account, unless the case gives it another part to play."""
        candidates = self.target.primaries()
        ring = candidates[worker % len(candidates) :] + candidates[: worker % len(candidates)]
        free = [account for account in ring if not account.role or account.role not in roles]
        if not free:
            pytest.skip(f"needs one more account beside {', '.join(sorted(roles))}")
        return free[0]

    def _other(self) -> Account:
        """Somebody else, as far as possible nobody's primary account."""
        candidates = [account for account in self.target.primaries() if account != self._primary]
        if not candidates:
            pytest.skip("needs a second account, which the profile lacks")
        workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
        return candidates[(self._context.worker + workers - 1) % len(candidates)]

    def _by_role(self, role: str) -> Account:
        account = self.target.account(role)
        if account is None:
            pytest.skip(f"needs an account with role {role}, which the profile lacks")
        return account

    def _lock_all(self) -> None:
        """Lock every account of the case, in the order of addresses, which is the same in every process."""
        # Connections are counted per process, so a limit on them holds only where an account has one user at a time.
        limited = self.target.limits.connections_per_account > 0
        accounts = {account.address for account in [self._primary, *self._leases.values()]}
        for address in sorted(accounts):
            name = hashlib.sha256(address.encode()).hexdigest()[:16]
            lock = self._locks.enter_context((self._context.run_dir / "locks" / name).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX if limited or address in self._exclusive else fcntl.LOCK_SH)

    # -- connections ---------------------------------------------------------------------------------------------------

    def connect_imap(
        self, account: Account | None = None, *, login: bool = True, name: str | None = None, **options: Any
    ) -> ImapClient:
        """A new IMAP connection, watched by the monitors, closed after the case.

        Args:
            account: whose; the case's own, unless given.
            login: sign in.
            name: label in the transcript.
            options: further arguments of `ImapClient`.
        """
        require_endpoint(self.target, "imaps")
        assert self.target.imaps is not None
        host, port = self.target.imaps.host, self.target.imaps.port
        account = account or self._primary
        label = self._admit(account, "imap", name)
        client = ImapClient(host, port, **self._options("imap", label, options))
        self._connections[account.address].append(client)
        if login:
            self._sign_in(account, lambda: sign_in(client, account))
        return client

    def connect_smtp(
        self, account: Account | None = None, *, login: bool = True, name: str | None = None, **options: Any
    ) -> SmtpClient:
        """A new SMTP connection; with `login`, after EHLO and AUTH; else only the greeting was read."""
        require_endpoint(self.target, "smtps")
        assert self.target.smtps is not None
        host, port = self.target.smtps.host, self.target.smtps.port
        account = account or self._primary
        label = self._admit(account, "smtp", name)
        client = SmtpClient(host, port, **self._options("smtp", label, options))
        self._connections[account.address].append(client)
        if login:
            self._sign_in(account, lambda: submit_as(client, account))
        return client

    def disconnect(self, client: ImapClient | SmtpClient) -> None:
        """Close a connection before the end of the case."""
        client.close()
        for clients in self._connections.values():
            if client in clients:
                clients.remove(client)

    def _admit(self, account: Account, protocol: str, name: str | None) -> str:
        """Label of one more connection; skips the case where the profile allows no more of them."""
        limit = self.target.limits.connections_per_account
        if limit and len(self._connections[account.address]) >= limit:
            pytest.skip(f"the profile allows {limit} connections per account, and this case needs more")
        if name is not None:
            return name
        who = "" if account == self._primary else f"{account.role or account.address.partition('@')[0]}-"
        self._labels[f"{who}{protocol}"] += 1
        number = self._labels[f"{who}{protocol}"]
        return f"{who}{protocol}{number if number > 1 else ''}"

    def _options(self, protocol: str, label: str, options: dict[str, Any]) -> dict[str, Any]:
        observers = [*self._watchers(protocol), *options.pop("observers", ())]
        rate = self.target.limits.commands_per_second
        if rate:
            observers.append(Throttle(rate / int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))))
        return {
            "ca_file": self.target.ca_path,
            "timeout_s": self.target.timeout_s,
            "transcript": self.transcript,
            "name": label,
            "observers": observers,
            **options,
        }

    def _sign_in(self, account: Account, attempt: Callable[[], None]) -> None:
        try:
            attempt()
        except UnexpectedReply as problem:
            raise AccountRefusedError(f"the target does not let {account} sign in: {problem.actual}") from problem

    # -- names ---------------------------------------------------------------------------------------------------------

    def folder_name(self, suffix: str = "", account: Account | None = None) -> str:
        """A folder name of the case's own, not created; whatever is there after the case is deleted.

        Args:
            suffix: appended, so that a case can have several names, or names in other letters.
            account: whose folder it will be.
        """
        base = f"{self.capabilities.prefix}{FOLDER}{self.token}"
        folders = self._folders[(account or self._primary).address]
        if base not in folders:
            folders.append(base)
        return base + suffix

    def uses_inbox(self, account: Account | None = None, *, sends: bool = False) -> None:
        """Have messages with the case's token removed from the account's inbox afterwards.

        Args:
            account: whose.
            sends: the case sends mail, so that answers and bounces may quote the token anywhere.
        """
        address = (account or self._primary).address
        self._inboxes[address] = self._inboxes.get(address, False) or sends

    # -- the end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the case's connections, remove what it made, give its accounts back."""
        with self._locks:
            for clients in self._connections.values():
                for client in clients:
                    client.close()
            self._connections.clear()
            if self.target.imaps is None:
                return
            by_address = {account.address: account for account in [self._primary, *self._leases.values()]}
            for address, account in by_address.items():
                inbox, sends = address in self._inboxes, self._inboxes.get(address, False)
                folders = self._folders[address]
                if folders or inbox:
                    for text in self._janitor.clean(account, self.token, folders, inbox=inbox, sent_mail=sends):
                        note(text)


class Throttle:
    """Keeps a connection from sending commands faster than the profile's limit allows.

    Args:
        per_second: commands per second, for all connections of this process together.
    """

    _last_s = 0.0

    def __init__(self, per_second: float) -> None:
        self._gap_s = 1 / per_second

    def on_open(self, connection: ConnectionInfo) -> None:
        """Nothing to do."""

    def on_sent(self, command: SentCommand) -> None:
        """Wait until the next command may go."""
        if command.kind == "command":
            wait_s = Throttle._last_s + self._gap_s - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            Throttle._last_s = time.monotonic()

    def on_response(self, response: Any) -> None:
        """Nothing to do."""

    def on_violation(self, violation: Any) -> None:
        """Nothing to do."""

    def on_close(self) -> None:
        """Nothing to do."""

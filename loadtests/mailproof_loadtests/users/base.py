"""What every user has in common: connections, events, pacing, and what becomes of a wrong answer.

Theory
------
A user acts in *steps* (`@step`). A step is a few requests, each an event of Locust's under its protocol's own name.
What a step raises is sorted here, once: a `ClientError` is the target refusing or failing (the request's event carries
it already, under a normalised name); a `WrongAnswerError`, broken grammar or a monitor's violation is a finding, kept
with the wire log of the user's connections. After either the user connects anew: nobody knows what is still on the way.

Closed loop: a step begins when the one before has ended. Open loop (`arrivals_per_s`): steps have intended starts, and
each has a second event "(since intended start)", so that a server that stands still is not asked less and thereby
flattered (coordinated omission).
"""

from __future__ import annotations

import functools
import itertools
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import gevent
from locust import User, task

from mailproof_loadtests.record import Finding, Record
from mailproof_loadtests.rules import GRAMMAR, MONITOR, RULES, WrongAnswerError
from mailproof_loadtests.settings import Settings, read_settings
from mailproof_loadtests.users.failures import normalised
from mailproof_suites.clients.errors import ClientError, GrammarViolation
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.clients.tls import client_context
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.monitors import Collector, observers_for
from mailproof_suites.targets import Account, load_profile

U = TypeVar("U", bound="CheckedUser")
LOG_OCTETS = 64 * 1024
RETRY_S = 1.0
"""Pause after a failed step, so that a target that refuses everything is not asked in a tight loop."""


class Company:
    """What the users of one process share."""

    def __init__(self) -> None:
        self.settings: Settings = read_settings()
        self.target = load_profile(Path(self.settings.target))
        self.record = Record(Path(self.settings.folder))
        self.tls = client_context(self.target.ca_path)
        self.worker_index = 0
        self._numbers = itertools.count()

    def number(self) -> int:
        """Of the next user: distinct over all processes."""
        return next(self._numbers) * self.settings.processes + self.worker_index


@functools.cache
def company() -> Company:
    """The one of this process, made when it is first asked for: after Locust has forked."""
    return Company()


def step(weight: int = 1) -> Callable[[Callable[[U], None]], Callable[[U], None]]:
    """A task of a `CheckedUser`."""

    def decorate(act: Callable[[U], None]) -> Callable[[U], None]:
        @functools.wraps(act)
        def run(user: U) -> None:
            user.run_step(act)

        return cast("Callable[[U], None]", task(weight)(run))

    return decorate


class CheckedUser(User):
    """Base of all users."""

    abstract = True
    needs: tuple[str, ...] = ("imaps",)
    connections = 1
    """How many one user holds, for the cap towards foreign targets."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.company = company()
        self.settings = self.company.settings
        self.target = self.company.target
        self.record = self.company.record
        self.index = self.company.number()
        self.prefix = f"{self.settings.token}.{os.getpid()}x{self.index}"
        self.random = random.Random(self.settings.seed * 100_003 + self.index)  # noqa: S311 -- repeatable on purpose
        accounts = self.target.primaries()
        self.account: Account = accounts[self.index % len(accounts)]
        self.collector = Collector()
        self.transcript = Transcript(max_octets=LOG_OCTETS)
        self._judged = 0
        self._intended_s = time.monotonic()
        self._checkpoint_at = time.monotonic() + self.settings.checkpoint_s * (0.5 + self.random.random())

    # -- for users ---------------------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Connect, make what is needed; called before the first step, and again after a failed one."""

    def disconnect(self) -> None:
        """Close every connection."""

    def checkpoint(self) -> None:
        """Compare everything promised with what is there."""

    def remove(self) -> None:
        """Remove everything made."""

    # -- life --------------------------------------------------------------------------------------------------------
    def on_start(self) -> None:
        """Connect; a target that is not there yet is tried again by the first step."""
        self._guarded(self.prepare)

    def on_stop(self) -> None:
        """The last checkpoint, and the broom."""
        self._guarded(self.checkpoint)
        try:
            self.remove()
        except ClientError as problem:
            self.record.tally.left_behind.append(f"{self.account.address}: {self.prefix}: {normalised(problem)}")
        self.disconnect()
        self.record.monitored(self.collector.checks)
        self.collector.checks.clear()
        self.record.save()

    def run_step(self, act: Callable[[Any], None]) -> None:
        """One step at its time, with whatever comes of it."""
        intended_s = self._await_turn()
        problem = self._guarded(lambda: self._prepared(act))
        if self.settings.arrivals_per_s:
            name = f"{act.__name__.replace('_', ' ')} (since intended start)"
            self._fire("step", name, time.monotonic() - intended_s, 0, problem)
        if time.monotonic() >= self._checkpoint_at:
            self._checkpoint_at = time.monotonic() + self.settings.checkpoint_s
            self._guarded(self.checkpoint)

    def _prepared(self, act: Callable[[Any], None]) -> None:
        self.prepare()
        act(self)

    def _await_turn(self) -> float:
        """Wait until the next step is due; when that was meant to be."""
        rate = self.settings.arrivals_per_s or self.settings.commands_per_s
        if not rate:
            return time.monotonic()
        mean_s = max(self.settings.users, 1) / rate
        self._intended_s += self.random.expovariate(1 / mean_s) if self.settings.arrivals_per_s else mean_s
        if not self.settings.arrivals_per_s:
            self._intended_s = max(self._intended_s, time.monotonic())  # a cap is never made up for by a burst
        gevent.sleep(max(0.0, self._intended_s - time.monotonic()))
        return self._intended_s

    def _guarded(self, act: Callable[[], None]) -> Exception | None:
        """Run it; sort what it raises."""
        problem: Exception | None = None
        try:
            act()
        except GrammarViolation as violation:
            problem = violation
            self._find(GRAMMAR, violation.expected, violation.actual, ())
        except WrongAnswerError as wrong:
            problem = wrong
            self.report(wrong)
        except ClientError as failure:
            problem = failure
        if problem is not None:
            self.disconnect()
        self._judge_monitors()
        if isinstance(problem, ClientError):
            gevent.sleep(RETRY_S * self.random.random())
        return problem

    # -- findings ----------------------------------------------------------------------------------------------------
    def check(self, rule: str, right: bool, expected: object, actual: object) -> None:
        """Count a check; raises WrongAnswerError when it is not right."""
        self.record.checked(rule)
        if not right:
            raise WrongAnswerError(rule, str(expected), str(actual))

    def report(self, wrong: WrongAnswerError) -> None:
        """A wrong answer, with the user's wire log."""
        self._find(wrong.rule, wrong.expected, wrong.actual, RULES[wrong.rule])

    def _judge_monitors(self) -> None:
        self.record.checked(MONITOR)
        for violation in self.collector.violations[self._judged :]:
            expected = f"{violation.rule.replace('_', ' ')}: {violation.expected}"
            self._find(MONITOR, expected, f"{violation.actual} in {violation.line}", violation.requirements)
        self._judged = len(self.collector.violations)

    def _find(self, rule: str, expected: str, actual: str, requirements: tuple[str, ...]) -> None:
        finding = Finding(rule, expected, actual, requirements, self.account.address, time.time(), "")
        finding = Finding(
            rule, expected, actual, requirements, self.account.address, finding.at, self.transcript.render()
        )
        self.record.found(finding)
        self._fire("check", rule, 0.0, 0, WrongAnswerError(rule, expected, actual))

    # -- requests ----------------------------------------------------------------------------------------------------
    @contextmanager
    def request(self, protocol: str, name: str, octets: int = 0) -> Iterator[list[int]]:
        """One request, an event of Locust's; add the octets of the answer to the list."""
        size = [octets]
        began_s = time.monotonic()
        problem: Exception | None = None
        try:
            yield size
        except ClientError as failure:
            problem = failure
            raise
        finally:
            self._fire(protocol, name, time.monotonic() - began_s, sum(size), problem)

    def _fire(self, protocol: str, name: str, seconds: float, octets: int, problem: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type=protocol,
            name=name,
            response_time=seconds * 1000,
            response_length=octets,
            exception=normalised(problem) if problem is not None else None,
            context={},
        )

    def imap(self, name: str, account: Account | None = None) -> ImapClient:
        """A signed-in IMAP connection, watched by the monitors."""
        account = account or self.account
        endpoint = self.target.imaps
        if endpoint is None:
            raise LookupError("the profile has no [imaps]")
        with self.request("IMAPS", "connect"):
            client = ImapClient(
                endpoint.host,
                endpoint.port,
                context=self.company.tls,
                timeout_s=self.target.timeout_s,
                transcript=self.transcript,
                name=name,
                observers=observers_for("imap", self.collector),
            )
        with self._closing(client), self.request("IMAPS", "LOGIN"):
            client.login(account.address, account.password)
        return client

    def smtp(self, name: str) -> SmtpClient:
        """A signed-in submission connection, watched by the monitors."""
        endpoint = self.target.smtps
        if endpoint is None:
            raise LookupError("the profile has no [smtps]")
        with self.request("SMTPS", "connect"):
            client = SmtpClient(
                endpoint.host,
                endpoint.port,
                context=self.company.tls,
                timeout_s=self.target.timeout_s,
                transcript=self.transcript,
                name=name,
                observers=observers_for("smtp", self.collector),
            )
        with self._closing(client), self.request("SMTPS", "AUTH"):
            client.ehlo()
            client.auth_plain(self.account.address, self.account.password).require(235)
        return client

    @contextmanager
    def _closing(self, client: ImapClient | SmtpClient) -> Iterator[None]:
        """Closes the connection when the block fails."""
        try:
            yield
        except ClientError:
            client.close()
            raise

"""Dispatching a message: copies into the accounts of the organisation, the rest into the outbound queue, reports back.

Theory
------
* A message is planned on a snapshot (who gets a copy, what goes outside, who cannot be reached), what must be written
  for that is prepared, and then one transaction checks that the plan still holds and carries it out: copies, queue
  entry and reports commit together, or nothing does and a new plan is made.
* An account gets one copy, however many of its addresses and groups are among the recipients.
* All copies share one stored content: on top of the message stands Return-Path (RFC 5321 section 4.4) and nothing that
  differs by recipient. A Delivered-To would make a content of its own for each of five hundred recipients, and would
  tell a member which group address was written to as Bcc.
* Junk, rules and automatic replies are decided on the same snapshot (`intake`), and carried out with the copies. A
  report to a sender inside arrives like any other message, past its receiver's rules.
* What rules send on and what followers answer is posted (`posting`): the queue delivers it after the commit.
* Followers come last, in the same transaction: `delivery.follow(follower)` has `follower(transaction, stored)` called
  once for each account that got a copy (`arrivals.Stored`). A room decides there about a meeting request. It is quick,
  reads and writes through the transaction alone, and answers by `posting.post(transaction, Letter(…), now)`. What is
  slow it prepares elsewhere, or leaves to a task of its own that the account's feed wakes. A follower that raises stops
  no delivery: all is rolled back, the fault is logged, and the message is delivered without followers.
* When nobody at all can be reached the message is refused, and its sender's client still holds it. When only some
  cannot, it is accepted and reports tell which (FEATURES MAIL-18: nothing is lost).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.clock import Clock
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.errors import NotFound, OverQuota, Refusal, TooMany, Unavailable
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Content
from mailproof_server.services.arrivals import Follower, Stored
from mailproof_server.services.bounces import Action, Outcome, is_wanted, report
from mailproof_server.services.content import THREAD_ABOVE_BYTES, make_content
from mailproof_server.services.flow_records import Arrived, arrived, record_delivery
from mailproof_server.services.intake import Decision, Intake
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.outbound import Outbound
from mailproof_server.services.posting import envelope_of
from mailproof_server.services.quota import Quota, has_room
from mailproof_server.services.resolution import Resolution, resolve
from mailproof_server.services.rules.message import Message
from mailproof_server.services.sent_count import charge
from mailproof_server.store.base import QueuedMessage, Store, Transaction, View

log = structlog.get_logger()
MAX_PLANS = 10
"""Plans that turned out to be outdated when they were to be carried out, before the server gives up for now."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One account's."""

    owner: DirectoryEntry
    via: tuple[str, ...]
    """The envelope's recipients by which it is reached."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen with a message."""

    copies: tuple[Copy, ...]
    outside: tuple[EnvelopeRecipient, ...]
    outcomes: tuple[Outcome, ...]
    """Of the recipients inside."""
    reports_to: DirectoryEntry | None
    """The sender, with an account; None for the null sender and for one outside."""

    @property
    def is_deliverable(self) -> bool:
        return bool(self.copies or self.outside)


def plan(view: View, envelope: SmtpEnvelope, size_bytes: int, limits: ServiceLimits) -> Plan:
    """Decide on each recipient, in order."""
    reached: dict[AccountId, tuple[DirectoryEntry, list[str]]] = {}
    fits: dict[AccountId, bool] = {}
    outside: dict[str, EnvelopeRecipient] = {}
    outcomes: list[Outcome] = []
    for recipient in envelope.recipients:
        try:
            resolution = resolve(view, recipient.address, limits)
        except Refusal as refusal:
            outcomes.append(_failed(recipient, refusal))
            continue
        if resolution.is_external:
            outside.setdefault(resolution.address, recipient)
            continue
        for entry in resolution.accounts:
            if entry.account_id is None:
                continue
            if entry.account_id not in reached:
                reached[entry.account_id] = entry, []
                fits[entry.account_id] = has_room(view.account(entry.account_id), size_bytes)
            reached[entry.account_id][1].append(resolution.address)
        outcomes += _outcomes(recipient, resolution, fits)
    sender = view.entry_by_address(envelope.sender.lower()) if envelope.sender else None
    return Plan(
        tuple(Copy(owner, tuple(via)) for account_id, (owner, via) in reached.items() if fits[account_id]),
        tuple(outside.values()),
        tuple(outcomes),
        sender if sender is not None and sender.account_id is not None else None,
    )


class Delivery:
    """Carrying plans out."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: ServiceLimits,
        quota: Quota,
        outbound: Outbound,
        intake: Intake,
        host_name: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._quota = quota
        self._outbound = outbound
        self._intake = intake
        self._host_name = host_name
        self._followers: list[Follower] = []
        outbound.deliver_posted_by(self.deliver_posted)

    def follow(self, follower: Follower) -> None:
        """Have it called for every delivered copy, from now on; see the module's docstring."""
        self._followers.append(follower)

    async def dispatch(
        self,
        envelope: SmtpEnvelope,
        data: bytes,
        check: Callable[[View], None] = lambda view: None,
        *,
        outside: tuple[SmtpEnvelope, bytes] | None = None,
        also: Callable[[Transaction, Content], None] = lambda transaction, content: None,
    ) -> None:
        """Deliver, queue and report in one transaction; returns after its commit.

        `data` is the message as it travels, its newest trace field on top. `outside`: another form of it, with another
        sender, for recipients outside. `check(view)` is called inside the transaction and may refuse; `also`, called
        there after everything else with what was delivered, writes what belongs to it. Raises NotFound, TooMany or
        OverQuota when no recipient can be reached (that of the first one), TooMany when the sender has written to too
        many outside recipients today, Unavailable when the organisation changes faster than plans are made.
        """
        await self._carry_out(envelope, data, check, None, outside or (envelope, data), also)

    async def deliver_posted(self, message: QueuedMessage) -> None:
        """The same for an entry of the queue, which goes with it. Nobody is there to be refused: who cannot be reached
        is reported to the sender, if there is one. Raises Unavailable; the entry then stays."""
        try:
            envelope = envelope_of(message)
            await self._carry_out(envelope, message.data, lambda view: None, message, (envelope, message.data))
        except _AlreadyDeliveredError:
            log.info("posted_elsewhere", queue_id=message.id)

    async def _carry_out(
        self,
        envelope: SmtpEnvelope,
        data: bytes,
        check: Callable[[View], None],
        posted: QueuedMessage | None,
        outside: tuple[SmtpEnvelope, bytes],
        also: Callable[[Transaction, Content], None] = lambda transaction, content: None,
    ) -> None:
        content = await make_content(return_path(envelope.sender) + data)
        message = Message(content, envelope.sender)
        followers = tuple(self._followers)
        arrived = self._clock.now() if posted is None else posted.queued_at
        for _ in range(MAX_PLANS):
            now = self._clock.now()
            look = partial(self._look, envelope=envelope, message=message, now=now)
            planned, decisions = await self._store.read(look, slow=content.size_bytes > THREAD_ABOVE_BYTES)
            if posted is None and not planned.is_deliverable:
                raise _refusal(planned)
            report_made = await self._report(planned, envelope, data, arrived, now)
            batch = _Batch(envelope, outside, planned, decisions, report_made, posted, followers, now, also)
            try:
                done = await self._store.write(partial(self._work, batch=batch, message=message, check=check))
            except _FollowerError as fault:
                log.error("follower_failed", exc_info=fault.__cause__, sender=envelope.sender)
                followers = ()
                continue
            if done is None:
                continue
            record_delivery(done.copies, message, planned.outcomes)
            if done.has_queued:
                self._outbound.wake()
            for account_id in done.nearly_full:
                await self._quota.send_notice(account_id)
            return
        raise Unavailable("The directory is changing; try again")

    def _look(
        self, view: View, envelope: SmtpEnvelope, message: Message, now: datetime
    ) -> tuple[Plan, tuple[Decision, ...]]:
        planned = plan(view, envelope, message.content.size_bytes, self._limits)
        return planned, tuple(self._intake.look(view, message, each.owner, each.via, now) for each in planned.copies)

    async def _report(
        self, planned: Plan, envelope: SmtpEnvelope, data: bytes, arrived: datetime, now: datetime
    ) -> Decision | None:
        """What the sender is told of those who cannot be reached, as it will arrive; None when there is nothing."""
        to = planned.reports_to
        told = [each for each in planned.outcomes if is_wanted(each)] if to is not None else []
        if to is None or not told:
            return None
        content = await make_content(report(envelope, data, told, host_name=self._host_name, arrived=arrived, now=now))
        message = Message(content, "")
        return await self._store.read(lambda view: self._intake.look(view, message, to, (to.address,), now))

    def _work(
        self, transaction: Transaction, batch: "_Batch", message: Message, check: Callable[[View], None]
    ) -> "_Done | None":
        """Carry out what was decided; None, and nothing written, when it is no longer what would be decided."""
        check(transaction)
        planned, now = batch.planned, batch.now
        decisions = batch.decisions if batch.report is None else (*batch.decisions, batch.report)
        if plan(transaction, batch.envelope, message.content.size_bytes, self._limits) != planned:
            return None
        if not all(self._intake.is_current(transaction, each) for each in decisions):
            return None
        if batch.posted is not None:
            _take(transaction, batch.posted)
        elif planned.outside and planned.reports_to is not None and planned.reports_to.account_id is not None:
            self._charge(transaction, planned.reports_to.account_id, len(planned.outside), now)
        has_queued = bool(planned.outside)
        copies: list[Arrived] = []
        for each in decisions:
            owner = each.arrival.owner
            if owner.account_id is not None:
                self._quota.rearm(transaction, owner.account_id)
            stored = self._intake.store(transaction, each, now)
            copies.append(arrived(transaction, each, stored))
            has_queued |= stored.has_posted
            for follower in batch.followers:
                has_queued |= _call(follower, transaction, stored)
        if planned.outside:
            self._outbound.enqueue(transaction, batch.outside[0], planned.outside, batch.outside[1], now)
        batch.also(transaction, message.content)
        reached = [each.owner.account_id for each in planned.copies if each.owner.account_id is not None]
        return _Done(has_queued, [each for each in reached if self._quota.is_notice_due(transaction, each)], copies)

    def _charge(self, transaction: Transaction, account_id: AccountId, recipients: int, now: datetime) -> None:
        if not charge(transaction, account_id, recipients, now, self._limits):
            most = self._limits.outside_recipients_per_day
            raise TooMany(f"An account writes to at most {most} outside recipients a day")


@dataclass(frozen=True, slots=True)
class _Batch:
    """All that one transaction is about."""

    envelope: SmtpEnvelope
    outside: tuple[SmtpEnvelope, bytes]
    """Envelope and message for recipients outside."""
    planned: Plan
    decisions: tuple[Decision, ...]
    """In the order of the plan's copies."""
    report: Decision | None
    posted: QueuedMessage | None
    followers: tuple[Follower, ...]
    now: datetime
    also: Callable[[Transaction, Content], None]


@dataclass(frozen=True, slots=True)
class _Done:
    has_queued: bool
    nearly_full: list[AccountId]
    """Who is to be warned now."""
    copies: list[Arrived]
    """For the event log."""


class _AlreadyDeliveredError(Exception):
    """Another worker was faster."""


class _FollowerError(Exception):
    """Its cause is what a follower has raised."""


def _take(transaction: Transaction, posted: QueuedMessage) -> None:
    try:
        transaction.dequeue(posted.id)
    except NotFound as gone:
        raise _AlreadyDeliveredError from gone


def _call(follower: Follower, transaction: Transaction, stored: Stored) -> bool:
    try:
        return follower(transaction, stored)
    except Exception as fault:
        raise _FollowerError from fault


def return_path(sender: str) -> bytes:
    """The field that final delivery puts on top."""
    return b"Return-Path: <" + sender.encode() + b">\r\n"


def _outcomes(recipient: EnvelopeRecipient, resolution: Resolution, fits: dict[AccountId, bool]) -> list[Outcome]:
    """Of one address inside: its own outcome, and one for each member of a group whose account is full."""
    full = [entry for entry in resolution.accounts if entry.account_id is not None and not fits[entry.account_id]]
    outcomes = [_failed(recipient, OverQuota("The mailbox is full"), entry.address) for entry in full]
    if len(full) < len(resolution.accounts):
        is_group = resolution.entry is not None and resolution.entry.account_id is None
        action = Action.EXPANDED if is_group and len(resolution.accounts) > 1 else Action.DELIVERED
        outcomes.append(Outcome(recipient, action, "2.0.0"))
    return outcomes


def _failed(recipient: EnvelopeRecipient, refusal: Refusal, final_address: str = "") -> Outcome:
    """In the words of RFC 3463; the reply is the one that the recipient would have been refused with."""
    if isinstance(refusal, OverQuota):
        code, status = 552, "5.2.2"
    elif isinstance(refusal, TooMany):
        code, status = 550, "5.2.4"
    elif isinstance(refusal, NotFound):
        code, status = 550, "5.1.1"
    else:
        code, status = 501, "5.1.3"
    return Outcome(recipient, Action.FAILED, status, f"{code} {status} {refusal.text}", final_address)


def _refusal(planned: Plan) -> Refusal:
    """Of a message that reaches nobody: why it does not reach the first."""
    first = planned.outcomes[0]
    kinds: dict[str, type[Refusal]] = {"5.2.2": OverQuota, "5.2.4": TooMany}
    return kinds.get(first.status, NotFound)(first.diagnostic.split(" ", 2)[2])

"""The outbound queue and its runner: attempts, delays, giving up, reports to the sender (RFC 5321 section 4.5.4.1).

Theory
------
* Queue entries are rows of the store. An attempt first *claims* its entry by moving its next attempt into the future,
  in a transaction: two workers never send the same entry at a time, and one that dies leaves it to be claimed again.
  A message may so be sent twice after a crash, and is never lost.
* The end of an attempt is one transaction as well: the entry shrinks to the recipients still open, or goes, and the
  report is in the sender's inbox.
* Posted entries (`posting`) are not sent: they are handed to delivery, which takes them from the queue by the very
  transaction that delivers them. They are neither lost nor doubled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from mailproof_server.model.clock import Clock
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.errors import Unavailable
from mailproof_server.services.bounces import Action, Outcome, is_wanted, report
from mailproof_server.services.content import make_content
from mailproof_server.services.flow_records import record_attempts
from mailproof_server.services.intake import Decision, Intake
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.posting import Wishes, enqueue, envelope_of, is_posted
from mailproof_server.services.rules.message import Message
from mailproof_server.services.sinks import Attempt, DirectorySink, OutboundMessage, RelaySink, Sink
from mailproof_server.store.base import QueuedMessage, Store, Transaction, View

__all__ = ["DirectorySink", "Outbound", "RelaySink", "Sink"]

CLAIM_S = 1800.0
"""An attempt takes less; after it an entry whose worker died is tried by another."""
AT_ONCE = 4
MAX_LOOKS = 5
"""Decisions on where a report goes that turned out to be outdated, before it is decided while nobody else can write."""
MAX_IDLE_S = 60.0
"""Between looks at the queue: other workers queue and die without telling."""
DELAY_REPORT_AFTER_S = 4 * 3600.0
"""RFC 3461 NOTIFY=DELAY: told once, when the message has been waiting for so long."""
STOP_S = 10.0
log = structlog.get_logger()


Deliver = Callable[[QueuedMessage], Awaitable[None]]
"""Delivers a posted entry and takes it from the queue, in one transaction."""


class Outbound:
    """One runner per worker process drains the common queue."""

    def __init__(
        self, store: Store, clock: Clock, limits: ServiceLimits, sink: Sink, intake: Intake, host_name: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._sink = sink
        self._intake = intake
        self._host_name = host_name
        self._awake = asyncio.Event()
        self._runner: asyncio.Task[None] | None = None
        self._deliver: Deliver | None = None
        self._is_stopping = False

    # -- queueing ----------------------------------------------------------------------------------------------------
    def enqueue(
        self,
        transaction: Transaction,
        envelope: SmtpEnvelope,
        recipients: Sequence[EnvelopeRecipient],
        data: bytes,
        now: datetime,
    ) -> int:
        """Within the caller's transaction; call `wake` after its commit. Returns the entry's id."""
        return enqueue(transaction, envelope, recipients, data, now)

    def deliver_posted_by(self, deliver: Deliver) -> None:
        """Who delivers what the server itself has made (`posting`): it has recipients inside as well."""
        self._deliver = deliver

    def wake(self) -> None:
        """There is something new."""
        self._awake.set()

    # -- running -----------------------------------------------------------------------------------------------------
    async def start(self) -> None:
        """Begin to drain the queue; the store is open."""
        self._is_stopping = False
        self._runner = asyncio.create_task(self._run(), name="outbound")

    async def stop(self) -> None:
        """Let the attempts under way come to their end, within limits; the rest stays queued."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        self._is_stopping = True
        self._awake.set()
        _, pending = await asyncio.wait({runner}, timeout=STOP_S)
        if pending:
            runner.cancel()
            await asyncio.wait(pending)

    async def drain(self) -> int:
        """Try everything that is due now, once; returns how many entries were tried."""
        tried = 0
        while not self._is_stopping:
            claimed = await self._claim()
            if not claimed:
                break
            ends = await asyncio.gather(*map(self._attempt, claimed), return_exceptions=True)
            tried += len(claimed)
            for end in ends:  # all have ended; a bug in one of them is the caller's to log
                if end is not None:
                    raise end
        return tried

    async def _run(self) -> None:
        while not self._is_stopping:
            self._awake.clear()
            idle_s = MAX_IDLE_S
            try:
                await self.drain()
                idle_s = await self._idle_s()
            except Unavailable:
                log.info("outbound_store_unavailable")
            except Exception:  # a bug, or a store in trouble: the queue must be looked at again
                log.exception("outbound_failed")
            if self._is_stopping:
                return
            try:
                await asyncio.wait_for(self._awake.wait(), idle_s)
            except TimeoutError:
                pass  # the next attempt is due, or it is time to look

    async def _idle_s(self) -> float:
        next_at = await self._store.read(lambda view: view.queue_next_at())
        if next_at is None:
            return MAX_IDLE_S
        return min(max((next_at - self._clock.now()).total_seconds(), 0.0), MAX_IDLE_S)

    async def _claim(self) -> list[QueuedMessage]:
        """Take entries that are due; nothing is written when there are none."""
        now = self._clock.now()
        if not await self._store.read(lambda view: view.queue_due(now, 1)):
            return []

        def work(transaction: Transaction) -> list[QueuedMessage]:
            due = transaction.queue_due(now, AT_ONCE)
            for message in due:
                until = now + timedelta(seconds=CLAIM_S)
                transaction.requeue(message.id, message.recipients, message.attempts, until)
            return due

        return await self._store.write(work)

    async def _attempt(self, message: QueuedMessage) -> None:
        if self._deliver is not None and is_posted(message):
            await self._deliver_posted(message, self._deliver)
            return
        wishes = [Wishes.from_json(each) for _, each in message.recipients]
        envelope = envelope_of(message)
        attempts = await self._sink.send(OutboundMessage(message.id, message.queued_at, envelope, message.data))
        now = self._clock.now()
        age_s = (now - message.queued_at).total_seconds()
        outcomes: list[Outcome] = []
        waiting: list[tuple[str, str]] = []
        for recipient, wish, attempt in zip(envelope.recipients, wishes, attempts, strict=True):
            outcome = self._outcome(recipient, attempt, age_s)
            if outcome is not None and (outcome.action is not Action.DELAYED or not wish.delay_told):
                outcomes.append(outcome)
            if outcome is None or outcome.action is Action.DELAYED:
                told = wish.delay_told or outcome is not None
                waiting.append((recipient.address, replace(wish, delay_told=told).as_json()))
        log.info("outbound_attempt", queue_id=message.id, replies=[each.reply for each in attempts], left=len(waiting))
        await self._conclude(message, envelope, outcomes, waiting, now)

    async def _deliver_posted(self, message: QueuedMessage, deliver: Deliver) -> None:
        """Raises what `deliver` does, after seeing to it that it is tried again soon."""
        try:
            await deliver(message)
        except Exception:
            delays_s = self._limits.outbound_attempt_delays_s
            next_at = self._clock.now() + timedelta(seconds=delays_s[min(message.attempts, len(delays_s) - 1)])

            def again(transaction: Transaction) -> None:
                transaction.requeue(message.id, message.recipients, message.attempts + 1, next_at)

            await self._store.write(again)
            raise

    def _outcome(self, recipient: EnvelopeRecipient, attempt: Attempt, age_s: float) -> Outcome | None:
        """None: still waiting, and nothing to tell."""
        host = self._sink.host
        if attempt.is_taken:
            # A next hop that reports itself was given the sender's wishes; telling twice would be telling wrong.
            silent = replace(recipient, notify=frozenset({"NEVER"}))
            return Outcome(
                silent if attempt.confirms else recipient, Action.RELAYED, attempt.status, attempt.reply, "", host
            )
        if attempt.is_refused:
            return Outcome(recipient, Action.FAILED, attempt.status, attempt.reply, "", host)
        if age_s >= self._limits.outbound_lifetime_s:
            minutes = round(self._limits.outbound_lifetime_s / 60)
            text = f"554 4.4.7 Message expired: unable to deliver in {minutes} minutes. {attempt.reply}"
            return Outcome(recipient, Action.FAILED, "4.4.7", text, "", host)
        if age_s >= DELAY_REPORT_AFTER_S:
            return Outcome(recipient, Action.DELAYED, attempt.status, attempt.reply, "", host)
        return None

    async def _conclude(
        self,
        message: QueuedMessage,
        envelope: SmtpEnvelope,
        outcomes: Sequence[Outcome],
        waiting: Sequence[tuple[str, str]],
        now: datetime,
    ) -> None:
        told = [each for each in outcomes if is_wanted(each)]
        answer = None
        if told and envelope.sender:  # "a bounce is never bounced": the null sender is told nothing
            content = await make_content(
                report(envelope, message.data, told, host_name=self._host_name, arrived=message.queued_at, now=now)
            )
            answer = Message(content, "")
        delays_s = self._limits.outbound_attempt_delays_s
        next_at = now + timedelta(seconds=delays_s[min(message.attempts, len(delays_s) - 1)])

        def look(view: View) -> Decision | None:
            sender = view.entry_by_address(envelope.sender) if answer is not None else None
            if answer is None or sender is None or sender.account_id is None:
                return None
            return self._intake.look(view, answer, sender, (sender.address,), now)

        def work(transaction: Transaction, decision: Decision | None, *, is_last: bool) -> bool:
            if decision is not None and not self._intake.is_current(transaction, decision):
                if not is_last:
                    return False
                # What was sent must not be sent again, however fast rules change.
                decision = look(transaction)
            if waiting:
                transaction.requeue(message.id, waiting, message.attempts + 1, next_at)
            else:
                transaction.dequeue(message.id)
            if decision is not None:
                self._intake.store(transaction, decision, now)
            return True

        for turn in range(MAX_LOOKS):
            decision = await self._store.read(look)
            if await self._store.write(partial(work, decision=decision, is_last=turn == MAX_LOOKS - 1)):
                record_attempts(message.data, outcomes)
                return

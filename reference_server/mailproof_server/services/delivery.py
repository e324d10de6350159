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
* When nobody at all can be reached the message is refused, and its sender's client still holds it. When only some
  cannot, it is accepted and reports tell which (FEATURES MAIL-18: nothing is lost).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailproof_server.model.clock import Clock
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.errors import NotFound, OverQuota, Refusal, TooMany, Unavailable
from mailproof_server.model.ids import AccountId
from mailproof_server.model.item import Content
from mailproof_server.services.arrivals import put_into_inbox
from mailproof_server.services.bounces import Action, Outcome, is_wanted, report
from mailproof_server.services.content import make_content
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.outbound import Outbound
from mailproof_server.services.quota import Quota, has_room
from mailproof_server.services.resolution import Resolution, resolve
from mailproof_server.store.base import Store, Transaction, View

MAX_PLANS = 10
"""Plans that turned out to be outdated when they were to be carried out, before the server gives up for now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen with a message."""

    copies: tuple[AccountId, ...]
    outside: tuple[EnvelopeRecipient, ...]
    outcomes: tuple[Outcome, ...]
    """Of the recipients inside."""
    reports_to: AccountId | None
    """The sender's account; None for the null sender and for one outside."""

    @property
    def is_deliverable(self) -> bool:
        return bool(self.copies or self.outside)


def plan(view: View, envelope: SmtpEnvelope, size_bytes: int, limits: ServiceLimits) -> Plan:
    """Decide on each recipient, in order."""
    copies: dict[AccountId, bool] = {}
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
            if entry.account_id is not None and entry.account_id not in copies:
                copies[entry.account_id] = has_room(view.account(entry.account_id), size_bytes)
        outcomes += _outcomes(recipient, resolution, copies)
    sender = view.entry_by_address(envelope.sender) if envelope.sender else None
    return Plan(
        tuple(account_id for account_id, fits in copies.items() if fits),
        tuple(outside.values()),
        tuple(outcomes),
        None if sender is None else sender.account_id,
    )


class Delivery:
    """Carrying plans out."""

    def __init__(
        self, store: Store, clock: Clock, limits: ServiceLimits, quota: Quota, outbound: Outbound, host_name: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._quota = quota
        self._outbound = outbound
        self._host_name = host_name

    async def dispatch(
        self, envelope: SmtpEnvelope, data: bytes, check: Callable[[View], None] = lambda view: None
    ) -> None:
        """Deliver, queue and report in one transaction; returns after its commit.

        `data` is the message as it travels, its newest trace field on top. `check(view)` is called inside the
        transaction and may refuse. Raises NotFound, TooMany or OverQuota when no recipient can be reached (that of the
        first one), Unavailable when the organisation changes faster than plans are made.
        """
        content = await make_content(return_path(envelope.sender) + data)
        for _ in range(MAX_PLANS):
            planned = await self._store.read(lambda view: plan(view, envelope, content.size_bytes, self._limits))
            if not planned.is_deliverable:
                raise _refusal(planned)
            now = self._clock.now()
            told = [each for each in planned.outcomes if is_wanted(each)] if planned.reports_to is not None else []
            answer = None
            if told:
                answer = await make_content(
                    report(envelope, data, told, host_name=self._host_name, arrived=now, now=now)
                )

            def work(
                transaction: Transaction, planned: Plan = planned, answer: Content | None = answer, now: datetime = now
            ) -> list[AccountId] | None:
                check(transaction)
                if plan(transaction, envelope, content.size_bytes, self._limits) != planned:
                    return None
                for account_id in planned.copies:
                    self._quota.rearm(transaction, account_id)
                    put_into_inbox(transaction, account_id, content, now)
                if planned.outside:
                    self._outbound.enqueue(transaction, envelope, planned.outside, data, now)
                if answer is not None and planned.reports_to is not None:
                    put_into_inbox(transaction, planned.reports_to, answer, now)
                return [each for each in planned.copies if self._quota.is_notice_due(transaction, each)]

            noticed = await self._store.write(work)
            if noticed is None:
                continue
            if planned.outside:
                self._outbound.wake()
            for account_id in noticed:
                await self._quota.send_notice(account_id)
            return
        raise Unavailable("The directory is changing; try again")


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

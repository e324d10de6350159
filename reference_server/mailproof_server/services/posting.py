"""The queue of messages on their way: entries for the outside, and mail that the server itself has made.

What a rule forwards, an automatic reply or a room's answer is a message of its own, with recipients inside or outside.
It is *posted*: written into the queue by the very transaction that stores what it comes from, and delivered by the
queue's runner like any other message, rules of its recipients included. So nothing that was acknowledged is lost, no
delivery waits for what follows from it, and a chain of forwards is a chain of small transactions.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.store.base import QueuedMessage, Transaction

_NEVER = frozenset({"NEVER"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the queue remembers of a recipient beside its address."""

    notify: frozenset[str]
    original: str | None
    delay_told: bool

    def as_json(self) -> str:
        return json.dumps({"notify": sorted(self.notify), "original": self.original, "delay_told": self.delay_told})

    @classmethod
    def from_json(cls, text: str) -> "Wishes":
        values = json.loads(text)
        return cls(frozenset(values["notify"]), values["original"], values["delay_told"])


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that the server has made, ready to be posted.

    Whether it may be sent at all is its maker's to decide: automatic mail says so in its header (RFC 3834), carries
    what stops a loop, and goes out once.
    """

    sender: str
    """Of the envelope: who is told of failures; empty for nobody."""
    recipients: tuple[str, ...]
    """Addresses of anybody, inside and outside."""
    data: bytes
    outside: int = 0
    """How many of the recipients are outside, where that is counted."""
    reports_failure: bool = True


def post(transaction: Transaction, letter: Letter, now: datetime) -> int:
    """Queue it; `Outbound.wake` after the commit hastens its delivery. Returns the entry's id."""
    notify = frozenset[str]() if letter.reports_failure else _NEVER
    recipients = tuple(EnvelopeRecipient(each, notify) for each in letter.recipients)
    is_ascii = all(each.isascii() for each in (letter.sender, *letter.recipients))
    envelope = SmtpEnvelope(letter.sender, recipients, smtp_utf8=not is_ascii, body_8bit=True)
    return enqueue(transaction, envelope, recipients, letter.data, now, is_posted=True)


def enqueue(
    transaction: Transaction,
    envelope: SmtpEnvelope,
    recipients: Sequence[EnvelopeRecipient],
    data: bytes,
    now: datetime,
    *,
    is_posted: bool = False,
) -> int:
    """An entry for some of an envelope's recipients: outside ones, unless it is posted. Returns its id."""
    facts = {
        "return_full": envelope.return_full,
        "envelope_id": envelope.envelope_id,
        "smtp_utf8": envelope.smtp_utf8,
        "body_8bit": envelope.body_8bit,
        "posted": is_posted,
    }
    waiting = [(each.address, Wishes(each.notify, each.original, delay_told=False).as_json()) for each in recipients]
    return transaction.enqueue(envelope.sender, waiting, data, json.dumps(facts), now)


def is_posted(message: QueuedMessage) -> bool:
    """Whether an entry is to be delivered as a whole, inside and outside."""
    return bool(json.loads(message.envelope_json).get("posted", False))


def envelope_of(message: QueuedMessage) -> SmtpEnvelope:
    """The envelope of an entry, with the recipients that are still open."""
    facts = json.loads(message.envelope_json)
    wishes = [Wishes.from_json(each) for _, each in message.recipients]
    return SmtpEnvelope(
        sender=message.sender,
        recipients=tuple(
            EnvelopeRecipient(address, wish.notify, wish.original)
            for (address, _), wish in zip(message.recipients, wishes, strict=True)
        ),
        return_full=facts["return_full"],
        envelope_id=facts["envelope_id"],
        smtp_utf8=facts["smtp_utf8"],
        body_8bit=facts["body_8bit"],
    )

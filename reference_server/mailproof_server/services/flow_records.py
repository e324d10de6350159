"""Records of the way of a message: what the event log is told once a delivery has been committed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mailproof_server.services.arrivals import Stored
from mailproof_server.services.bounces import Action, Outcome
from mailproof_server.services.content import content_of
from mailproof_server.services.event_log import Event, record
from mailproof_server.services.intake import Decision
from mailproof_server.services.rules.message import Message
from mailproof_server.store.base import View

_RULE_TYPE = "MAILBOX_RULE"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One account's copy as the log tells of it."""

    recipient: str
    folders: tuple[str, ...]
    """Paths; none when a rule has deleted it."""
    rules: tuple[str, ...]
    sent_on_to: tuple[str, ...]
    message: Message


def arrived(view: View, decision: Decision, stored: Stored) -> Arrived:
    """Noted inside the transaction that stores the copy."""
    folders = [view.folder(each.folder_id) for each in stored.placements]
    return Arrived(
        decision.arrival.owner.address,
        tuple(each.path for each in folders if each is not None),
        decision.outcome.applied,
        tuple(each for _, letter in decision.outcome.letters for each in letter.recipients),
        decision.arrival.message,
    )


def record_delivery(copies: Iterable[Arrived], message: Message, outcomes: Iterable[Outcome]) -> None:
    """After the commit: each copy, the rules that did something with it, and who inside could not be reached."""
    told = {id(message): facts_of(message)}
    for each in copies:
        if id(each.message) not in told:  # a report to the sender is another message
            told[id(each.message)] = facts_of(each.message)
        facts = told[id(each.message)]
        for rule in each.rules:
            record(
                Event.RULE_APPLIED,
                **facts,
                recipient=each.recipient,
                ruleName=rule,
                ruleType=_RULE_TYPE,
                targetFolder=each.folders,
                targetRecipient=each.sent_on_to,
            )
        if each.folders:
            record(Event.MAILBOX_EMAIL_DELIVERED, **facts, recipient=each.recipient, folder=each.folders[0])
    for outcome in outcomes:
        if outcome.action is Action.FAILED:
            record(
                Event.INCOMING_EMAIL_BOUNCED,
                **told[id(message)],
                bouncedRecipient=outcome.final_address or outcome.recipient.address,
                reason=outcome.diagnostic,
            )


def record_attempts(data: bytes, outcomes: Sequence[Outcome]) -> None:
    """Of a message on its way out: each recipient that was reached, and each that was given up."""
    if not outcomes:
        return
    message = Message(content_of(data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"), "")
    for outcome in outcomes:
        if outcome.action is Action.RELAYED:
            record(Event.OUTGOING_EMAIL_SENT, **facts_of(message), recipient=outcome.recipient.address)
        elif outcome.action is Action.FAILED:
            record(
                Event.OUTGOING_EMAIL_BOUNCED,
                **facts_of(message),
                bouncedRecipient=outcome.recipient.address,
                reason=outcome.diagnostic,
            )


def facts_of(message: Message) -> dict[str, Any]:
    """What every record of a message has; `sender` only where somebody else has sent it."""
    authors = message.authors
    senders = message.addresses(b"sender")
    author = authors[0] if authors else message.return_path
    return {
        "from_": author,
        "sender": senders[0] if senders and senders[0] != author else None,
        "subject": message.value(b"subject"),
        "messageId": message.content.message_id,
    }

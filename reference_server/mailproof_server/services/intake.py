"""Where new mail goes in an account: junk, rules, copies, what is sent on, automatic replies.

Theory
------
* `look` decides on a snapshot and writes nothing; `store` carries it out in the transaction that delivers, after
  `is_current` has found that neither the rules nor the reply's settings nor a folder have changed meanwhile.
* A message arrives as far as rules let it, in one step: it never lies in the inbox first (RULE-01).
* Junk goes to the junk folder, past all rules, and nobody is told that its receiver is away.
* A rule that deletes a message does not keep the automatic reply from being sent; it is about the sender.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.errors import Refusal
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.model.item import Content, Flags, NewItem
from mailproof_server.services.arrivals import Stored
from mailproof_server.services.autoreply import KIND as REPLIES
from mailproof_server.services.autoreply import Answer, AutoReplies
from mailproof_server.services.flagging import check_keywords
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.posting import post
from mailproof_server.services.quota import has_room
from mailproof_server.services.rules.action import usable_folder
from mailproof_server.services.rules.engine import KIND as RULES
from mailproof_server.services.rules.engine import Outcome, RuleBooks, run
from mailproof_server.services.rules.message import Arrival, Message
from mailproof_server.services.rules.problems import record_problems
from mailproof_server.services.sent_count import charge
from mailproof_server.store.base import Placement, Transaction, View

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of one account's copy."""

    arrival: Arrival
    outcome: Outcome
    rules_stamp: int
    answer: Answer
    is_junk: bool


class Intake:
    """Deciding on arrivals, and storing them."""

    def __init__(self, limits: ServiceLimits) -> None:
        self._limits = limits
        self._books = RuleBooks()
        self._replies = AutoReplies(limits)
        name, _, value = limits.spam_field.partition(":")
        self._spam_name, self._spam_value = name.strip().lower().encode(), value.strip().lower()

    def look(self, view: View, message: Message, owner: DirectoryEntry, via: Iterable[str], now: datetime) -> Decision:
        """Decide; the owner has an account. `via`: the recipients of the envelope by which it is reached."""
        arrival = Arrival(message, owner, now)
        account_id = _account(owner)
        if self._is_junk(message):
            junk = view.folder_by_role(account_id, FolderRole.JUNK) or view.folder_by_role(account_id, FolderRole.INBOX)
            folders = () if junk is None else (junk.id,)
            silent = Answer(view.document_stamp(account_id, REPLIES))
            return Decision(arrival, Outcome(folders), view.document_stamp(account_id, RULES), silent, True)
        book = self._books.of(view, account_id)
        if not self._limits.rules_for_bcc_recipients and not _is_named(message, via):
            outcome = run(book.without_rules(), arrival, view, self._limits)
        else:
            outcome = run(book, arrival, view, self._limits)
        return Decision(arrival, outcome, book.stamp, self._replies.look(view, arrival), False)

    def is_current(self, view: View, decision: Decision) -> bool:
        """Whether the decision would still be the same."""
        owner = decision.arrival.owner
        account_id = _account(owner)
        return (
            view.document_stamp(account_id, RULES) == decision.rules_stamp
            and self._replies.is_current(view, account_id, decision.answer)
            and all(usable_folder(view, each, owner) is not None for each in decision.outcome.folders)
        )

    def store(self, transaction: Transaction, decision: Decision, now: datetime) -> Stored:
        """Carry it out, in a transaction in which it is current. Quotas of the first copy are the caller's business."""
        arrival, outcome = decision.arrival, decision.outcome
        account_id = _account(arrival.owner)
        if self._is_duplicate(transaction, arrival.message.content, account_id, now):
            log.info(
                "duplicate_suppressed", account=arrival.owner.address, message_id=arrival.message.content.message_id
            )
            return Stored(arrival, (), decision.is_junk, False)
        problems = dict(outcome.problems)
        folders = dict.fromkeys(outcome.folders)
        has_posted = False
        for rule_id, letter in outcome.letters:
            if charge(transaction, account_id, letter.outside, now, self._limits):
                post(transaction, letter, now)
                has_posted = True
            else:
                most = self._limits.outside_recipients_per_day
                problems[rule_id] = f"The account has written to {most} outside recipients today"
                inbox = transaction.folder_by_role(account_id, FolderRole.INBOX)
                folders |= {} if inbox is None else {inbox.id: None}
        placements = self._place(transaction, decision, tuple(folders), problems, now)
        record_problems(transaction, account_id, problems, now)
        has_posted |= self._replies.store(transaction, account_id, decision.answer, now)
        if outcome.applied:
            log.info(
                "rules_applied", account=arrival.owner.address, rules=outcome.applied, problems=list(problems.values())
            )
        return Stored(arrival, placements, decision.is_junk, has_posted)

    def _place(
        self,
        transaction: Transaction,
        decision: Decision,
        folders: Iterable[FolderId],
        problems: dict[str, str],
        now: datetime,
    ) -> tuple[Placement, ...]:
        account_id = _account(decision.arrival.owner)
        content, outcome = decision.arrival.message.content, decision.outcome
        placed: list[Placement] = []
        for folder_id in folders:
            if placed and not has_room(transaction.account(account_id), content.size_bytes):
                problems.update(dict.fromkeys(outcome.copied_by, "There was no room for another copy"))
                break
            flags = self._flags(transaction, folder_id, outcome, problems)
            item = NewItem(content, flags, received_at=now, properties=outcome.properties or None)
            placed.append(transaction.add_items(folder_id, [item], now))
        return tuple(placed)

    def _flags(
        self, transaction: Transaction, folder_id: FolderId, outcome: Outcome, problems: dict[str, str]
    ) -> Flags:
        try:
            check_keywords(transaction, folder_id, outcome.categories, self._limits)
        except Refusal as refusal:
            problems.update(dict.fromkeys(outcome.categories.values(), f"AssignCategories: {refusal.text}"))
            return Flags(outcome.flags)
        return Flags(outcome.flags, frozenset(outcome.categories))

    def _is_junk(self, message: Message) -> bool:
        return bool(self._spam_name) and any(
            each.strip().lower().startswith(self._spam_value) for each in message.values(self._spam_name)
        )

    def _is_duplicate(self, view: View, content: Content, account_id: AccountId, now: datetime) -> bool:
        window_s = self._limits.duplicate_window_s
        if not window_s or not content.message_id:
            return False
        known = view.contents_of_message(account_id, content.message_id, now - timedelta(seconds=window_s))
        return any(_is_same(view.content_data(each), content.data) for each in known)


def _account(owner: DirectoryEntry) -> AccountId:
    if owner.account_id is None:
        raise ValueError(f"{owner.address} has no account")
    return owner.account_id


def _is_named(message: Message, via: Iterable[str]) -> bool:
    """Whether the header names one of the addresses by which the account was reached."""
    return not message.recipients_and_bases.isdisjoint(via)


def _is_same(stored: bytes, new: bytes) -> bool:
    """Both were delivered, and say the same; what servers have put on top may differ.

    A copy that the owner's client has stored among the sent items was not delivered: it has no Return-Path.
    """
    return stored.startswith(b"Return-Path: ") and stored.partition(b"\r\n\r\n")[2] == new.partition(b"\r\n\r\n")[2]

"""All rules of an account against one arrival.

Theory
------
* Rules are run by rising priority; every rule that matches does its actions, until one says StopProcessingRules.
* A rule never stops mail. What it cannot do is told in `Outcome.problems`, and a rule that does not even run, because
  the program has a fault, is told of in the same way. A rule that has not sent the message on as it should, be it that
  a bounce or a message in a loop never is, does not delete it either.
* Compiled rules are kept in memory beside the stamp of their documents, and used for as long as the stamp is the same:
  another worker's or the operator's change counts from the next message on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from mailproof_server.model.errors import Refusal
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, FolderId
from mailproof_server.model.item import NO_FLAGS, Flag
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.action import Effects
from mailproof_server.services.rules.message import Arrival
from mailproof_server.services.rules.rule import Compiled, from_json
from mailproof_server.store.base import View

KIND = "rule"
"""Of the documents that rules are; their keys are the rules' ids."""
PROBLEM_KIND = "rule_problem"
MAX_BOOKS = 4096
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to become of an arrival, as far as rules go."""

    folders: tuple[FolderId, ...]
    """Where it is put; none when a rule deletes it for good."""
    flags: Flag = NO_FLAGS
    categories: Mapping[str, str] = field(default_factory=dict)
    """Keywords, with the id of the rule that has assigned them."""
    properties: Mapping[str, object] = field(default_factory=dict)
    copied_by: tuple[str, ...] = ()
    """Ids of the rules that have put it anywhere."""
    letters: tuple[tuple[str, Letter], ...] = ()
    """What is sent on, with the id of the rule that does it."""
    applied: tuple[str, ...] = ()
    """Names of the rules that matched, in order."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """By the id of the rule."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of one account that are switched on, in order."""

    stamp: int
    rules: tuple[Compiled, ...]
    flaws: Mapping[str, str]
    """Of those that cannot be compiled."""

    def without_rules(self) -> "RuleBook":
        """For an arrival that no rule is to see."""
        return RuleBook(self.stamp, (), {})


class RuleBooks:
    """Rule books kept in memory."""

    def __init__(self) -> None:
        self._books: dict[AccountId, RuleBook] = {}

    def of(self, view: View, account_id: AccountId) -> RuleBook:
        """As of the view's snapshot."""
        stamp = view.document_stamp(account_id, KIND)
        book = self._books.get(account_id)
        if book is None or book.stamp != stamp:
            book = _compile(view, account_id, stamp)
            if len(self._books) >= MAX_BOOKS:
                self._books.clear()
            self._books[account_id] = book
        return book


def _compile(view: View, account_id: AccountId, stamp: int) -> RuleBook:
    found: list[Compiled] = []
    flaws: dict[str, str] = {}
    for rule_id, value in view.documents(account_id, KIND).items() if stamp else ():
        try:
            rule = from_json(rule_id, value)
        except Refusal as refusal:
            flaws[rule_id] = refusal.text
            continue
        if rule.enabled:
            compiled = Compiled(rule)
            found.append(compiled)
            if compiled.flaw:
                flaws[rule_id] = compiled.flaw
    found.sort(key=lambda each: (each.rule.priority, each.rule.id))
    return RuleBook(stamp, tuple(found), flaws)


def run(book: RuleBook, arrival: Arrival, view: View, limits: ServiceLimits) -> Outcome:
    """Measure the arrival with every rule; never raises, whatever the message and whatever the rules."""
    effects = Effects(view, limits, arrival, problems=dict(book.flaws))
    for compiled in book.rules:
        effects.rule_id, effects.is_held, stayed = compiled.rule.id, False, effects.stays
        try:
            if not compiled.matches(arrival):
                continue
            effects.applied.append(compiled.rule.name)
            compiled.carry_out(effects)
        except Exception:
            log.exception("rule_failed", account=arrival.owner.address, rule=compiled.rule.name)
            effects.fail("The rule could not be carried out because of a fault of the server")
            effects.stays = stayed
        if effects.is_over:
            break
    return _outcome(effects)


def _outcome(effects: Effects) -> Outcome:
    folders = tuple(effects.folders)
    if effects.stays:
        account_id = effects.arrival.owner.account_id
        inbox = None if account_id is None else effects.view.folder_by_role(account_id, FolderRole.INBOX)
        if inbox is not None:
            folders = (inbox.id, *(each for each in folders if each != inbox.id))
    return Outcome(
        folders,
        effects.flags,
        effects.keywords,
        effects.properties,
        tuple(dict.fromkeys(effects.folders.values())),
        tuple(effects.letters),
        tuple(effects.applied),
        effects.problems,
    )

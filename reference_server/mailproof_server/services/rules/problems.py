"""Why a rule could not be carried out: kept beside the rules, shown with them, gone when the rule is put again."""

from collections.abc import Mapping
from datetime import datetime

from mailproof_server.model.ids import AccountId
from mailproof_server.services.rules.engine import PROBLEM_KIND
from mailproof_server.store.base import Transaction, View


def problems(view: View, account_id: AccountId) -> dict[str, str]:
    """By the id of the rule."""
    return {rule_id: str(value.get("text", "")) for rule_id, value in view.documents(account_id, PROBLEM_KIND).items()}


def record_problems(transaction: Transaction, account_id: AccountId, found: Mapping[str, str], now: datetime) -> None:
    """Keep what is new; a rule that fails at every message is written once."""
    for rule_id, text in found.items():
        kept = transaction.document(account_id, PROBLEM_KIND, rule_id)
        if kept is None or kept.get("text") != text:
            transaction.put_document(account_id, PROBLEM_KIND, rule_id, {"text": text, "at": now.isoformat()})


def forget_problem(transaction: Transaction, account_id: AccountId, rule_id: str) -> None:
    if transaction.document(account_id, PROBLEM_KIND, rule_id) is not None:
        transaction.put_document(account_id, PROBLEM_KIND, rule_id, None)

"""How many outside recipients an account has written to today: WorkMail's 10,000 a day, what rules send on included."""

from datetime import UTC, datetime

from mailproof_server.model.ids import AccountId
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.store.base import Transaction

KIND = "sent"
_KEY = "outside"


def charge(
    transaction: Transaction, account_id: AccountId, recipients: int, now: datetime, limits: ServiceLimits
) -> bool:
    """Count so many more; False, and nothing counted, when that is beyond the day's limit."""
    if not recipients or not limits.outside_recipients_per_day:
        return True
    today = now.astimezone(UTC).date().isoformat()
    kept = transaction.document(account_id, KIND, _KEY) or {}
    total = recipients + (int(kept["count"]) if kept.get("day") == today else 0)
    if total > limits.outside_recipients_per_day:
        return False
    transaction.put_document(account_id, KIND, _KEY, {"day": today, "count": total})
    return True

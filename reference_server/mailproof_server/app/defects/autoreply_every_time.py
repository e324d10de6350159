"""Every message of a sender is answered."""

from datetime import datetime

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.ids import AccountId
from mailproof_server.services import autoreply as module
from mailproof_server.store.base import Transaction


def _store(
    self: module.AutoReplies, transaction: Transaction, account_id: AccountId, answer: module.Answer, now: datetime
) -> bool:
    if answer.letter is None:
        return False
    module.post(transaction, answer.letter, now)
    return True


def apply(_server: Server) -> None:
    module.AutoReplies.store = _store  # type: ignore[method-assign]


DEFECT = Defect(
    name="autoreply_every_time",
    summary="every message of a sender is answered",
    requirements=("AUTO-REPLY:once-1", "RFC3834:2-6"),
    apply=apply,
)

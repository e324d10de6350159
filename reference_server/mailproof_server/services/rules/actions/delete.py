"""Delete: the message goes to Deleted Items and not into the inbox."""

from mailproof_server.model.folder import FolderRole
from mailproof_server.services.rules.action import Effects, switch


def _carry_out(effects: Effects) -> None:
    if effects.is_held:
        return
    account_id = effects.arrival.owner.account_id
    trash = None if account_id is None else effects.view.folder_by_role(account_id, FolderRole.TRASH)
    if trash is None:
        effects.fail("Delete: there is no folder of deleted items")
        return
    effects.put_into(trash.id)
    effects.stays = False


ACTION = switch("Delete", 22, _carry_out)

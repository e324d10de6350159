"""The copy is kept by whoever stands in From."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.services.sent_items import keep_sent


def apply(server: Server) -> None:
    services = server.services

    def keep(transaction, principal, authors, copy, *, must):
        owner = transaction.entry_by_address(str(authors[0]))
        account_id = principal.account_id if owner is None or owner.account_id is None else owner.account_id
        keep_sent(transaction, account_id, copy, services.clock.now(), must=must)

    replace_method(services.submission, "_keep", lambda _original: keep)


DEFECT = Defect(
    name="delegation_copy_at_the_owner",
    summary="the copy is in the owner's Sent Items alone",
    requirements=("DELEGATION:MAIL06-1",),
    apply=apply,
)

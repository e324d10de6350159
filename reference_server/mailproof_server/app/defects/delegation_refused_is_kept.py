"""A copy is kept before the permission is looked at."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.services.content import make_content
from mailproof_server.services.sent_items import keep_sent


def apply(server: Server) -> None:
    services = server.services

    def make(original):
        async def tell_denied(principal, head, refusal):
            content = await make_content(head.edited([], frozenset()))
            await services.store.write(
                lambda transaction: keep_sent(transaction, principal.account_id, content, services.clock.now())
            )
            await original(principal, head, refusal)

        return tell_denied

    replace_method(services.submission, "_tell_denied", make)


DEFECT = Defect(
    name="delegation_refused_is_kept",
    summary="what was refused stands in Sent Items",
    requirements=("DELEGATION:DELE04-3",),
    apply=apply,
)

"""One recipient of several is forgotten when deliveries run into one another."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(8)

    def make(original):
        async def submit(principal, envelope, data, **options):
            if len(envelope.recipients) > 1 and is_due():
                envelope = replace(envelope, recipients=envelope.recipients[:-1])
            return await original(principal, envelope, data, **options)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="load_recipient_dropped",
    summary="every eighth message to several recipients misses the last of them",
    requirements=("RFC5321:6.1-1",),
    apply=apply,
)

"""250 for a message that falls out of a full queue."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(15)

    def make(original):
        async def submit(*arguments, **options):
            return "lost" if is_due() else await original(*arguments, **options)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="load_lost_delivery",
    summary="every fifteenth message is answered by 250 and lost",
    requirements=("RFC5321:6.1-1",),
    apply=apply,
)

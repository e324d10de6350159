"""A delivery that is retried although it had succeeded."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(15)

    def make(original):
        async def submit(*arguments, **options):
            if is_due():
                await original(*arguments, **options)
            return await original(*arguments, **options)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="load_doubled_delivery",
    summary="every fifteenth message is delivered twice",
    requirements=("RFC5321:6.1-1",),
    apply=apply,
)

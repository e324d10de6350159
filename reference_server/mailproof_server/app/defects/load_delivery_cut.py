"""A buffer that is used again too early: the end of a message is missing."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(10)

    def make(original):
        async def submit(principal, envelope, data, **options):
            if is_due():
                data = data[: data.rindex(b"\r\n", 0, -2) + 2]
            return await original(principal, envelope, data, **options)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="load_delivery_cut",
    summary="every tenth message loses its last line on the way",
    requirements=("RFC5321:6.1-1",),
    apply=apply,
)

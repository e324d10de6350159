"""A wake-up that is lost between the commit and the one who waits."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._busy import every
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    is_due = every(25)

    def make(original):
        def watch(owner, wake):
            return original(owner, lambda modseq: None if is_due() else wake(modseq))

        return watch

    replace_method(server.services.changes, "watch", make)


DEFECT = Defect(
    name="load_dropped_wake_up",
    summary="every twenty-fifth wake-up of an idling connection is lost",
    requirements=("RFC2177:3-3",),
    apply=apply,
)

"""What another session expunges renumbers the messages of this one at once, and untold.

hMailServer did so for all sessions of a folder (hmailserver issue 458): FETCH 2 was message 3.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import updates as module


def apply(_server: Server) -> None:
    original = module.report

    async def report(session, *, expunges):
        await original(session, expunges=expunges)
        selected = session.selected
        if selected is not None and selected.gone:
            selected.numbering.remove(sorted(selected.gone))
            selected.gone.clear()

    module.report = report


DEFECT = Defect(
    name="imap_numbers_shift_silently",
    summary="numbers shift without EXPUNGE",
    requirements=("RFC9051:7.5.1-2",),
    apply=apply,
)

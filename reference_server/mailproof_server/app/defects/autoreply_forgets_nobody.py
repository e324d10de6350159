"""When it is turned on anew, nobody is answered again."""

from collections.abc import Callable

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.services.autoreply import Answer, AutoReplies
from mailproof_server.services.rules.message import Arrival
from mailproof_server.store.base import View


def apply(_server: Server) -> None:
    replace_method(AutoReplies, "look", _remembering)


def _remembering(
    original: Callable[[AutoReplies, View, Arrival], Answer],
) -> Callable[[AutoReplies, View, Arrival], Answer]:
    answered: set[tuple[str, str]] = set()

    def look(self: AutoReplies, view: View, arrival: Arrival) -> Answer:
        found = original(self, view, arrival)
        key = (arrival.owner.address, found.sender)
        if found.letter is not None and key in answered:
            return Answer(found.stamp)
        if found.letter is not None:
            answered.add(key)
        return found

    return look


DEFECT = Defect(
    name="autoreply_forgets_nobody",
    summary="when it is turned on anew, nobody is answered again",
    requirements=("AUTO-REPLY:once-2",),
    apply=apply,
)

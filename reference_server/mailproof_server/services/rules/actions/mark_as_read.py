"""MarkAsRead: the message arrives as seen."""

from mailproof_server.model.item import Flag
from mailproof_server.services.rules.action import Effects, switch


def _carry_out(effects: Effects) -> None:
    effects.flags |= Flag.SEEN


ACTION = switch("MarkAsRead", 30, _carry_out)

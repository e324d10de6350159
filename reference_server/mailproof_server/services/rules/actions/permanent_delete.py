"""PermanentDelete: the message does not get into the inbox; copies that rules have put elsewhere stay."""

from mailproof_server.services.rules.action import Effects, switch


def _carry_out(effects: Effects) -> None:
    if not effects.is_held:
        effects.stays = False


ACTION = switch("PermanentDelete", 23, _carry_out)

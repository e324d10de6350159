"""StopProcessingRules: no rule after this one is looked at."""

from mailproof_server.services.rules.action import Effects, switch


def _carry_out(effects: Effects) -> None:
    effects.is_over = True


ACTION = switch("StopProcessingRules", 40, _carry_out)

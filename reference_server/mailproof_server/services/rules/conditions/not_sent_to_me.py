"""NotSentToMe: none of the owner's addresses is in To."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("NotSentToMe", lambda arrival: not arrival.to_me)

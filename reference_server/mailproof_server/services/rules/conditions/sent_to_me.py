"""SentToMe: one of the owner's addresses is in To."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("SentToMe", lambda arrival: arrival.to_me)

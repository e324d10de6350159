"""SentOnlyToMe: the owner is the only one whom To and Cc name."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("SentOnlyToMe", lambda arrival: arrival.only_me)

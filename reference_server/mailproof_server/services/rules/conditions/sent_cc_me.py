"""SentCcMe: one of the owner's addresses is in Cc."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("SentCcMe", lambda arrival: arrival.cc_me)

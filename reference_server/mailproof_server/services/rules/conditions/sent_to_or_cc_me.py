"""SentToOrCcMe: one of the owner's addresses is in To or Cc."""

from mailproof_server.services.rules.condition import flag

CONDITION = flag("SentToOrCcMe", lambda arrival: arrival.to_me or arrival.cc_me)

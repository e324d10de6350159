"""ForwardToRecipients: a message of the owner's own goes out, with the original in it (RULE-05)."""

from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.forwarding import make_forward

ACTION = sending("ForwardToRecipients", 10, make_forward)

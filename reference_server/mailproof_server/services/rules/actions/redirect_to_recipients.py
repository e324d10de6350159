"""RedirectToRecipients: the message goes on as it is, still from its sender (RULE-06)."""

from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.forwarding import make_redirect

ACTION = sending("RedirectToRecipients", 12, make_redirect, keeps_sender=True)

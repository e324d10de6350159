"""ForwardAsAttachmentToRecipients: a message of the owner's own goes out, with the original attached."""

from mailproof_server.services.rules.actions._sending import sending
from mailproof_server.services.rules.forwarding import make_forward_as_attachment

ACTION = sending("ForwardAsAttachmentToRecipients", 11, make_forward_as_attachment)

"""What is wrong with a peer's octets, and the reply that says so."""

from mailproof_server.wire.smtp.reply import Reply


class WireError(Exception):
    """The peer broke the grammar. `fatal`: what follows cannot be told from message text, so the connection ends."""

    def __init__(self, reply: Reply, *, fatal: bool = False) -> None:
        super().__init__(reply.text)
        self.reply = reply
        self.fatal = fatal

"""HELP (RFC 5321 §4.1.1.8): the verbs; with an argument as well."""

from mailproof_server.protocols.smtp.command import command
from mailproof_server.protocols.smtp.session import Session
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.reply import Reply

_LEFT_OUT = frozenset({b"EXPN", b"STARTTLS"})


@command(b"HELP", keywords=lambda _server: ("HELP",))
async def help_(session: Session, _line: CommandLine) -> Reply:
    verbs = sorted(session.server.commands.keys() - _LEFT_OUT)
    return Reply(214, "2.0.0", "Commands: " + b" ".join(verbs).decode("ascii"))

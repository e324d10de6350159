"""The octets of a non-synchronising literal are taken for commands when the command was refused.

Whoever can choose the text of a message or a name that a client sends chooses commands.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap.stream import CommandReader


def apply(_server: Server) -> None:
    original = CommandReader._drop_command
    CommandReader._drop_command = lambda self, _swallow_bytes: original(self, None)


DEFECT = Defect(
    name="imap_literal_of_refused_obeyed",
    summary="the literal of a refused command is run",
    requirements=("RFC7888:4-1", "RFC9051:4.3-5"),
    apply=apply,
)

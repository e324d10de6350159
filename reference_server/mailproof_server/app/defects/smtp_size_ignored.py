"""SIZE at MAIL is not looked at: a client sends all of what cannot be taken."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.smtp.commands import mail as module


def apply(_server: Server) -> None:
    original = module.parse_mail
    module.parse_mail = lambda argument: replace(original(argument), size=None)


DEFECT = Defect(
    name="smtp_size_ignored",
    summary="a declared size is ignored",
    requirements=("RFC1870:6.1-1",),
    apply=apply,
)

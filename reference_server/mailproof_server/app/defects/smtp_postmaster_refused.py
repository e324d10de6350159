"""RCPT TO:<Postmaster> without a domain is a syntax error: nobody can tell the operator."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import parameters as module


def apply(_server: Server) -> None:
    original = module.parse_path
    module.parse_path = lambda text, *, null, postmaster: original(text, null=null, postmaster=False)


DEFECT = Defect(
    name="smtp_postmaster_refused",
    summary="<Postmaster> is refused",
    requirements=("RFC5321:4.5.1-1",),
    apply=apply,
)

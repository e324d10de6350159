"""Unknown parameters are passed over: what the client asked for is not done, and nobody says so."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp import parameters as module


def apply(_server: Server) -> None:
    original = module._parameters
    known = {"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "AUTH", "NOTIFY", "ORCPT"}

    def parameters(text, syntax):
        return {keyword: value for keyword, value in original(text, syntax).items() if keyword in known}

    module._parameters = parameters


DEFECT = Defect(
    name="smtp_unknown_parameter_ignored",
    summary="unknown parameters are ignored",
    requirements=("RFC5321:4.1.1.11-1",),
    apply=apply,
)

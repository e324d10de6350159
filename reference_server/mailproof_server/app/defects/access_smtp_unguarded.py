"""One of the protocols signs in without asking the rules."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    credentials = server.services.credentials

    def unguarded(gate):
        return lambda view, who, protocol, address: protocol == "smtp" or gate(view, who, protocol, address)

    credentials._gates = tuple(map(unguarded, credentials._gates))


DEFECT = Defect(
    name="access_smtp_unguarded",
    summary="access rules do not reach SMTP",
    requirements=("TOKENS:ACCESS-1",),
    apply=apply,
)

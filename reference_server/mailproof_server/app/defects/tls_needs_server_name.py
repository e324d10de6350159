"""A client without SNI is refused, as by front ends that choose a certificate by it."""

import ssl

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    def choose(_connection, name, _context):
        return None if name else ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    server.tls.context.sni_callback = choose


DEFECT = Defect(
    name="tls_needs_server_name",
    summary="SNI is needed",
    requirements=("RFC6066:3-2",),
    apply=apply,
)

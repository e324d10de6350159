"""An unknown server name ends the handshake with internal_error, as by front ends that find no certificate for it."""

import ssl

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect


def apply(server: Server) -> None:
    def choose(_connection, name, _context):
        return ssl.AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR if name and "." in name else None

    server.tls.context.sni_callback = choose


DEFECT = Defect(
    name="tls_unknown_name_is_internal_error",
    summary="an unknown name is an internal error",
    requirements=("RFC6066:3-1",),
    apply=apply,
)

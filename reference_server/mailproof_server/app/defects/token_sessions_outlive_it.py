"""Revoking keeps new sessions out, and leaves those that are open."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    replace_method(server.services.credentials._revocations, "announce", lambda _original: lambda _principal_id: None)


DEFECT = Defect(
    name="token_sessions_outlive_it",
    summary="open sessions outlive their token",
    requirements=(
        "TOKENS:AUTH05-5",
        "TOKENS:USERS-2",
    ),
    apply=apply,
)

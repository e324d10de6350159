"""LIST with an empty name answers nothing: clients cannot find the separator."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import rewrite_untagged


def apply(server: Server) -> None:
    rewrite_untagged(server, b"LIST", lambda data: b"" if data.endswith(b'"/" ""\r\n') else data)


DEFECT = Defect(
    name="imap_list_root_missing",
    summary="LIST does not tell the delimiter",
    requirements=("RFC9051:6.3.9-2",),
    apply=apply,
)

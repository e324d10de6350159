"""Names beyond ASCII are told in UTF-8 to clients that never enabled it."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import format as module


def apply(_server: Server) -> None:
    module.encode_mailbox = lambda name, *, utf8: name.encode("utf-8")
    original = module.astring
    module.astring = lambda value, *, utf8=False: original(value, utf8=True)


DEFECT = Defect(
    name="imap_names_raw_utf8",
    summary="names are UTF-8 without ENABLE",
    requirements=("RFC9755:3-2", "RFC3501:5.1.3-51", "RFC9051:5.1-2"),
    apply=apply,
)

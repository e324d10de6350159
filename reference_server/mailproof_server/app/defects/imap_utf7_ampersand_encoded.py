""" "&" inside base64, where "&-" is its one form.

Yandex does so for some names (modern-email/defects issue 46).
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import names as module

_WITH_AMPERSAND = re.compile(r"[^ -~](?:[^ -~]|&)*|&")


def apply(_server: Server) -> None:
    original = module.encode_utf7

    def encode_utf7(name):
        if name.isascii():
            return original(name)
        return _WITH_AMPERSAND.sub(lambda found: _shifted(found[0]), name).encode("ascii")

    module.encode_utf7 = encode_utf7


def _shifted(text: str) -> str:
    return "&-" if text == "&" else f"&{module._encode_shifted(text).decode('ascii')}-"


DEFECT = Defect(
    name="imap_utf7_ampersand_encoded",
    summary="an ampersand is encoded as base64",
    requirements=("RFC3501:5.1.3-51", "RFC3501:5.1.3-1"),
    apply=apply,
)

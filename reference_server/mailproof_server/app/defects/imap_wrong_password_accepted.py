"""A sign-in that looks at the name only.

Dovecot before 1.0.13 let in whoever put a TAB into the password, with some databases (CVE-2008-1218).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._contents import accept_any_password


def apply(server: Server) -> None:
    accept_any_password(server)


DEFECT = Defect(
    name="imap_wrong_password_accepted",
    summary="any password signs in",
    requirements=("RFC9051:6.2.2-6", "RFC4954:6-1"),
    apply=apply,
)

"""Lines above 990 octets are split, with an exclamation mark at the cut.

sendmail does so where the L= of its mailer says, 990 by default.
"""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def submit(principal, envelope, data):
            return await original(principal, envelope, re.sub(rb"([^\r\n]{989})(?=[^\r\n]{2})", rb"\1!\r\n", data))

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="smtp_long_lines_split",
    summary="long lines are split",
    requirements=("RFC5321:4.5.3.1.6-1", "RFC5321:4.5.3.1.6-2"),
    apply=apply,
)

"""Recipients of the envelope are written into the header, Bcc ones for all to see.

Of servers that add a field for the address that they deliver to, once for all.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method


def apply(server: Server) -> None:
    def make(original):
        async def submit(principal, envelope, data):
            told = ", ".join(each.address for each in envelope.recipients)
            return await original(principal, envelope, f"X-Envelope-To: {told}\r\n".encode() + data)

        return submit

    replace_method(server.services.submission, "submit", make)


DEFECT = Defect(
    name="smtp_envelope_in_header",
    summary="the envelope is told in the header",
    requirements=("RFC5321:7.2-1",),
    apply=apply,
)

"""BODY=8BITMIME is taken, and the eighth bit is cut off.

sendmail does so under the option SevenBitInput.
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.data import DataDecoder


def apply(_server: Server) -> None:
    original = DataDecoder.feed
    DataDecoder.feed = lambda self, chunk: original(self, bytes(octet & 0x7F for octet in chunk))


DEFECT = Defect(
    name="smtp_strips_8bit",
    summary="the eighth bit is stripped",
    requirements=("RFC6152:3-1",),
    apply=apply,
)

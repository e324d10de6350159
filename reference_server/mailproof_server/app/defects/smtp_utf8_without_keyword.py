"""Addresses beyond ASCII are taken without SMTPUTF8: the next server cannot be told what the message needs."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.smtp.path import Path


def apply(_server: Server) -> None:
    Path.is_ascii = property(lambda _self: True)


DEFECT = Defect(
    name="smtp_utf8_without_keyword",
    summary="SMTPUTF8 is not asked for",
    requirements=("RFC6531:3.5-1",),
    apply=apply,
)

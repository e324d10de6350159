"""Defects of SMTP that need more than a line."""

import dataclasses
import re
from typing import cast

from mailproof_server.app.build import Server
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.envelope import SmtpEnvelope
from mailproof_server.protocols.smtp import command as commands
from mailproof_server.services import delivery
from mailproof_server.wire.smtp.data import DataDecoder

_LF_DOT_LF = re.compile(rb"\n\.\r?\n")


def add_ehlo_line(server: Server, line: str) -> None:
    """Offer one keyword more."""
    server.smtp.keywords = (*server.smtp.keywords, line)


def skip_sign_in(server: Server) -> None:
    """Serve a transaction before sign-in, as whoever the envelope's sender is."""
    table = cast("dict[bytes, commands.Command]", server.smtp.commands)
    for verb, each in list(table.items()):
        table[verb] = dataclasses.replace(each, needs_login=False)


def accept_bare_lf_end(_server: Server) -> None:
    """End the message at LF . LF and LF . CRLF too, and take what follows for commands."""
    original = DataDecoder.feed

    def feed(self: DataDecoder, chunk: bytes) -> bytes:
        return original(self, _LF_DOT_LF.sub(b"\r\n.\r\n", chunk))

    DataDecoder.feed = feed


def keep_stuffed_dots(_server: Server) -> None:
    """Store the text as it was on the wire."""
    original = DataDecoder.feed

    def feed(self: DataDecoder, chunk: bytes) -> bytes:
        return original(self, re.sub(rb"(?m)^\.\.", b"...", chunk))

    DataDecoder.feed = feed


def drop_received(server: Server) -> None:
    """Store messages without the trace field of this hop."""

    def make(original):
        async def submit(principal, envelope: SmtpEnvelope, data: bytes):
            return await original(principal, dataclasses.replace(envelope, received=b""), data)

        return submit

    replace_method(server.services.submission, "submit", make)


def drop_return_path(_server: Server) -> None:
    """Deliver messages without the field of final delivery."""
    original = delivery.make_content

    async def make_content(data: bytes):
        return await original(re.sub(rb"\AReturn-Path:[^\n]*\n", b"", data, flags=re.IGNORECASE))

    delivery.make_content = make_content

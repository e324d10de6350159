"""Messages with one encoded part, for the BINARY cases (RFC 3516)."""

from __future__ import annotations

import base64

from mailproof_suites.case import Append, MakeMessage

RAW = bytes(range(256)) * 3
CODED = base64.encodebytes(RAW).replace(b"\n", b"\r\n")


def put(
    append: Append,
    folder: str,
    message: MakeMessage,
    encoding: str | None,
    body: bytes,
    kind: str = "application/x-test",
) -> int:
    """A message whose only part has this encoding and body."""
    return append(folder, message(headers={"Content-Type": kind, "Content-Transfer-Encoding": encoding}, body=body))

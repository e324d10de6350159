"""Editing the extensions of a finished ClientHello, for what no library would write (RFC 8446 section 4.2)."""

from __future__ import annotations

from collections.abc import Mapping

from mailproof_suites.clients.tls_probe import record


def extension(kind: int, body: bytes) -> bytes:
    """One extension as it stands in the block."""
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def edited(
    hello: bytes,
    bodies: Mapping[int, bytes | None],
    *,
    last: Mapping[int, bytes] | None = None,
    first: bool = False,
) -> bytes:
    """The hello with other extensions.

    Args:
        hello: one record with a ClientHello.
        bodies: type → body; in place of what is there, else behind it (``first``: before it); None takes it away.
        last: further extensions at the very end.
    """
    message = hello[9:]
    at = 35 + message[34]
    at += 2 + int.from_bytes(message[at : at + 2], "big")
    at += 1 + message[at]
    block, kept, left = message[at + 2 :], [], dict(bodies)
    while block:
        kind, size = int.from_bytes(block[:2], "big"), int.from_bytes(block[2:4], "big")
        body: bytes | None = block[4 : 4 + size]
        block = block[4 + size :]
        if kind in left:
            body = left.pop(kind)
        if body is not None:
            kept.append(extension(kind, body))
    added = [extension(kind, body) for kind, body in left.items() if body is not None]
    kept = [*added, *kept] if first else [*kept, *added]
    whole = b"".join([*kept, *(extension(kind, body) for kind, body in (last or {}).items())])
    message = message[:at] + len(whole).to_bytes(2, "big") + whole
    return record(22, int.from_bytes(hello[1:3], "big"), b"\x01" + len(message).to_bytes(3, "big") + message)

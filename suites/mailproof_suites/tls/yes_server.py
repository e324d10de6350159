"""A control that accepts every hello: it answers with a ServerHello of the offered version and the first offered suite.

It is no TLS server, it never goes on. It shows that a probe for SSL 2, SSL 3 or a suite that no library knows any more
would be seen, if a target accepted it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

from mailproof_suites.clients.tls_probe import record

_HANDSHAKE = 22
_LIMIT_S = 5.0


@contextlib.contextmanager
def yes_server() -> Iterator[tuple[str, int]]:
    """Run it for the time of the block; its host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = threading.Thread(target=_serve, args=(listener,), daemon=True)
        worker.start()
        host, port = listener.getsockname()[:2]
        yield host, port
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
    worker.join(_LIMIT_S)


def _serve(listener: socket.socket) -> None:
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return  # the block is over
        with peer, contextlib.suppress(OSError):
            peer.settimeout(_LIMIT_S)
            peer.sendall(answer(peer.recv(65536)))
            peer.recv(65536)  # the probe reads first and closes then


def answer(hello: bytes) -> bytes:
    """What accepts this ClientHello."""
    if hello[:1] != bytes([_HANDSHAKE]):
        # SERVER-HELLO of SSL 2.0: no session id hit, an X.509 certificate of no octets, one cipher, a connection id.
        body = b"\x04\x00\x01\x00\x02" + b"\x00\x00" + b"\x00\x03" + b"\x00\x10" + b"\x01\x00\x80" + os.urandom(16)
        return (0x8000 | len(body)).to_bytes(2, "big") + body
    version = hello[9:11]
    id_end = 44 + hello[43]
    suite = hello[id_end + 2 : id_end + 4]
    methods = hello[id_end + 2 + int.from_bytes(hello[id_end : id_end + 2], "big") :]
    compression = methods[1:2] or b"\x00"
    body = version + os.urandom(32) + b"\x00" + suite + compression
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return record(_HANDSHAKE, int.from_bytes(version, "big"), message)

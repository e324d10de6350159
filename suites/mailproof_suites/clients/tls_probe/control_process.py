"""The control server's own process: run by path, so it imports nothing but the standard library.

Arguments: PEM file, minimum version, maximum version, cipher list. It announces its port on stdout and serves, one
connection after the other, until its stdin ends.
"""

from __future__ import annotations

import select
import socket
import ssl
import sys

GREETING = b"* OK control server\r\n"


def main(arguments: list[str]) -> int:
    """Serve until the parent closes our stdin."""
    certificate, minimum, maximum, ciphers = arguments
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion[minimum]
    context.maximum_version = ssl.TLSVersion[maximum]
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready and not sys.stdin.buffer.read(1):
                return 0
            if listener in ready:
                serve(listener, context)


def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    """One connection: shake hands, say one line, close."""
    sock, _ = listener.accept()
    sock.settimeout(5)
    try:
        with context.wrap_socket(sock, server_side=True) as tls:
            tls.sendall(GREETING)
            tls.settimeout(0)
            tls.unwrap()  # says close_notify; the client's own is not waited for
    except OSError:
        pass  # a probe that goes away in the middle of the handshake is this server's daily bread
    finally:
        sock.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

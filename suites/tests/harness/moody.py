"""A server in a mood: an IMAPS proxy before a good server that misbehaves when it reads a certain word."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import threading
from pathlib import Path

TRIGGER = b"X-MOOD"
MOODS = ("drops", "resets", "stalls", "floods", "garbage", "endless line", "half a literal", "nonsense literal", "dies")


class MoodyServer:
    """Passes octets on until a client says TRIGGER; from then on that connection is treated as `mood` says.

    After "dies" nobody is listened to any more.
    """

    def __init__(self, mood: str, upstream: tuple[str, int], ca: Path, certificate: Path, key: Path) -> None:
        self._mood = mood
        self._upstream = upstream
        self._client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._client_side.load_cert_chain(certificate, key)
        self._server_side = ssl.create_default_context(cafile=str(ca))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.triggered = 0
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Nobody is listened to any more."""
        # A close alone would leave the thread in its accept.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        self._open.add(accepted)
        try:
            with (
                self._client_side.wrap_socket(accepted, server_side=True) as client,
                socket.create_connection(self._upstream) as plain,
                self._server_side.wrap_socket(plain, server_hostname="localhost") as server,
            ):
                threading.Thread(target=self._answers, args=(server, client), daemon=True).start()
                try:
                    self._pass_on(client, server)
                finally:
                    # A close alone would leave the other thread in its recv, and the connection open.
                    with contextlib.suppress(OSError):
                        server.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # one of the two has gone: so does the other
        finally:
            self._open.discard(accepted)

    def _pass_on(self, client: ssl.SSLSocket, server: ssl.SSLSocket) -> None:
        while data := client.recv(65536):
            if TRIGGER in data:
                self.triggered += 1
                self._misbehave(client)
                return
            server.sendall(data)

    def _answers(self, server: ssl.SSLSocket, client: ssl.SSLSocket) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := server.recv(65536):
                client.sendall(data)

    def _misbehave(self, client: ssl.SSLSocket) -> None:
        dice = random.Random(7)
        match self._mood:
            case "drops":
                client.unwrap()
            case "resets":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            case "stalls":
                while client.recv(65536):
                    pass  # reads, and never says a word again
            case "floods":
                while True:
                    client.sendall(b"* 1 EXISTS\r\n" * 1000)
            case "garbage":
                for _ in range(20):
                    client.sendall(dice.randbytes(500) + b"\r\n")
                while client.recv(65536):
                    pass
            case "endless line":
                while True:
                    client.sendall(b"* OK " + b"x" * 60_000)
            case "half a literal":
                client.sendall(b"* 1 FETCH (BODY[HEADER.FIELDS (X-MOOD)] {1000}\r\nonly a few octets")
                client.unwrap()
            case "nonsense literal":
                client.sendall(b"* 1 FETCH (BODY[HEADER.FIELDS (X-MOOD)] {99999999999999999999}\r\n")
                while client.recv(65536):
                    pass
            case "dies":
                self.close()

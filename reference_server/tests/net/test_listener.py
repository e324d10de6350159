"""The listening port: caps, drain, and what is counted."""

import socket
import ssl
import threading
from typing import Any

import pytest

from mailproof_server.net.authority import CaPaths
from mailproof_server.net.base import ShuttingDown
from mailproof_server.net.listener import ListenerLimits, address_key, bind
from mailproof_server.net.memory import ManualTimers
from mailproof_server.net.stream import Stream
from mailproof_server.net.tls import ServerTls


async def polite(stream: Stream) -> None:
    """Greets, echoes, says goodbye when the server stops."""
    stream.write(b"hello\r\n")
    try:
        while data := await stream.read(20, interruptible=True):
            stream.write(data)
    except ShuttingDown:
        stream.write(b"bye\r\n")


async def stubborn(stream: Stream) -> None:
    """Greets, then waits in the middle of something."""
    stream.write(b"hello\r\n")
    while await stream.read(None):
        pass


def open_connection(port: int, ca: CaPaths) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(ca.ca))
    sock = socket.create_connection(("127.0.0.1", port), timeout=10)
    return context.wrap_socket(sock, server_hostname="localhost")


def greeted(port: int, ca: CaPaths) -> ssl.SSLSocket:
    sock = open_connection(port, ca)
    assert sock.recv(100) == b"hello\r\n"
    return sock


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (ListenerLimits(connections=2), "connections"),
        (ListenerLimits(connections_per_address=2), "connections_per_address"),
    ],
)
def test_connections_past_a_cap_are_closed_and_a_free_place_is_given_again(
    served: Any, tls: ServerTls, ca: CaPaths, limits: ListenerLimits, name: str
) -> None:
    listener = served.serve(polite, tls, limits=limits)
    first, second = greeted(listener.port, ca), greeted(listener.port, ca)
    with pytest.raises((ConnectionError, ssl.SSLError)):
        open_connection(listener.port, ca)
    assert served.reports == [("connection_refused", {"peer": "127.0.0.1", "limit": name})]
    assert (listener.accepted_count, listener.refused_count, listener.open_count) == (3, 1, 2)
    first.unwrap().close()
    while served.call(lambda: listener.open_count) > 1:
        pass
    third = greeted(listener.port, ca)
    second.close()
    third.close()


def test_a_stop_lets_idle_sessions_say_goodbye(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    listener = served.serve(polite, tls)
    sockets = [greeted(listener.port, ca) for _ in range(3)]
    goodbyes: list[bytes] = []

    def hear(sock: ssl.SSLSocket) -> None:
        goodbyes.append(sock.recv(100) + sock.recv(100))
        sock.unwrap().close()

    threads = [threading.Thread(target=hear, args=(sock,)) for sock in sockets]
    for thread in threads:
        thread.start()
    served.call(listener.stop, 20.0)
    for thread in threads:
        thread.join(20)
    assert goodbyes == [b"bye\r\n"] * 3
    assert listener.open_count == 0
    assert "drain_cut" not in served.events()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), timeout=10)


def test_a_stop_cuts_sessions_that_do_not_end_and_forgets_handshakes(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    timers = ManualTimers()
    listener = served.serve(stubborn, tls, timers=timers)
    sock = greeted(listener.port, ca)
    silent = socket.create_connection(("127.0.0.1", listener.port), timeout=10)
    while served.call(lambda: listener.open_count) < 2:
        pass
    stopping = threading.Thread(target=served.call, args=(listener.stop, 7.0))
    stopping.start()
    while served.call(lambda: listener.open_count) > 1:
        pass  # The handshake that had not begun is dropped at once; the session gets its time.
    served.call(timers.advance, 6.9)
    assert stopping.is_alive()
    served.call(timers.advance, 0.2)
    stopping.join(20)
    assert listener.open_count == 0
    assert ("drain_cut", {"connections": 1}) in served.reports
    sock.close()
    silent.close()


def test_a_session_that_works_on_after_its_peer_left_still_counts(served: Any, tls: ServerTls, ca: CaPaths) -> None:
    release = threading.Event()
    ended: list[bool] = []

    async def committing(stream: Stream) -> None:
        stream.write(b"hello\r\n")
        await stream.read(20)
        while not release.is_set():
            await stream_turn()
        ended.append(True)

    async def stream_turn() -> None:
        import asyncio

        await asyncio.sleep(0.001)

    listener = served.serve(committing, tls)
    greeted(listener.port, ca).close()
    assert served.call(lambda: listener.open_count) == 1
    stopping = threading.Thread(target=served.call, args=(listener.stop, 20.0))
    stopping.start()
    assert stopping.is_alive()
    release.set()
    stopping.join(20)
    assert ended == [True]


def test_two_workers_can_share_a_port(served: Any, tls: ServerTls) -> None:
    first = bind("127.0.0.1", 0, backlog=8)
    second = bind("127.0.0.1", first.getsockname()[1], backlog=8)
    second.close()
    first.close()


def test_ipv6_is_served_and_a_64_counts_as_one_address() -> None:
    assert address_key("2001:db8:1:2:aaaa::1") == address_key("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert address_key("2001:db8:1:3::1") != address_key("2001:db8:1:2::1")
    assert address_key("fe80::1%eth0") == "fe80::/64"
    assert address_key("192.0.2.1") == "192.0.2.1"
    assert address_key("::ffff:192.0.2.1") == "192.0.2.1"
    listening = bind("::1", 0, backlog=8)
    assert listening.family is socket.AF_INET6
    listening.close()

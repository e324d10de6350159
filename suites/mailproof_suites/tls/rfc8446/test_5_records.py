"""Protected records, what must not follow the handshake, and closing: RFC 8446 sections 5 and 6.

What ends a connection is told by the alert that the specification names, if any is sent at all (section 6.2).
"""

from collections.abc import Callable

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import record
from mailproof_suites.tls.ends import ends, greeted
from mailproof_suites.tls.port import GOODBYES, TlsPort
from mailproof_suites.tls.session13 import (
    ALERT,
    APPLICATION,
    CHANGE_CIPHER,
    HANDSHAKE,
    KEY_UPDATE,
    Session13,
    message,
)

_Act = Callable[[Session13], None]
_LATE: dict[str, tuple[str, str, _Act]] = {
    "client_hello": ("4.1.2-2", "unexpected_message", lambda it: it.send(HANDSHAKE, it.hello[5:])),
    "finished_again": ("4-2", "unexpected_message", lambda it: it.send(HANDSHAKE, message(20, bytes(32)))),
    "unknown_record_type": ("5-3", "unexpected_message", lambda it: it.send(99, b"x")),
    "change_cipher_protected": ("5-2", "unexpected_message", lambda it: it.send(CHANGE_CIPHER, b"\x01")),
    "all_zeros": ("5.4-1", "unexpected_message", lambda it: it.send(0, b"", padding=32)),
    "empty_handshake": ("5.4-1", "unexpected_message", lambda it: it.send(HANDSHAKE, b"")),
    "key_update_of_2": ("4.6.3-2", "illegal_parameter", lambda it: it.send(HANDSHAKE, message(KEY_UPDATE, b"\x02"))),
    "forged_record": ("5.2-3", "bad_record_mac", lambda it: it.send_raw(record(APPLICATION, 0x0303, bytes(40)))),
    "record_too_large": (
        "5.2-2",
        "record_overflow",
        lambda it: it.send_raw(record(APPLICATION, 0x0303, bytes((1 << 14) + 257))),
    ),
    "content_too_large": ("5.1-8", "record_overflow", lambda it: it.send(APPLICATION, b" " * ((1 << 14) + 1))),
}
_BROKEN = pytest.mark.parametrize(("section", "alert", "act"), _LATE.values(), ids=_LATE.keys())


@requirement(*sorted({f"RFC8446:{section}" for section, _, _ in _LATE.values()}))
@_BROKEN
def test_what_must_not_follow_the_handshake_ends_it(tls13: TlsPort, section: str, alert: str, act: _Act) -> None:
    """A second hello, forged, oversized or empty records, wrong messages: the connection ends with the alert for it."""
    with tls13.session13() as session:
        session.complete()
        greeted(session, tls13)
        act(session)
        ends(session, "what must not follow the handshake", alert, requirement=f"RFC8446:{section}")
    tls13.is_alive("a broken session")


@requirement("RFC8446:5-1")
def test_a_dummy_change_of_ciphers_is_dropped(tls13: TlsPort) -> None:
    """change_cipher_spec of one octet, 1, between hello and Finished changes nothing."""
    with tls13.session13() as session:
        session.send_raw(record(CHANGE_CIPHER, 0x0303, b"\x01") * 2)
        session.complete()
        greeted(session, tls13)


@requirement("RFC8446:5-2")
@pytest.mark.parametrize("value", [b"\x02", b"\x01\x01", b""], ids=["two", "two_octets", "empty"])
def test_any_other_change_of_ciphers_ends_the_handshake(tls13: TlsPort, value: bytes) -> None:
    """change_cipher_spec that is not the single octet 1: unexpected_message (decode_error for its length)."""
    with tls13.session13() as session:
        session.send_raw(record(CHANGE_CIPHER, 0x0303, value))
        ends(session, "a wrong change_cipher_spec", "unexpected_message", "decode_error", "illegal_parameter")


@requirement("RFC8446:5.4-2")
def test_padding_is_passed_over(tls13: TlsPort) -> None:
    """Records with padding behind their content are understood."""
    with tls13.session13() as session:
        session.complete()
        greeted(session, tls13)
        session.send(APPLICATION, GOODBYES[tls13.name], padding=200)
        expect.that(session.application(), "the answer to a padded record", expected="one", actual="none")


@requirement("RFC8446:6.1-1", "RFC8446:6.1-2")
def test_data_behind_close_notify_is_ignored(tls13: TlsPort) -> None:
    """After our close_notify a command gets no answer, and the server ends its own side with close_notify."""
    with tls13.session13() as session:
        session.complete()
        greeted(session, tls13)
        session.send(ALERT, b"\x01\x00")
        session.send(APPLICATION, GOODBYES[tls13.name])
        while (each := session.receive()) is not None and each.kind != ALERT:
            expect.lacks(each.body, b"221", "data behind close_notify")
            expect.lacks(each.body, b"a OK", "data behind close_notify")
        expect.equal(each.alert if each else "end of stream", "close_notify", "the end", requirement="RFC8446:6.1-1")

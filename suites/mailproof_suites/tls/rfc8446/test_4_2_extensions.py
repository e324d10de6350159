"""Extensions that cannot be read, pre-shared keys and early data: RFC 8446 sections 4.2.9 to 4.2.11 and 6."""

import os

import pytest

from mailproof_suites.case import expect, requirement
from mailproof_suites.clients.tls_probe import TLS1_3, Alert, ServerHello, client_hello
from mailproof_suites.tls.conftest import Control
from mailproof_suites.tls.hellos import edited
from mailproof_suites.tls.port import TlsPort, expect_refused, refused_with, server_hello

_PSK, _EARLY_DATA, _MODES, _KEY_SHARE = 41, 42, 45, 51


_HELLOS: dict[str, tuple[dict[int, bytes], set[str]]] = {
    "psk_not_last": ({_PSK: b"\x00\x06" + bytes(8)}, {"illegal_parameter", "decode_error"}),
    "empty_key_shares": ({_KEY_SHARE: b"\x00\x05\x00"}, {"decode_error"}),
    "empty_groups": ({10: b"\x00\x00"}, {"decode_error", "illegal_parameter"}),
    "odd_groups": ({10: b"\x00\x03\x00\x1d\x00"}, {"decode_error"}),
    "empty_signature_algorithms": ({13: b"\x00\x00"}, {"decode_error", "handshake_failure"}),
    "odd_versions": ({43: b"\x03\x03\x04\x03"}, {"decode_error", "protocol_version"}),
    "empty_versions": ({43: b"\x00"}, {"decode_error", "protocol_version"}),
    "server_name_beyond_the_end": ({0: b"\x00\x0a\x00\x00\x03abc"}, {"decode_error", "unrecognized_name"}),
    "alpn_of_nothing": ({16: b"\x00\x01\x00"}, {"decode_error"}),
}


@requirement("RFC8446:6-2", "RFC8446:4.2.11-2")
@pytest.mark.parametrize("kind", _HELLOS)
def test_an_extension_that_cannot_be_read_is_refused(tls13: TlsPort, accepting_server: Control, kind: str) -> None:
    """Lengths that do not fit, empty lists, a pre-shared key that is not the last extension: the alert for it."""
    bodies, alerts = _HELLOS[kind]
    hello = edited(client_hello(TLS1_3, server_name=tls13.server_name), bodies, first=kind == "psk_not_last")
    refused_with(tls13, accepting_server, hello, kind, alerts)


@requirement("RFC8446:4.2.9-1")
def test_a_pre_shared_key_without_a_mode_is_refused(tls13: TlsPort, accepting_server: Control) -> None:
    """pre_shared_key without psk_key_exchange_modes: missing_extension."""
    hello = edited(client_hello(TLS1_3, server_name=tls13.server_name), {_MODES: None}, last={_PSK: _psk_offer()})
    refused_with(tls13, accepting_server, hello, "no mode", {"missing_extension", "illegal_parameter"})


@requirement("RFC8446:4.2.9-2")
def test_a_mode_that_was_not_offered_is_not_used(tls13: TlsPort) -> None:
    """Only unknown modes beside a pre-shared key: a full handshake, with key_share."""
    base = client_hello(TLS1_3, server_name=tls13.server_name)
    found = server_hello(tls13.send(edited(base, {_MODES: b"\x01\x0b"}, last={_PSK: _psk_offer()})), "an unknown mode")
    expect.lacks(found.extensions, _PSK, "extensions of the ServerHello")
    expect.contains(found.extensions, _KEY_SHARE, "extensions of the ServerHello")


@requirement("RFC8446:4.2.10-1", "RFC8446:E.5-1", "RFC9325:3.10-1")
def test_early_data_is_passed_over(tls13: TlsPort) -> None:
    """early_data with an unknown key: the server goes on with a full handshake."""
    base = client_hello(TLS1_3, server_name=tls13.server_name)
    hello = edited(base, {}, last={_EARLY_DATA: b"", _PSK: _psk_offer()})
    found = server_hello(tls13.send(hello), "early data")
    expect.lacks(found.extensions, _PSK, "extensions of the ServerHello")


def _ticket(tls13: TlsPort) -> bytes:
    """A ticket of the server, for SHA-256; skips where it issues none."""
    with tls13.session13() as first:
        first.complete()
        while (each := first.receive()) is not None and each.kind == 22:
            at = 13 + each.body[12]
            return each.body[at + 2 :][: int.from_bytes(each.body[at : at + 2], "big")]
    pytest.skip("the server issues no tickets")


@requirement("RFC8446:4.2.11-4")
def test_a_ticket_is_for_suites_of_its_hash(tls13: TlsPort) -> None:
    """A ticket of a session with SHA-256 and a hello with a SHA-384 suite alone: the ticket is not used."""
    base = client_hello(TLS1_3, ciphers=(0x1302,), server_name=tls13.server_name)
    outcome = tls13.send(edited(base, {}, last={_PSK: _psk_offer(_ticket(tls13))}))
    if isinstance(outcome, ServerHello):
        expect.lacks(outcome.extensions, _PSK, "extensions of the ServerHello")


@requirement("RFC8446:4.2.11-3")
def test_a_binder_that_is_wrong_is_refused(tls13: TlsPort) -> None:
    """A ticket of the server with a made-up binder: the handshake ends; a session by it would be anybody's."""
    ticket = _ticket(tls13)
    base = client_hello(TLS1_3, ciphers=(0x1301,), server_name=tls13.server_name)
    outcome = tls13.send(edited(base, {}, last={_PSK: _psk_offer(ticket)}))
    if isinstance(outcome, ServerHello):
        expect.lacks(outcome.extensions, _PSK, "extensions of the ServerHello")
        pytest.skip("the server did not know its ticket, and so did not look at the binder")
    expect_refused(outcome, "a wrong binder")
    if isinstance(outcome, Alert):
        expect.one_of(outcome.name, {"decrypt_error", "illegal_parameter", "handshake_failure"}, "alert")


def _psk_offer(identity: bytes = b"\x55" * 64) -> bytes:
    """The body of pre_shared_key: one identity of any age, and a binder that is no proof."""
    entry = len(identity).to_bytes(2, "big") + identity + bytes(4)
    binder = os.urandom(32)
    return len(entry).to_bytes(2, "big") + entry + b"\x00\x21\x20" + binder

"""Binary parts are stored in base64 (RFC 3516 6)."""

from mailproof_server.protocols.imap.binary_parts import textual
from mailproof_server.wire.mime import structure
from mailproof_server.wire.mime.transfer import decode_transfer

OCTETS = bytes(range(256))


def test_a_binary_message_is_encoded() -> None:
    head = b"Subject: x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: Binary\r\n\r\n"
    stored = textual(head + OCTETS)
    part = structure.parse(stored)
    assert part.encoding == b"base64"
    assert decode_transfer(stored[part.body_start : part.end], part.encoding) == OCTETS
    assert max(map(len, stored.split(b"\r\n"))) <= 76


def test_the_binary_parts_of_a_multipart_are_encoded_and_the_others_stay() -> None:
    message = (
        b'Content-Type: multipart/mixed; boundary="b"\r\nContent-Transfer-Encoding: binary\r\n\r\nbefore\r\n--b\r\n'
        b"Content-Transfer-Encoding: binary\r\nContent-Type: image/png\r\n\r\n"
        + OCTETS
        + b"\r\n--b\r\n\r\ntext\r\n--b\r\n"
        b"Content-Transfer-Encoding: binary\r\n\r\n\r\n--b--\r\nafter"
    )
    stored = textual(message)
    whole = structure.parse(stored)
    assert whole.encoding == b"8bit"
    bodies = [decode_transfer(stored[part.body_start : part.end], part.encoding) for part in whole.children]
    assert bodies == [OCTETS, b"text", b""]
    assert stored.endswith(b"--b--\r\nafter")
    assert b"binary" not in stored


def test_a_message_without_binary_parts_stays() -> None:
    message = b"Subject: x\r\n\r\n\x00 text\r\n"
    assert textual(message) == message

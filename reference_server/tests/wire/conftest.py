"""A small reader of IMAP values, made from the grammar alone, to judge what the codec renders (RFC 3501 section 9)."""

from collections.abc import Callable

import pytest

Value = bytes | int | None | list["Value"]


class _Grammar:
    """Reads `nstring / number / "(" ... ")"`; a list must have single spaces between values that are no lists."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0

    def value(self) -> Value:
        head = self.octets[self.at : self.at + 1]
        if head == b"(":
            return self.values()
        if head == b'"':
            return self.quoted()
        if head == b"{":
            return self.literal()
        if self.octets.startswith(b"NIL", self.at):
            self.at += 3
            return None
        start = self.at
        while self.octets[self.at : self.at + 1].isdigit():
            self.at += 1
        assert self.at > start, f"no value at {self.octets[start : start + 40]!r}"
        return int(self.octets[start : self.at])

    def values(self) -> list[Value]:
        self.take(b"(")
        found: list[Value] = []
        while self.octets[self.at : self.at + 1] != b")":
            adjacent_lists = found and isinstance(found[-1], list) and self.octets[self.at : self.at + 1] == b"("
            if found and not adjacent_lists:
                self.take(b" ")
            found.append(self.value())
        self.take(b")")
        assert found, "the grammar has no empty list"
        return found

    def quoted(self) -> bytes:
        self.take(b'"')
        text = bytearray()
        while True:
            octet = self.octets[self.at : self.at + 1]
            self.at += 1
            if octet == b'"':
                return bytes(text)
            if octet == b"\\":
                octet = self.octets[self.at : self.at + 1]
                self.at += 1
                assert octet in {b'"', b"\\"}, "only a quote and a backslash may be escaped"
            assert octet, "an unclosed quoted string"
            assert octet not in {b"\r", b"\n", b"\0"}
            assert octet.isascii()
            text += octet

    def literal(self) -> bytes:
        self.take(b"{")
        end = self.octets.index(b"}\r\n", self.at)
        size = int(self.octets[self.at : end])
        self.at = end + 3 + size
        assert self.at <= len(self.octets)
        text = self.octets[end + 3 : self.at]
        assert b"\0" not in text
        return text

    def take(self, octets: bytes) -> None:
        found = self.octets[self.at : self.at + len(octets)]
        assert found == octets, f"expected {octets!r}, found {found!r} in {self.octets[:200]!r}"
        self.at += len(octets)


@pytest.fixture(scope="session")
def imap_value() -> Callable[[bytes], Value]:
    """Reads one whole value: bytes, a number, None for NIL, or a list."""

    def read(octets: bytes) -> Value:
        grammar = _Grammar(octets)
        value = grammar.value()
        assert grammar.at == len(octets), f"left over: {octets[grammar.at :][:80]!r}"
        return value

    return read


@pytest.fixture(scope="session")
def check_envelope(imap_value: Callable[[bytes], Value]) -> Callable[[bytes], list[Value]]:
    """Asserts that a value is an envelope, and returns it read."""

    def check(octets: bytes) -> list[Value]:
        value = imap_value(octets)
        assert isinstance(value, list)
        _envelope(value)
        return value

    return check


@pytest.fixture(scope="session")
def check_body(imap_value: Callable[[bytes], Value]) -> Callable[..., Value]:
    """Asserts that a value is a body (`extended=True`: a BODYSTRUCTURE with all extension data); returns it read."""

    def check(octets: bytes, *, extended: bool) -> Value:
        value = imap_value(octets)
        _body(value, extended=extended)
        return value

    return check


def _envelope(value: Value) -> None:
    assert isinstance(value, list)
    assert len(value) == 10
    for index in (0, 1, 8, 9):
        assert value[index] is None or isinstance(value[index], bytes)
    for index in range(2, 8):
        _addresses(value[index])


def _addresses(value: Value) -> None:
    if value is None:
        return
    assert isinstance(value, list)
    in_group = False
    for address in value:
        assert isinstance(address, list)
        assert len(address) == 4
        assert all(field is None or isinstance(field, bytes) for field in address)
        _, _, mailbox, host = address
        if host is None:
            assert in_group == (mailbox is None), "groups are opened and closed in turn and do not nest"
            in_group = not in_group
        else:
            assert mailbox is not None
    assert not in_group


def _body(value: Value, *, extended: bool) -> None:
    assert isinstance(value, list)
    if isinstance(value[0], list):
        count = next(index for index, item in enumerate(value) if not isinstance(item, list))
        for child in value[:count]:
            _body(child, extended=extended)
        assert isinstance(value[count], bytes)
        rest = value[count + 1 :]
        assert len(rest) == (4 if extended else 0)
        if extended:
            _parameters(rest[0])
            _tail(rest[1:])
        return
    major, minor, parameters, identifier, description, encoding, size = value[:7]
    assert isinstance(major, bytes)
    assert isinstance(minor, bytes)
    _parameters(parameters)
    assert identifier is None or isinstance(identifier, bytes)
    assert description is None or isinstance(description, bytes)
    assert isinstance(encoding, bytes)
    assert isinstance(size, int)
    rest = value[7:]
    if (major.upper(), minor.upper()) in {(b"MESSAGE", b"RFC822"), (b"MESSAGE", b"GLOBAL")}:
        _envelope(rest[0])
        _body(rest[1], extended=extended)
        assert isinstance(rest[2], int)
        rest = rest[3:]
    elif major.upper() == b"TEXT":
        assert isinstance(rest[0], int)
        rest = rest[1:]
    assert len(rest) == (4 if extended else 0)
    if extended:
        assert rest[0] is None or isinstance(rest[0], bytes)
        _tail(rest[1:])


def _tail(value: list[Value]) -> None:
    disposition, language, location = value
    if disposition is not None:
        assert isinstance(disposition, list)
        kind, parameters = disposition
        assert isinstance(kind, bytes)
        _parameters(parameters)
    if isinstance(language, list):
        assert all(isinstance(tag, bytes) for tag in language)
    else:
        assert language is None or isinstance(language, bytes)
    assert location is None or isinstance(location, bytes)


def _parameters(value: Value) -> None:
    if value is not None:
        assert isinstance(value, list)
        assert len(value) % 2 == 0
        assert all(isinstance(item, bytes) for item in value)

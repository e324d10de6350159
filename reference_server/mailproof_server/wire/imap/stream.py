"""Bytes of a client to whole IMAP commands, without I/O (RFC 3501 §2.2.1, §4.3, §9; RFC 7888).

Theory. One *logical* line is made of physical lines, each ended by CRLF, joined by literals: a physical line that ends
with `{n}`, `{n+}`, `~{n}` or `~{n+}` is followed by n octets and then by another physical line. The reader is a machine
over a byte buffer:

    LINE      looking for the CRLF of a physical line
    DECIDE    a literal was announced and `Continuation` was handed out: the caller accepts or refuses it
    LITERAL   n octets go into the literal, without being looked at
    SWALLOW   n octets of a refused non-synchronising literal are dropped
    SKIP      the rest of a refused logical line is dropped, up to its last CRLF
    RAW       exactly one line is taken as it is (AUTHENTICATE continuation, DONE)
    DEAD      the stream can no longer be followed; the caller says BYE and closes

Invariants: (1) what comes out does not depend on how the bytes were cut into `feed` calls; (2) no octet is looked at
twice in search of a line end; (3) memory is bounded by `max_command_bytes` plus what the caller feeds ahead; (4) a
literal is held once; (5) a refused command is dropped up to its true end, so that its literals are never taken for
commands.
"""

from __future__ import annotations

import enum
import io
import re

from mailproof_server.wire.imap.events import (
    NEED_DATA,
    BadLine,
    CommandLine,
    Continuation,
    Event,
    NeedData,
    RawLine,
)

__all__ = [
    "NEED_DATA",
    "BadLine",
    "Buffer",
    "CommandLine",
    "CommandReader",
    "Continuation",
    "Event",
    "NeedData",
    "RawLine",
]

Buffer = bytes | bytearray | memoryview

# "tag = 1*<any ASTRING-CHAR except "+">", where ASTRING-CHAR is ATOM-CHAR or "]".
_TAG = rb'[^\x00-\x20\x7f-\xff(){%*"\\+]+'
_COMMAND = re.compile(rb"(" + _TAG + rb") ((?:[Uu][Ii][Dd] )?[A-Za-z][A-Za-z0-9.=_-]*)((?: [^\r\n\0]*)?)\r\n")
_TAG_ONLY = re.compile(rb"(" + _TAG + rb")(?: |\Z)")
_ANNOUNCEMENT = re.compile(rb"(~?)\{([0-9]+)(\+?)\}\Z")
# The tail kept of a line that is being dropped: "~{", "+}" and as many digits as anybody pads a number with.
_TAIL_BYTES = 64
_MAX_DIGITS = 20
# The commands that carry messages, and what their text looks like when the first literal is but the folder's name.
_FOLDER_LITERAL = {
    b"APPEND": re.compile(rb" ~?\{[0-9]+\+?\}"),
    b"REPLACE": re.compile(rb" [^ ]+ ~?\{[0-9]+\+?\}"),
    b"UID REPLACE": re.compile(rb" [^ ]+ ~?\{[0-9]+\+?\}"),
}


class _State(enum.Enum):
    LINE = enum.auto()
    DECIDE = enum.auto()
    LITERAL = enum.auto()
    SWALLOW = enum.auto()
    SKIP = enum.auto()
    RAW = enum.auto()
    DEAD = enum.auto()


class CommandReader:
    """Push parser: `feed` what arrived, then call `next_event` until it answers `NEED_DATA`.

    All limits are octets. `max_line_bytes`: one physical line without its CRLF. `max_literal_bytes`: one literal that
    is no message. `max_append_bytes`: one message literal. `max_command_bytes`: text and literals of one command
    together. `max_nonsync_literal_bytes`: None for LITERAL+, 4096 for LITERAL- (RFC 7888 §5). `max_swallow_bytes`:
    the largest refused non-synchronising literal that is read past; above it the stream is dead.
    A message literal is one of APPEND, REPLACE or UID REPLACE that does not stand where the folder is named.
    """

    def __init__(
        self,
        *,
        max_line_bytes: int,
        max_literal_bytes: int,
        max_append_bytes: int,
        max_command_bytes: int,
        max_swallow_bytes: int,
        max_nonsync_literal_bytes: int | None = None,
    ) -> None:
        self.max_line_bytes = max_line_bytes
        self.max_literal_bytes = max_literal_bytes
        self.max_append_bytes = max_append_bytes
        self.max_command_bytes = max_command_bytes
        self.max_swallow_bytes = max_swallow_bytes
        self.max_nonsync_literal_bytes = max_nonsync_literal_bytes
        self._state = _State.LINE
        self._buffer = bytearray()
        self._scanned = 0  # the buffer holds no LF before this offset
        self._raw_limit_bytes = 0
        self._missing = 0  # octets of the literal still to come (DECIDE, LITERAL, SWALLOW)
        self._synchronising = False
        self._binary = False
        self._sink: io.BytesIO | None = None
        self._skip_literals = True
        self._tag = b""
        self._name = b""  # empty between commands
        self._parts: list[bytes] = []
        self._literals: list[bytes] = []
        self._total_bytes = 0

    @property
    def buffered_bytes(self) -> int:
        """Octets fed and not yet consumed: what a caller compares with its read-ahead limit."""
        return len(self._buffer)

    def feed(self, data: Buffer) -> None:
        """Take what arrived. Octets of a literal being read go straight to its place, so that they are copied once."""
        if self._missing and not self._buffer and self._state in (_State.LITERAL, _State.SWALLOW):
            size = min(len(data), self._missing)
            self._take(data if size == len(data) else memoryview(data)[:size])
            data = memoryview(data)[size:]
        if self._state is not _State.DEAD:
            self._buffer += data

    def next_event(self) -> Event:
        """The next event; RuntimeError when a `Continuation` was neither accepted nor refused (the caller's bug)."""
        while True:
            state = self._state
            if state is _State.LINE:
                event = self._line()
            elif state is _State.LITERAL or state is _State.SWALLOW:
                event = self._literal()
            elif state is _State.SKIP:
                event = self._skip()
            elif state is _State.RAW:
                event = self._raw()
            elif state is _State.DEAD:
                return NEED_DATA
            else:
                raise RuntimeError("the announced literal was neither accepted nor refused")
            if event is not None:
                return event

    # -- what the caller decides --------------------------------------------------------------------------------------

    def accept_literal(self) -> None:
        """Read the literal of the last `Continuation`. The caller has written `+ ` if it was synchronising."""
        self._require_decision()
        self._state = _State.LITERAL

    def refuse_literal(self) -> None:
        """Drop the command of the last `Continuation`; the caller answers it with a tagged NO or BAD.

        "If, instead, the server detected an error in the command, it sends a BAD completion response with a tag
        matching the command […] to reject the command and prevent the client from sending any more of the command"
        (RFC 9051 §2.2.1). So a synchronising literal never comes; of another one everything is read and dropped.
        """
        self._require_decision()
        self._drop_command(self._missing if not self._synchronising else None)

    def expect_raw_line(self, max_bytes: int) -> None:
        """Take the next line, of at most `max_bytes` octets without CRLF, as `RawLine` instead of as a command."""
        if self._state is _State.DEAD:
            return
        if self._state is not _State.LINE or self._name:
            raise RuntimeError("a raw line can only follow a whole command")
        self._state = _State.RAW
        self._raw_limit_bytes = max_bytes

    def take_buffered(self) -> bytes:
        """Remove and return what was fed and not consumed: after COMPRESS these octets are compressed already."""
        data = bytes(self._buffer)
        self._buffer.clear()
        self._scanned = 0
        return data

    def _require_decision(self) -> None:
        if self._state is not _State.DECIDE:
            raise RuntimeError("no announced literal waits for a decision")

    # -- lines ------------------------------------------------------------------------------------------------------

    def _line_end(self, limit_bytes: int) -> int:
        """Offset of the LF that ends the physical line; -1 when not here yet, -2 when the line exceeds the limit."""
        buffer = self._buffer
        end = buffer.find(b"\n", self._scanned)
        if end < 0:
            self._scanned = len(buffer)
            # The line may still be exactly at the limit as long as only its CR stands beyond it.
            return -2 if len(buffer) > limit_bytes + 1 else -1
        length = end - 1 if end and buffer[end - 1] == 0x0D else end
        return -2 if length > limit_bytes else end

    def _consume(self, size: int) -> None:
        del self._buffer[:size]
        self._scanned = 0

    def _line(self) -> Event | None:
        end = self._line_end(self.max_line_bytes)
        if end == -1:
            return NEED_DATA
        if end == -2:
            tag = self._tag if self._name else _tag_of(bytes(self._buffer[: self.max_line_bytes]), whole=False)
            return self._refuse(tag, "line too long", b"TOOBIG")
        if self._name:
            return self._further_line(end)
        match = _COMMAND.match(self._buffer, 0, end + 1)
        if match is None:
            return self._no_command(end)
        # The groups are cut out of the buffer at this moment, so before it changes.
        tag, name, text = match.groups()
        self._consume(end + 1)
        name = name.upper()
        if text.endswith(b"}"):
            self._tag = tag
            self._name = name
            return self._line_with_announcement(text)
        if end > self.max_command_bytes:
            return BadLine(tag, "command too long", b"TOOBIG")
        return CommandLine(tag, name, text)

    def _no_command(self, end: int) -> BadLine:
        line = bytes(self._buffer[: end + 1])
        reason = "no command" if line.endswith(b"\r\n") else "line does not end with CRLF"
        content = line.rstrip(b"\n").removesuffix(b"\r")
        if b"\0" in content:
            reason = "NUL in command line"
        # Dropping is left to SKIP, because even this line may end with a non-synchronising literal.
        return self._refuse(_tag_of(content, whole=True), reason)

    def _further_line(self, end: int) -> Event | None:
        """The physical line after a literal: more arguments of the same command."""
        line = bytes(self._buffer[: end + 1])
        content = line[:-2]
        if not line.endswith(b"\r\n") or b"\0" in content or b"\r" in content:
            return self._refuse(self._tag, "NUL, bare CR or bare LF in command line")
        self._consume(end + 1)
        if content.endswith(b"}"):
            return self._line_with_announcement(content)
        self._parts.append(content)
        self._total_bytes += len(content)
        tag, name, text, literals = self._tag, self._name, b"".join(self._parts), tuple(self._literals)
        total_bytes = self._total_bytes
        self._drop_command(None)
        if total_bytes > self.max_command_bytes:
            return BadLine(tag, "command too long", b"TOOBIG")
        return CommandLine(tag, name, text, literals)

    def _line_with_announcement(self, content: bytes) -> Event | None:
        """A physical line of the current command, already consumed, that seems to end with `{n}`."""
        match = _ANNOUNCEMENT.search(content, max(0, len(content) - _TAIL_BYTES))
        if match is None:
            # "}" alone announces nothing; the grammar of the command will say what it thinks of it.
            self._parts.append(content)
            tag, name, text, literals = self._tag, self._name, b"".join(self._parts), tuple(self._literals)
            self._drop_command(None)
            return CommandLine(tag, name, text, literals)
        self._parts.append(content + b"\r\n")
        self._total_bytes += len(content) + 2
        tilde, digits, plus = match.groups()
        synchronising = not plus
        if len(digits) > _MAX_DIGITS:
            return self._refuse_announced(None, synchronising, "literal too large")
        size = int(digits)
        is_message = self._carries_message(content)
        limit_bytes = self.max_append_bytes if is_message else self.max_literal_bytes
        if size > limit_bytes or self._total_bytes + size > self.max_command_bytes:
            return self._refuse_announced(size, synchronising, "literal too large", no=is_message)
        if plus and self.max_nonsync_literal_bytes is not None and size > self.max_nonsync_literal_bytes:
            return self._refuse_announced(size, synchronising, "non-synchronising literal too large")
        self._missing = size
        self._synchronising = synchronising
        self._binary = bool(tilde)
        self._sink = io.BytesIO()
        if not synchronising and not is_message:
            self._state = _State.LITERAL
            return None
        self._state = _State.DECIDE
        text, literals = b"".join(self._parts), tuple(self._literals)
        return Continuation(self._tag, self._name, text, literals, size, synchronising, bool(tilde), is_message)

    def _carries_message(self, content: bytes) -> bool:
        folder_literal = _FOLDER_LITERAL.get(self._name)
        return folder_literal is not None and (bool(self._literals) or folder_literal.fullmatch(content) is None)

    def _raw(self) -> Event:
        end = self._line_end(self._raw_limit_bytes)
        if end == -1:
            return NEED_DATA
        if end == -2:
            bad = self._refuse(None, "line too long", b"TOOBIG")
            self._skip_literals = False
            return bad
        line = bytes(self._buffer[: end + 1])
        self._consume(end + 1)
        self._state = _State.LINE
        if not line.endswith(b"\r\n"):
            return BadLine(None, "line does not end with CRLF")
        return RawLine(line[:-2])

    # -- literals ---------------------------------------------------------------------------------------------------

    def _take(self, data: Buffer) -> None:
        self._missing -= len(data)
        if self._sink is not None:
            self._sink.write(data)

    def _literal(self) -> Event | None:
        """LITERAL and SWALLOW: move octets out of the buffer, then go on with the line that follows."""
        buffer = self._buffer
        if self._missing and buffer:
            size = min(len(buffer), self._missing)
            with memoryview(buffer) as view, view[:size] as part:
                self._take(part)
            self._consume(size)
        if self._missing:
            return NEED_DATA
        if self._state is _State.SWALLOW:
            self._state = _State.SKIP
            return None
        sink, self._sink = self._sink, None
        # BytesIO hands out the very object it filled, so the literal is not copied here.
        data = sink.getvalue() if sink is not None else b""
        # "CHAR8 = %x01-ff ; any OCTET except NUL, %x00"; a literal8 may hold every octet.
        if not self._binary and b"\0" in data:
            return self._refuse(self._tag, "NUL in literal")
        self._literals.append(data)
        self._total_bytes += len(data)
        self._state = _State.LINE
        return None

    def _skip(self) -> Event | None:
        """Drop the rest of a refused logical line; only its tail is kept, to see whether a literal follows."""
        buffer = self._buffer
        end = buffer.find(b"\n", self._scanned)
        if end < 0:
            # Twice the tail, so that what is looked at does not depend on how the bytes arrived.
            del buffer[: -2 * _TAIL_BYTES]
            self._scanned = len(buffer)
            return NEED_DATA
        tail = bytes(buffer[max(0, end - 2 * _TAIL_BYTES + 1) : end]).removesuffix(b"\r")
        self._consume(end + 1)
        self._state = _State.LINE
        announcement = _ANNOUNCEMENT.search(tail, max(0, len(tail) - _TAIL_BYTES)) if self._skip_literals else None
        self._skip_literals = True
        if announcement is None or not announcement[3]:
            return None
        size = int(announcement[2]) if len(announcement[2]) <= _MAX_DIGITS else None
        if size is None or size > self.max_swallow_bytes:
            return self._die(None)
        self._missing = size
        self._state = _State.SWALLOW
        return None

    # -- refusals ---------------------------------------------------------------------------------------------------

    def _refuse(self, tag: bytes | None, reason: str, code: bytes | None = None) -> BadLine:
        """Refuse the current command before the end of its current physical line was consumed."""
        self._drop_command(None)
        self._state = _State.SKIP
        return BadLine(tag, reason, code)

    def _refuse_announced(self, size: int | None, synchronising: bool, reason: str, *, no: bool = False) -> BadLine:
        """Refuse a literal instead of asking for it; `size` is None when it has too many digits to be a size."""
        tag = self._tag
        if not synchronising and (size is None or size > self.max_swallow_bytes):
            return self._die(tag)
        self._drop_command(None if synchronising else size)
        return BadLine(tag, reason, b"TOOBIG", b"NO" if no else b"BAD")

    def _die(self, tag: bytes | None) -> BadLine:
        self._drop_command(None)
        self._state = _State.DEAD
        self._buffer.clear()
        self._scanned = 0
        return BadLine(tag, "literal too large to be read past", b"TOOBIG", fatal=True)

    def _drop_command(self, swallow_bytes: int | None) -> None:
        """Forget the current command; with `swallow_bytes`, a literal of that size and the rest of the line follow."""
        self._tag = self._name = b""
        self._parts.clear()
        self._literals.clear()
        self._total_bytes = 0
        self._sink = None
        self._missing = swallow_bytes or 0
        self._state = _State.LINE if swallow_bytes is None else _State.SWALLOW


def _tag_of(start: bytes, *, whole: bool) -> bytes | None:
    """The tag that `start` begins with, if any; of a line that is not whole, a tag may be cut off."""
    match = _TAG_ONLY.match(start)
    if match is None or (not whole and match.end() == match.end(1)):
        return None
    return match[1]

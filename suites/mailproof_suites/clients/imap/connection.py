"""One IMAP connection at the level of the wire: commands out, responses in, nothing hidden, nothing forgiven.

Responses are read one at a time, in order; every one goes to the transcript, to the observers, and into the
completion of the command that is finished next.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mailproof_suites.clients.errors import ClientError, GrammarViolation, TimedOut, UnexpectedReply
from mailproof_suites.clients.imap.command import Chunk, Part, command_name, encode
from mailproof_suites.clients.imap.own_grammar import check_command, check_continued
from mailproof_suites.clients.imap.parse import Dialect, parse_response
from mailproof_suites.clients.imap.results import Completion
from mailproof_suites.clients.imap.values import Broken, Code, Continuation, Response, Tagged, Untagged
from mailproof_suites.clients.observer import Observer, SentCommand
from mailproof_suites.clients.tls import Stream
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.clients.watched import WatchedConnection

DEFAULT_LITERAL_LIMIT = 256 * 1024 * 1024
_LITERAL_TAIL = re.compile(rb"\{([0-9]{1,20})\}\r\n\Z")
_CONDITION_HEAD = re.compile(rb"(?:[^ \r\n*+]+|\*) (?:OK|NO|BAD|BYE|PREAUTH)(?: |\r\n)|\+", re.IGNORECASE)
_SLOWEST_OCTETS_PER_S = 64 * 1024
PATIENCE = 12
"""A whole command may take so many times as long as one of its responses."""
MAX_RESPONSES = 250_000
"""And be answered by so many: five times a mailbox of 50,000."""
# Commands that the server answers with a continuation of their own, beyond those for literals.
_ASKING = {"AUTHENTICATE": 8, "IDLE": 1}


class ImapConnection(WatchedConnection):
    """Opens the connection, reads the greeting, then sends and reads as told. See `ImapClient` for conveniences.

    ``timeout_s`` bounds each awaited response (literals get one second more per 64 KiB). ``name`` labels the
    connection in the transcript and begins its tags. ``stream`` replaces the TLS connection (tests of the client).
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
        transcript: Transcript | None = None,
        name: str = "A",
        observers: Sequence[Observer] = (),
        context: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        stream: Stream | None = None,
        line_limit: int = 1 << 20,
        literal_limit: int = DEFAULT_LITERAL_LIMIT,
    ) -> None:
        self.literal_limit = literal_limit
        self.enabled: set[str] = set()
        self.bye: Untagged | None = None
        self._capabilities: frozenset[str] | None = None
        self._gathered: list[Untagged] = []
        self._gathered_broken: list[Broken] = []
        self._awaited_from = 0
        self._literal_octets = 0
        self._outstanding: dict[bytes, str] = {}
        self._completions: dict[bytes, Completion | GrammarViolation] = {}
        self._tag_number = 0
        self._tag_prefix = re.sub(r"[^A-Za-z0-9]", "", name) or "A"
        super().__init__(
            "imap",
            host,
            port,
            ca_file=ca_file,
            timeout_s=timeout_s,
            transcript=transcript,
            name=name,
            observers=observers,
            context=context,
            server_hostname=server_hostname,
            stream=stream,
            line_limit=line_limit,
        )
        try:
            self._greeting = self.read_response()
        except ClientError:
            self.close()
            raise

    @property
    def greeting(self) -> Untagged:
        """The first response. Raises GrammarViolation when it was none that opens a connection."""
        if isinstance(self._greeting, Broken):
            raise self._greeting.violation
        if not isinstance(self._greeting, Untagged):
            raise GrammarViolation(self._greeting.raw, 0, "greeting", "'* OK', '* PREAUTH' or '* BYE'")
        return self._greeting

    @property
    def pending(self) -> tuple[Untagged, ...]:
        """Untagged responses that no completion has carried yet."""
        return tuple(self._gathered)

    # -- sending -----------------------------------------------------------------------------------------------------

    def new_tag(self) -> bytes:
        """A tag that this connection has not used."""
        self._tag_number += 1
        return f"{self._tag_prefix}{self._tag_number:03d}".encode()

    def command(
        self, *parts: Part, tag: bytes | None = None, timeout_s: float | None = None, on_purpose: bool = False
    ) -> Completion:
        """Send one command and read up to its completion, whatever that is.

        Parts are joined by single spaces and sent as they are; a `Literal` waits for its continuation (the server
        may complete the command instead), a tuple is a parenthesised list. Raises HarnessError where they make no
        command of the grammar, unless that is so ``on_purpose``.
        """
        return self.finish(self.start(*parts, tag=tag, timeout_s=timeout_s, on_purpose=on_purpose), timeout_s=timeout_s)

    def start(
        self, *parts: Part, tag: bytes | None = None, timeout_s: float | None = None, on_purpose: bool = False
    ) -> bytes:
        """Send one command without reading its completion; returns the tag for `finish`."""
        tag = tag or self.new_tag()
        if not on_purpose:
            check_command(tag, parts, utf8=self._dialect().utf8)
        name = command_name(parts)
        chunks = encode(tag, parts)
        literals = sum(chunk.waits for chunk in chunks)
        line = b"".join(chunk.data for chunk in chunks)[:-2]
        self._announce(SentCommand(name, line, tag, literals=literals, asks=_ASKING.get(name, 0)))
        self._outstanding[tag] = name
        self._send_chunks(tag, chunks, timeout_s)
        return tag

    def _send_chunks(self, tag: bytes, chunks: list[Chunk], timeout_s: float | None) -> None:
        for chunk in chunks:
            self._write(chunk.data)
            if chunk.waits and self.await_continuation(tag, timeout_s=timeout_s) is None:
                return  # RFC 9051 section 4.3: the server may refuse a literal by completing the command

    def send_raw(self, data: bytes) -> None:
        """Send exactly these octets, grammatical or not. What they mean is guessed for the observers only."""
        for command in guess_commands(data):
            self._announce(command)
        self._write(data)

    def send_line(self, data: bytes, *, on_purpose: bool = False) -> None:
        """Send a line that belongs to a running command: an answer to a continuation, DONE.

        Raises HarnessError where no running command can go on so, unless that is so ``on_purpose``.
        """
        if not on_purpose:
            check_continued(self._outstanding.values(), data)
        self._announce(SentCommand("", data, kind="data"))
        self._write(data + b"\r\n")

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_response(self, timeout_s: float | None = None) -> Response:
        """The next response of whatever kind; a `Broken` one if it leaves the grammar.

        Raises TimedOut, ConnectionClosed, and GrammarViolation for a line or literal beyond the limits.
        """
        with self._awaiting():
            raw = self._read_octets(self.timeout_s if timeout_s is None else timeout_s)
        response = parse_response(raw, self._dialect())
        self._track(response)
        if isinstance(response, Broken):
            self._report(response.violation)
        else:
            for observer in self._observers:
                observer.on_response(response)
        return response

    def _read_octets(self, timeout_s: float) -> bytes:
        """A line and every literal that it announces, joined."""
        deadline = time.monotonic() + timeout_s
        self._literal_octets = 0
        pieces: list[bytes] = []
        while True:
            try:
                line = self.stream.read_line(self.line_limit, timeout_s=max(0.0, deadline - time.monotonic()))
            except TimedOut as problem:
                raise TimedOut("a response", timeout_s, partial=problem.partial) from None
            self.transcript.received(self.name, line)
            pieces.append(line)
            size = _announced(pieces)
            if size is None:
                return b"".join(pieces)
            if size > self.literal_limit:
                raise GrammarViolation(
                    b"".join(pieces), len(pieces[0]), "literal", f"at most {self.literal_limit} octets of literal"
                )
            literal = self.stream.read_exact(size, timeout_s=max(0.0, deadline - time.monotonic()))
            deadline += size / _SLOWEST_OCTETS_PER_S
            self._literal_octets += size
            self.transcript.received(self.name, literal)
            pieces.append(literal)

    def finish(self, tag: bytes, *, timeout_s: float | None = None) -> Completion:
        """Read up to the completion of ``tag``; completions of other tags are kept for their own `finish`.

        Each response may take ``timeout_s``, and all together `PATIENCE` times as long and what their literals need.
        Raises GrammarViolation when that completion itself is broken, TimedOut when it does not come in time or behind
        `MAX_RESPONSES` others: a server that talks for ever must not keep its client.
        """
        limit_s = self.timeout_s if timeout_s is None else timeout_s
        deadline = time.monotonic() + PATIENCE * limit_s
        count = 0
        while tag not in self._completions:
            response = self.read_response(limit_s)
            count += 1
            deadline += self._literal_octets / _SLOWEST_OCTETS_PER_S
            if count >= MAX_RESPONSES or time.monotonic() > deadline:
                with self._awaiting():
                    raise TimedOut(f"the completion, behind {count} other responses", PATIENCE * limit_s)
            self._gather(response)
        done = self._completions.pop(tag)
        if isinstance(done, GrammarViolation):
            raise done
        return done

    def await_continuation(self, tag: bytes, *, timeout_s: float | None = None) -> Continuation | Broken | None:
        """Read up to the next ``+`` line; None when the command ``tag`` was completed instead."""
        while True:
            response = self.read_response(timeout_s)
            if isinstance(response, Continuation) or (isinstance(response, Broken) and response.name == "+"):
                return response
            self._gather(response)
            if tag in self._completions:
                return None

    def wait_untagged(self, predicate: Callable[[Untagged], bool], timeout_s: float | None = None) -> Untagged:
        """The next untagged response for which ``predicate`` holds, also one that came since the last completion.

        Nothing is sent for it. Raises TimedOut after ``timeout_s`` (the client's own unless given).
        """
        limit_s = self.timeout_s if timeout_s is None else timeout_s
        deadline = time.monotonic() + limit_s
        while True:
            while self._awaited_from < len(self._gathered):
                response = self._gathered[self._awaited_from]
                self._awaited_from += 1
                if predicate(response):
                    return response
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimedOut("the awaited untagged response", limit_s)
            self._gather(self.read_response(left_s))

    def _gather(self, response: Response) -> None:
        if isinstance(response, Untagged):
            self._gathered.append(response)
        elif isinstance(response, Tagged):
            self._complete(response)
        elif isinstance(response, Broken):
            if response.name == "tagged":
                self._completions[response.raw.split(b" ")[0].rstrip(b"\r\n")] = response.violation
            else:
                self._gathered_broken.append(response)

    def _complete(self, response: Tagged) -> None:
        name = self._outstanding.pop(response.tag, "")
        self._completions[response.tag] = Completion(
            tag=response.tag,
            name=name,
            condition=response.condition,
            untagged=tuple(self._gathered),
            broken=tuple(self._gathered_broken),
            raw=response.raw,
        )
        self._gathered.clear()
        self._gathered_broken.clear()
        self._awaited_from = 0

    # -- what the server said about itself ---------------------------------------------------------------------------

    @property
    def capabilities(self) -> frozenset[str]:
        """The capabilities last announced, in capitals; asked for when none were yet."""
        if self._capabilities is None:
            return self.refresh_capabilities()
        return self._capabilities

    def refresh_capabilities(self) -> frozenset[str]:
        """Send CAPABILITY and return what it announces. Raises UnexpectedReply when it announces nothing."""
        done = self.command("CAPABILITY").require_ok()
        if not done.named("CAPABILITY") or self._capabilities is None:
            raise UnexpectedReply("an untagged CAPABILITY response", done.line)
        return self._capabilities

    def _dialect(self) -> Dialect:
        """RFC 9051 section 7.2.2: a server that offers both revisions conforms to RFC 3501 until ENABLE IMAP4rev2."""
        capabilities = self._capabilities or frozenset()
        only_rev2 = "IMAP4REV2" in capabilities and "IMAP4REV1" not in capabilities
        utf8 = only_rev2 or bool(self.enabled & {"IMAP4REV2", "UTF8=ACCEPT"})
        return Dialect(utf8=utf8, utf8_text=utf8 or "LANGUAGE" in capabilities)

    def _track(self, response: Response) -> None:
        code = response.condition.code if isinstance(response, Tagged) else None
        if isinstance(response, Untagged):
            code = response.code
            if response.name == "CAPABILITY":
                self._capabilities = _names(response.data)
            elif response.name == "ENABLED":
                self.enabled |= _names(response.data)
            elif response.name == "BYE":
                self.bye = response
        if isinstance(code, Code) and code.name == "CAPABILITY":
            self._capabilities = _names(code.args)

    # -- compression and the end -------------------------------------------------------------------------------------

    def compress(self) -> Completion:
        """COMPRESS DEFLATE (RFC 4978); after OK both directions are compressed."""
        done = self.command("COMPRESS", "DEFLATE")
        if done.ok:
            self.stream.start_deflate()
        return done

    @contextmanager
    def idle(self) -> Iterator[Idle]:
        """IDLE for the time of the block, then DONE. Raises UnexpectedReply when the server does not go idle."""
        tag = self.start("IDLE")
        if self.await_continuation(tag) is None:
            raise UnexpectedReply("a continuation to IDLE", self.finish(tag).line)
        idle = Idle(self, tag)
        yield idle
        self.send_line(b"DONE")
        idle.completion = self.finish(tag)


class Idle:
    """An IDLE that is going on; ``completion`` is its end, once the block is left."""

    def __init__(self, connection: ImapConnection, tag: bytes) -> None:
        self._connection = connection
        self.tag = tag
        self.completion: Completion | None = None

    def wait(self, predicate: Callable[[Untagged], bool], timeout_s: float | None = None) -> Untagged:
        """The next untagged response for which ``predicate`` holds. Raises TimedOut."""
        return self._connection.wait_untagged(predicate, timeout_s)

    def wait_for(self, name: str, timeout_s: float | None = None) -> Untagged:
        """The next untagged response of this name, e.g. "EXISTS"."""
        return self.wait(lambda response: response.name == name, timeout_s)


def guess_commands(data: bytes) -> Iterator[SentCommand]:
    """The commands that hand-written octets seem to hold, one a line, for observers that count tags."""
    for line in re.split(rb"\r?\n", data):
        words = line.split(b" ")
        if not line:
            continue
        tag = words[0] if len(words) > 1 else b""
        name = command_name([word.decode("latin-1") for word in words[1:3]]) if tag else ""
        yield SentCommand(name, line, tag, raw=True, asks=8)


def _announced(pieces: list[bytes]) -> int | None:
    """Size of the literal that the last piece announces, None when the response is complete.

    Human text may end in ``{5}`` without announcing anything, so a status line can only announce a literal inside
    an open response code.
    """
    match = _LITERAL_TAIL.search(pieces[-1])
    if match is None:
        return None
    head = _CONDITION_HEAD.match(pieces[0])
    if head:
        rest = b"".join(pieces)[head.end() :].lstrip(b" ")
        if not rest.startswith(b"[") or b"]" in rest:
            return None
    return int(match[1])


def _names(data: Sequence[bytes]) -> frozenset[str]:
    return frozenset(name.decode("latin-1").upper() for name in data)

"""One IMAP connection from greeting to BYE (RFC 9051 3, 5.5, 7).

Theory
------
* One task per connection. Commands run one after the other, each to its end, in the order they came: pipelining needs
  no more than that. Output is buffered by the stream and leaves when the session next waits for input.
* Before the tagged completion of every command in the selected state the session reports what changed in the folder
  (`updates.report`), with EXPUNGE only where RFC 9051 7.5.1 allows it. After NOTIFY SET it also does so, and tells of
  other folders, while it waits for the next command (`notifying`).
* What cannot be kept in step any more (the selected folder is gone, the right to read it was taken away) ends the
  connection: the completion of the running command first, then BYE.
* Three families of trouble, three answers: WireError → BAD, Refusal → NO with the code of `errors.py`, anything else is
  a bug: logged once with its traceback, answered `NO [SERVERBUG]`, and the connection lives on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import FolderNotFound, Refusal, TooMany
from mailproof_server.net.stream import ReadTimeout, ShuttingDown, Stream, StreamError, Wake
from mailproof_server.protocols.imap import updates
from mailproof_server.protocols.imap.capabilities import Capabilities
from mailproof_server.protocols.imap.command import Command, Gate, Reply, State, bad, no
from mailproof_server.protocols.imap.errors import reply_to, target_reply, text_of
from mailproof_server.protocols.imap.limits import ImapLimits
from mailproof_server.protocols.imap.names import canonical
from mailproof_server.services.bundle import Services
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.stream import (
    NEED_DATA,
    BadLine,
    CommandLine,
    CommandReader,
    Continuation,
    RawLine,
)

log = structlog.get_logger()
CONTINUE = b"+ OK\r\n"


class Watching(Protocol):
    """What NOTIFY SET leaves behind; `notifying.Notifier`."""

    @property
    def has_news(self) -> bool:
        """Whether something may have happened since the last `push`."""

    def follow(self) -> None:
        """Listen to the account of the folder that is selected now."""

    async def push(self, *, expunges: bool) -> None:
        """Tell the client what it asked to be told. Raises what `updates.report` raises."""

    def give_up(self) -> None:
        """Say that nothing more is told, and behave so."""

    def stop(self) -> None:
        """Listen no more."""


SIGN_IN_ENDED = b"* BYE Your sign-in no longer holds\r\n"


@dataclass(frozen=True, slots=True)
class ImapServer:
    """What all sessions of a worker share."""

    services: Services
    limits: ImapLimits
    commands: Mapping[bytes, Command]
    """By full name: `FETCH`, `UID FETCH`."""
    capabilities: Capabilities
    name: str
    """Host name for greetings."""
    version: str
    observe: Callable[[bytes, bytes], None] = field(default=lambda _command, _status: None)
    """Told of every completed command: its name and OK, NO or BAD."""

    async def serve(self, stream: Stream) -> None:
        """Handle one connection to its end; the handler that `net.listener` is given."""
        try:
            session = Session(self, stream)
        except TooMany as refusal:
            stream.write(b"* BYE [UNAVAILABLE] %b\r\n" % text_of(refusal))
            await stream.close()
            return
        await session.run()


class Session:
    """The state of one connection."""

    def __init__(self, server: ImapServer, stream: Stream) -> None:
        self.server = server
        self.stream = stream
        self.services = server.services
        self.state = State.NOT_AUTHENTICATED
        self.principal: Principal | None = None
        self.connection = server.services.connections.enter(None, "imap", stream.peer.host, close=self._sign_in_ended)
        """The place among the connections of this address and, after sign-in, of this user."""
        self.selected: updates.Selected | None = None
        self.enabled: set[bytes] = set()
        self.condstore = False
        """A CONDSTORE-enabling command was given (RFC 7162 3.1): FETCH with FLAGS carries MODSEQ."""
        self.counts_numbers = False
        """Message numbers have a meaning in the command that runs, so that no EXPUNGE may change them."""
        self.wanted = updates.EVERYTHING
        """Which events of the selected folder are reported."""
        self.notifier: Watching | None = None
        """Set by NOTIFY SET."""
        self.own = updates.OwnChanges()
        """What this session's commands changed, not to be told of by NOTIFY."""
        self.after_completion: Callable[[], None] | None = None
        """Done once, right after the next tagged completion (COMPRESS changes the stream there)."""
        self.finished = False
        self._is_revoked = False
        """The sign-in no longer holds: no further command is looked at."""
        self._bad_in_a_row = 0
        self._parting = b""
        """Why the connection ends after the running command's completion."""
        limits = server.limits
        self._sign_in_until = self.services.clock.monotonic() + limits.login_timeout_s
        self.reader = CommandReader(
            max_line_bytes=limits.line_bytes,
            max_literal_bytes=limits.login_literal_bytes,
            max_append_bytes=self.services.limits.message_bytes,
            max_command_bytes=limits.login_command_bytes,
            max_swallow_bytes=limits.swallow_bytes,
        )

    # -- what command files use ----------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> Principal:
        """The principal; only commands that need a signed-in state ask."""
        if self.principal is None:
            raise RuntimeError("not signed in")
        return self.principal

    @property
    def open_folder(self) -> updates.Selected:
        """The selected folder; only commands that need the selected state ask."""
        if self.selected is None:
            raise RuntimeError("nothing is selected")
        return self.selected

    @property
    def rev2(self) -> bool:
        return b"IMAP4REV2" in self.enabled

    @property
    def qresync(self) -> bool:
        return b"QRESYNC" in self.enabled

    @property
    def utf8(self) -> bool:
        """Names and quoted strings are UTF-8: UTF8=ACCEPT (RFC 9755) or IMAP4rev2."""
        return bool(self.enabled & {b"UTF8=ACCEPT", b"IMAP4REV2"})

    def has(self, capability: bytes) -> bool:
        """Whether the capability belongs to this server's set."""
        return capability in self.server.capabilities.active

    @property
    def capability_list(self) -> bytes:
        """What CAPABILITY shows in the present state."""
        capabilities = self.server.capabilities
        return capabilities.before if self.principal is None else capabilities.after

    def enable_condstore(self) -> None:
        """After a CONDSTORE-enabling command; tells HIGHESTMODSEQ if a folder is open already (RFC 7162 3.1.8)."""
        if self.condstore:
            return
        self.condstore = True
        if self.selected is not None:
            self.write(b"* OK [HIGHESTMODSEQ %d] CONDSTORE enabled\r\n" % self.selected.highest)

    def note_own(self, event: str, *names: str) -> None:
        """Remember what a command is about to do to folders, for NOTIFY (see `updates.OwnChanges.folders`)."""
        if self.notifier is not None:
            self.own.folders.update((event, canonical(name)) for name in names)

    def write(self, data: bytes) -> None:
        """Queue untagged data, CRLF included."""
        self.stream.write(data)

    def parser(self, line: CommandLine | Continuation) -> Parser:
        """A cursor over the arguments of a command."""
        return Parser(line.text, line.literals, utf8=self.utf8, max_depth=self.server.limits.nesting)

    def deselect(self) -> None:
        """Leave the selected state, without expunging."""
        self.selected = None
        if self.state is State.SELECTED:
            self.state = State.AUTHENTICATED

    def signed_in_as(self, principal: Principal) -> None:
        """Enter the authenticated state."""
        self.principal = principal
        self.state = State.AUTHENTICATED
        self.reader.max_literal_bytes = self.server.limits.literal_bytes
        # The reader has one bound for all of a command, so the largest message has to fit beside the rest.
        self.reader.max_command_bytes = self.server.limits.command_bytes + self.services.limits.message_bytes

    async def raw_line(self, max_bytes: int) -> bytes | None:
        """One line as it is, for AUTHENTICATE; None when it is too long (the caller answers BAD)."""
        self.reader.expect_raw_line(max_bytes)
        return await self.finish_raw_line()

    async def finish_raw_line(self) -> bytes | None:
        """The line announced by `reader.expect_raw_line`, once all of it is here."""
        event = await self.next_event()
        return event.data if isinstance(event, RawLine) else None

    def input_waits(self) -> bool:
        """Whether the client has said something that was not looked at yet."""
        return self.reader.buffered_bytes > 0 or self.stream.has_input

    def deadline(self) -> float:
        """Until when the client must have said something: notifications do not prolong its time."""
        if self.principal is None:
            return self._sign_in_until
        return self.services.clock.monotonic() + self.server.limits.idle_timeout_s

    async def wait(self, deadline: float) -> Wake:
        """Until the client says something or `stream.notify` is called. Raises ReadTimeout, ShuttingDown."""
        return await self.stream.wait(self._left(deadline), interruptible=True)

    async def next_event(self) -> CommandLine | Continuation | BadLine | RawLine:
        """Wait for the next whole event. Raises EndOfInput, ReadTimeout, ShuttingDown, and what `push` raises."""
        deadline = self.deadline()
        if self.notifier is not None and self.notifier.has_news:
            await self._push(self.notifier)
        while True:
            event = self.reader.next_event()
            if event is not NEED_DATA:
                return event
            if self.notifier is not None:
                self.notifier.follow()
                if await self.wait(deadline) is Wake.NOTIFIED:
                    await self._push(self.notifier)
                    continue
            data = await self.stream.read(self._left(deadline), interruptible=True)
            if not data:
                raise EndOfInput
            self.reader.feed(data)

    async def _push(self, notifier: Watching) -> None:
        """Between two commands."""
        try:
            await notifier.push(expunges=not self.wanted.delayed)
        except (StreamError, ReadTimeout, ShuttingDown, Refusal):
            raise
        except Exception:  # a bug: logged once here, and the connection lives on
            log.exception("imap_notify_failed")
            notifier.give_up()

    def _left(self, deadline: float) -> float:
        left_s = deadline - self.services.clock.monotonic()
        if left_s <= 0:
            raise ReadTimeout
        return left_s

    # -- the loop ------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Greet, serve, say goodbye."""
        self.write(
            b"* OK [CAPABILITY %b] %b mailproof ready\r\n"
            % (self.server.capabilities.before, self.server.name.encode("ascii"))
        )
        try:
            while not self.finished:
                if self.principal is None:
                    self._left(self._sign_in_until)
                event = await self.next_event()
                if self._is_revoked:
                    raise ShuttingDown
                await self._handle(event)
        except EndOfInput:
            pass  # the client may close at any time (RFC 9051 3.4); nothing is owed
        except Refusal as refusal:
            # Only NOTIFY looks at the store between two commands; see `_reported`.
            self.say_bye(_parting(refusal))
        except ReadTimeout:
            self.write(b"* BYE Autologout: idle for too long\r\n")
        except ShuttingDown:
            # RFC 9051 3.4: a server "MUST NOT unilaterally close the connection without first sending an untagged BYE".
            self.write(SIGN_IN_ENDED if self._is_revoked else b"* BYE [UNAVAILABLE] Server shutting down\r\n")
        finally:
            self._let_go()
        await self.stream.close()

    def _sign_in_ended(self) -> None:
        self._is_revoked = True
        self.stream.begin_drain()

    def say_bye(self, text: bytes) -> None:
        """End the connection after what is being answered."""
        self.write(b"* BYE %b\r\n" % text)
        self.finished = True

    def _let_go(self) -> None:
        self.deselect()
        if self.notifier is not None:
            self.notifier.stop()
        self.connection.leave()

    async def _handle(self, event: CommandLine | Continuation | BadLine | RawLine) -> None:
        if isinstance(event, CommandLine):
            await self._run(event)
        elif isinstance(event, Continuation):
            await self._announced(event)
        elif isinstance(event, BadLine):
            self._refuse_line(event)

    async def _announced(self, announced: Continuation) -> None:
        """A literal is coming: take it, or refuse the command before the client sends it."""
        command = self.server.commands.get(announced.name)
        if announced.is_message:
            refused: Reply | None = None
            if command is None or not command.states & self.state:
                refused = bad(b"Command not allowed now")
            elif command.gate is not None:
                refused = await self._gated(command.gate, announced)
            if refused is not None:
                self.reader.refuse_literal()
                self.write(refused.line(announced.tag))
                return
        self.reader.accept_literal()
        if announced.synchronising:
            self.write(CONTINUE)

    async def _gated(self, gate: Gate, announced: Continuation) -> Reply | None:
        try:
            await gate(self, announced)
        except Refusal as refusal:
            return target_reply(refusal)
        except WireError as error:
            return Reply(error.status, error.message.encode("ascii", "replace"), error.code)
        return None

    def _refuse_line(self, line: BadLine) -> None:
        reply = Reply(line.status, line.reason.encode("ascii", "replace"), line.code)
        if line.fatal:
            self.say_bye(reply.text)
            return
        self.write(reply.line(line.tag or b"*"))
        self._count_bad()

    async def _run(self, line: CommandLine) -> None:
        command = self.server.commands.get(line.name)
        if command is None:
            reply = bad(b"Unknown command")
        elif not command.states & self.state:
            reply = bad(b"Command not allowed in this state")
        else:
            self.counts_numbers = not line.name.startswith(b"UID ")
            reply = await self._outcome(command, line)
            if self.selected is not None and not self.finished:
                await self._report(expunges=not (command.holds_numbers and self.counts_numbers))
        self.write(reply.line(line.tag))
        if self._parting:
            self.say_bye(self._parting)
        if self.notifier is not None and not self.notifier.has_news:
            self.own.clear()  # the command has changed nothing after all
        if self.after_completion is not None:
            after, self.after_completion = self.after_completion, None
            after()
        self.server.observe(line.name if command else b"?", reply.status)
        if reply.status == b"BAD":
            self._count_bad()
        else:
            self._bad_in_a_row = 0

    async def _outcome(self, command: Command, line: CommandLine) -> Reply:
        try:
            return await command.run(self, line)
        except WireError as error:
            return Reply(error.status, error.message.encode("ascii", "replace"), error.code)
        except Refusal as refusal:
            return reply_to(refusal)
        except (StreamError, EndOfInput, ReadTimeout, ShuttingDown):
            raise  # the end of the connection, met by a command that waits for its client
        except Exception:  # a bug: logged once here, and the connection lives on
            log.exception("imap_command_failed", command=line.name.decode("ascii", "replace"))
            return no(b"Internal error, the operator was told", b"SERVERBUG")

    async def _report(self, *, expunges: bool) -> None:
        """Report changes before the completion; a folder that cannot be read any more ends the session after it."""
        try:
            await updates.report(self, expunges=expunges)
        except Refusal as refusal:
            self.deselect()
            self._parting = _parting(refusal)

    def _count_bad(self) -> None:
        self._bad_in_a_row += 1
        if self._bad_in_a_row >= self.server.limits.bad_commands:
            self.say_bye(b"Too many bad commands")


def _parting(refusal: Refusal) -> bytes:
    """What BYE says: without read access a server "MAY send an untagged BYE response" (RFC 4314 5.1.1)."""
    if isinstance(refusal, FolderNotFound):
        return b"The selected folder is gone"
    return b"[UNAVAILABLE] " + text_of(refusal)


class EndOfInput(Exception):  # noqa: N818 -- an event of the connection, not a fault
    """The client closed its side."""

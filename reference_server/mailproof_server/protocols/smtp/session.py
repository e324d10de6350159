"""One SMTP connection from greeting to 221 or 421 (RFC 5321 §3, §4.1.4, §4.3).

Theory
------
* One task per connection. Lines are read and answered one after the other; the stream sends replies when the session
  next waits for input, so a pipelining client (RFC 2920) gets one answer packet per group. Every command gets exactly
  one reply, in order, whatever failed before it.
* Where message text may follow a command that was refused, it is never read as commands: refused chunks are skipped by
  their length (BDAT), and a refused DATA with more octets behind it ends the connection.
* Three families of trouble, three answers: WireError carries its reply, a Refusal gets the words of `errors.py`,
  anything else is a bug: logged once with its traceback and answered 451 4.3.0.
* 421 is always the last thing a session says, except after QUIT. Trouble that ends the connection is told by its own
  reply first (a message with bare line feeds is refused for good, whatever becomes of the connection), then by 421.
"""

from collections.abc import Callable, Mapping

import structlog

from mailproof_server import registry
from mailproof_server.model.account import Principal
from mailproof_server.model.errors import NotAuthenticated, Refusal, TooMany
from mailproof_server.net.stream import ReadTimeout, ShuttingDown, Stream, StreamError
from mailproof_server.protocols.smtp import commands
from mailproof_server.protocols.smtp.command import Command
from mailproof_server.protocols.smtp.errors import CLOSING_CODE, Situation, reply_to
from mailproof_server.protocols.smtp.limits import SmtpLimits
from mailproof_server.protocols.smtp.transaction import Transaction
from mailproof_server.services.bundle import Services
from mailproof_server.services.connections import Connection
from mailproof_server.wire.smtp import replies
from mailproof_server.wire.smtp.command import Command as CommandLine
from mailproof_server.wire.smtp.command import parse_command
from mailproof_server.wire.smtp.errors import WireError
from mailproof_server.wire.smtp.lines import MAIL_OCTETS, RCPT_OCTETS, LineLimits, LineReader
from mailproof_server.wire.smtp.reply import Reply

log = structlog.get_logger()
PROTOCOL = "smtp"
_WRONG_COMMAND = frozenset({500, 501, 502, 503, 504, 555})
"""Codes that say the command itself was wrong; a wrong recipient is no reason to end a session."""
_LAST_WORDS = frozenset({CLOSING_CODE, 221})
"""RFC 5321 §3.8: a server does not close intentionally except after 221 or 421, which may come "asynchronously"."""


class SmtpServer:
    """What all sessions of a worker share."""

    def __init__(
        self,
        services: Services,
        limits: SmtpLimits,
        name: str,
        observe: Callable[[bytes, int], None] = lambda _verb, _code: None,
    ) -> None:
        """`name`: the server's own domain name; `observe(verb, code)` is told of every reply to a command."""
        self.services = services
        self.limits = limits
        self.name = name
        self.observe = observe
        self.commands: Mapping[bytes, Command] = {each.verb: each for each in registry.load(commands, Command)}
        self.line_limits = LineLimits(
            command=limits.command_line_bytes,
            by_verb={
                b"MAIL": max(MAIL_OCTETS, limits.command_line_bytes),
                b"RCPT": max(RCPT_OCTETS, limits.command_line_bytes),
                b"AUTH": limits.auth_line_bytes,
            },
            auth=limits.auth_line_bytes,
        )
        self.keywords = tuple(word for each in self.commands.values() for word in each.keywords(self))
        """The lines of EHLO after the first."""

    async def serve(self, stream: Stream) -> None:
        """Handle one connection to its end; the handler that `net.listener` is given."""
        await Session(self, stream).run()


class EndOfInput(Exception):  # noqa: N818 -- an event of the connection, not a fault
    """The client closed its side."""


class Session:
    """The state of one connection."""

    def __init__(self, server: SmtpServer, stream: Stream) -> None:
        self.server = server
        self.services = server.services
        self.limits = server.limits
        self.stream = stream
        self.reader = LineReader(server.line_limits)
        self.hello: str | None = None
        """What the client calls itself."""
        self.is_extended = False
        """It said EHLO, not HELO."""
        self.principal: Principal | None = None
        self.connection: Connection | None = None
        """The place in the count of connections."""
        self.transaction: Transaction | None = None
        self.transaction_count = 0
        self.failed_logins = 0
        self.is_reading_content = False
        """What arrives is message text: if anything goes wrong now, the rest of it must not be read as commands."""
        self.is_revoked = False
        """The sign-in no longer holds."""
        self.finished = False
        self._errors_in_a_row = 0

    # -- what command files use ---------------------------------------------------------------------------------------

    @property
    def signed_in(self) -> Principal:
        """The principal; only commands that need a login ask."""
        if self.principal is None:
            raise RuntimeError("not signed in")
        return self.principal

    def reset(self) -> None:
        """Forget the transaction (RFC 5321 §4.1.1.5)."""
        if self.transaction is not None:
            self.transaction.close()
            self.transaction = None

    async def challenge(self, text: bytes) -> bytes:
        """Send a 334 with base64 `text` and wait for the answer line. Raises WireError, and what `read` raises."""
        self.stream.write(b"334 " + text + b"\r\n")
        return await self._next_line(in_auth=True)

    async def read(self, timeout_s: float, *, interruptible: bool = False) -> bytes:
        """The next octets as they come. Raises EndOfInput, ReadTimeout, ShuttingDown, StreamError."""
        data = await self.stream.read(timeout_s, interruptible=interruptible)
        if not data:
            raise EndOfInput
        return data

    def signed_in_as(self, principal: Principal) -> None:
        """The login has succeeded. Raises TooMany when the user has too many connections."""
        if self.connection is not None:
            self.connection.sign_in(principal)
        self.principal = principal
        log.info("smtp_signed_in", account=principal.address, peer=self.stream.peer.host)

    # -- the loop -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Greet, serve, say goodbye."""
        try:
            self.connection = self.services.connections.enter(
                None, PROTOCOL, self.stream.peer.host, close=self._sign_in_ended
            )
        except TooMany:
            self._say(replies.TOO_MANY_CONNECTIONS)
            await self.stream.close()
            return
        self._say(Reply(220, "", f"{self.server.name} ESMTP mailproof ready"))
        try:
            while not self.finished:
                await self._handle_next()
        except EndOfInput:
            pass  # The client may close at any time; an unfinished message was never accepted.
        except ReadTimeout:
            self._say(replies.IDLE_TOO_LONG)
        except ShuttingDown:
            self._say(replies.SESSION_ENDED if self.is_revoked else replies.SHUTTING_DOWN)
        finally:
            self.reset()
            self.connection.leave()
        await self.stream.close()

    def _sign_in_ended(self) -> None:
        self.is_revoked = True
        self.stream.begin_drain()

    def _say(self, reply: Reply) -> None:
        self.stream.write(reply.encoded)

    async def _next_line(self, *, in_auth: bool = False) -> bytes:
        while (line := self.reader.next_line(in_auth=in_auth)) is None:
            self.reader.feed(await self.read(self.limits.command_timeout_s, interruptible=True))
        return line

    async def _handle_next(self) -> None:
        verb = b"?"
        try:
            line = parse_command(await self._next_line())
            verb = line.verb if line.verb in self.server.commands else b"?"
            reply = await self._run(line)
        except WireError as error:
            self.finished = self.finished or error.fatal
            reply = error.reply
        reply = self._limited(reply)
        if reply.code == CLOSING_CODE:
            self.finished = True
        self._say(reply)
        if self.finished and reply.code not in _LAST_WORDS:
            self._say(replies.CLOSING)
        self.server.observe(verb, reply.code)

    async def _run(self, line: CommandLine) -> Reply:
        command = self.server.commands.get(line.verb)
        if command is None:
            return replies.UNKNOWN_COMMAND
        if command.needs_hello and self.hello is None:
            return replies.HELLO_FIRST
        if command.needs_login and self.principal is None:
            return replies.AUTH_REQUIRED
        try:
            return await command.run(self, line)
        except Refusal as refusal:
            if isinstance(refusal, NotAuthenticated) and command.situation is Situation.LOGIN:
                self.failed_logins += 1
                log.info("smtp_login_failed", peer=self.stream.peer.host)
                if self.failed_logins >= self.limits.failed_logins:
                    return replies.TOO_MANY_FAILED_LOGINS
            return reply_to(refusal, command.situation)
        except (WireError, EndOfInput, ReadTimeout, ShuttingDown, StreamError):
            raise
        except Exception:  # a bug: logged once here, and the connection lives on
            log.exception("smtp_command_failed", command=line.verb.decode("ascii"))
            self.finished = self.finished or self.is_reading_content
            self.reset()
            return replies.INTERNAL_ERROR

    def _limited(self, reply: Reply) -> Reply:
        """The reply, or 421 instead of it after too many wrong commands in a row."""
        if reply.code not in _WRONG_COMMAND:
            self._errors_in_a_row = 0
            return reply
        self._errors_in_a_row += 1
        return replies.TOO_MANY_ERRORS if self._errors_in_a_row >= self.limits.errors else reply

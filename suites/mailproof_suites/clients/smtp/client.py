"""`SmtpClient`: a line-level submission client that shows every octet (RFC 5321, RFC 6409, implicit TLS of RFC 8314).

Every verb returns its `Reply`, whatever it says, because replies are what cases judge (`reply.require(250)` raises);
only `ehlo` and `send_message`, which stand for many replies, raise UnexpectedReply by themselves.
"""

from __future__ import annotations

import base64
import re
import ssl
import time
from collections.abc import Sequence
from pathlib import Path

from mailproof_suites.clients.errors import ClientError, ConnectionClosed, GrammarViolation, HarnessError, TimedOut
from mailproof_suites.clients.observer import Observer, SentCommand
from mailproof_suites.clients.smtp.own_grammar import check_answer, check_command
from mailproof_suites.clients.smtp.reply import Reply, continues, parse_reply
from mailproof_suites.clients.tls import Stream
from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.clients.watched import WatchedConnection

DEFAULT_NAME = "client.mailproof.test"
MAX_REPLY_LINES = 1000
"""A reply that goes on beyond never ends."""
_BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class SmtpClient(WatchedConnection):
    """Opens the connection and reads the greeting; then one method per verb.

    ``timeout_s`` bounds each reply. ``name`` labels the connection in the transcript. ``stream`` replaces the TLS
    connection (tests of the client).
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
        transcript: Transcript | None = None,
        name: str = "S",
        observers: Sequence[Observer] = (),
        context: ssl.SSLContext | None = None,
        server_hostname: str | None = None,
        stream: Stream | None = None,
        line_limit: int = 1 << 16,
    ) -> None:
        self.extensions: dict[str, str] = {}
        self._utf8 = False
        super().__init__(
            "smtp",
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
            self.greeting = self.read_reply()
        except ClientError:
            self.close()
            raise

    # -- the wire ----------------------------------------------------------------------------------------------------

    def command(self, line: str | bytes, *, timeout_s: float | None = None, on_purpose: bool = False) -> Reply:
        """Send one command line (without its CRLF) and read its reply.

        Raises HarnessError where it is no command of the grammar, unless that is so ``on_purpose``.
        """
        self._send_lines([line], on_purpose=on_purpose)
        return self.read_reply(timeout_s)

    def pipeline(self, *lines: str | bytes, timeout_s: float | None = None, on_purpose: bool = False) -> list[Reply]:
        """Send these command lines in one write and read as many replies (RFC 2920)."""
        self._send_lines(lines, on_purpose=on_purpose)
        return [self.read_reply(timeout_s) for _ in lines]

    def _send_lines(self, lines: Sequence[str | bytes], *, on_purpose: bool) -> None:
        encoded = [line.encode() if isinstance(line, str) else line for line in lines]
        for line in encoded:
            if b"\r" in line or b"\n" in line:
                raise HarnessError(f"a line end inside the command {line[:80]!r}; send_raw says it on purpose")
            if not on_purpose:
                check_command(line, utf8=self._utf8)
        for line in encoded:
            self._announce(SentCommand(verb_of(line), line))
        self._write(b"".join(line + b"\r\n" for line in encoded))

    def send_raw(self, data: bytes) -> None:
        """Send exactly these octets, grammatical or not. What they mean is guessed for the observers only."""
        for line in re.split(rb"\r?\n", data):
            if line:
                self._announce(SentCommand(verb_of(line), line, raw=True))
        self._write(data)

    def send_answer(self, line: bytes, *, timeout_s: float | None = None, on_purpose: bool = False) -> Reply:
        """Send a line that answers a 334 and read the reply. Raises HarnessError as `command` does."""
        if not on_purpose:
            check_answer(line)
        self._announce(SentCommand("AUTH", line, kind="data"))
        self._write(line + b"\r\n")
        return self.read_reply(timeout_s)

    def read_reply(self, timeout_s: float | None = None) -> Reply:
        """The next whole reply.

        Raises TimedOut, ConnectionClosed, and GrammarViolation for what has no reply code; smaller faults are told
        to the observers and stand in the reply.
        """
        with self._awaiting():
            reply = parse_reply(self._read_lines(timeout_s), utf8=self._utf8)
        for fault in reply.violations:
            self._report(fault)
        for observer in self._observers:
            observer.on_response(reply)
        return reply

    def _read_lines(self, timeout_s: float | None) -> list[bytes]:
        lines: list[bytes] = []
        limit_s = self.timeout_s if timeout_s is None else timeout_s
        deadline = time.monotonic() + limit_s
        while not lines or continues(lines[-1]):
            if len(lines) == MAX_REPLY_LINES:
                raise GrammarViolation(b"".join(lines[:3]), 0, "reply", f"at most {MAX_REPLY_LINES} lines")
            try:
                line = self.stream.read_line(self.line_limit, timeout_s=max(0.0, deadline - time.monotonic()))
            except TimedOut as problem:
                raise TimedOut("a reply", limit_s, partial=problem.partial) from None
            self.transcript.received(self.name, line)
            lines.append(line)
        return lines

    # -- session -----------------------------------------------------------------------------------------------------

    def ehlo(self, domain: str = DEFAULT_NAME) -> dict[str, str]:
        """EHLO; returns keyword → parameters. Raises UnexpectedReply unless it is answered with 250."""
        reply = self.command(f"EHLO {domain}").require(250)
        self.extensions = parse_extensions(reply)
        return self.extensions

    def helo(self, domain: str = DEFAULT_NAME) -> Reply:
        """HELO."""
        return self.command(f"HELO {domain}")

    def auth_plain(self, user: str, password: str, authzid: str = "", *, initial: bool = True) -> Reply:
        """AUTH PLAIN (RFC 4954), with initial response or after the 334."""
        self.transcript.secret(password)
        message = b"\0".join(part.encode() for part in (authzid, user, password))
        return self.auth("PLAIN", message, initial=initial)

    def auth_login(self, user: str, password: str) -> Reply:
        """AUTH LOGIN: user name and password each after a 334."""
        self.transcript.secret(password)
        return self.auth("LOGIN", user.encode(), password.encode())

    def auth(self, mechanism: str, *answers: bytes, initial: bool = False) -> Reply:
        """AUTH with these answers (not yet in base64); the last reply. ``initial`` sends the first with the command."""
        rest = list(answers)
        first = (base64.b64encode(rest.pop(0)) or b"=") if initial and rest else b""
        reply = self.command(f"AUTH {mechanism}".encode() + (b" " + first if first else b""))
        for answer in rest:
            if reply.code != 334:
                break
            reply = self.send_answer(base64.b64encode(answer))
        return reply

    def mail(self, sender: str, *params: str, on_purpose: bool = False) -> Reply:
        """MAIL FROM:<sender> with parameters such as ``SIZE=100`` or ``BODY=8BITMIME``."""
        self._utf8 = self._utf8 or "SMTPUTF8" in (param.upper() for param in params)
        return self.command(" ".join([f"MAIL FROM:<{sender}>", *params]), on_purpose=on_purpose)

    def rcpt(self, recipient: str, *params: str, on_purpose: bool = False) -> Reply:
        """RCPT TO:<recipient> with parameters such as ``NOTIFY=NEVER``."""
        return self.command(" ".join([f"RCPT TO:<{recipient}>", *params]), on_purpose=on_purpose)

    def data(self, message: bytes, *, timeout_s: float | None = None) -> Reply:
        """DATA and, after 354, the dot-stuffed message and the final dot. Returns the refusal or the last reply."""
        content = dot_stuffed(message)
        reply = self.command("DATA", timeout_s=timeout_s)
        if reply.code != 354:
            return reply
        self._announce(SentCommand("DATA", b".", kind="data"))
        self._write(content + b".\r\n")
        return self.read_reply(timeout_s)

    def bdat(self, chunk: bytes, *, last: bool = False, timeout_s: float | None = None) -> Reply:
        """BDAT (RFC 3030): the command and its octets in one write, without dot-stuffing."""
        line = b"BDAT %d%s" % (len(chunk), b" LAST" if last else b"")
        self._announce(SentCommand("BDAT", line))
        self._write(line + b"\r\n")
        if chunk:
            self._write(chunk)
        return self.read_reply(timeout_s)

    def rset(self) -> Reply:
        """RSET."""
        return self.command("RSET")

    def noop(self) -> Reply:
        """NOOP."""
        return self.command("NOOP")

    def quit(self) -> Reply:
        """QUIT, then wait up to two seconds for the server to close, and close."""
        reply = self.command("QUIT")
        try:
            self.read_reply(min(self.timeout_s, 2.0))
        except ConnectionClosed:
            pass  # this is the end that a QUIT asks for
        except TimedOut:
            self.transcript.note(self.name, "the server did not close after QUIT")
        self.close()
        return reply

    def send_message(
        self,
        sender: str,
        recipients: Sequence[str],
        message: bytes,
        *,
        mail_params: Sequence[str] = (),
        rcpt_params: Sequence[str] = (),
        timeout_s: float | None = None,
    ) -> Reply:
        """MAIL, RCPT for each recipient, DATA. Raises UnexpectedReply at the first refusal."""
        self.mail(sender, *mail_params).require(250)
        for recipient in recipients:
            self.rcpt(recipient, *rcpt_params).require(250, 251)
        return self.data(message, timeout_s=timeout_s).require(250)


def verb_of(line: bytes) -> str:
    """The verb in capitals: the letters before the first space."""
    return line.split(b" ", 1)[0].decode("latin-1").upper()


def parse_extensions(reply: Reply) -> dict[str, str]:
    """Keyword (in capitals) → parameters of an EHLO reply; its first line, the greeting, is left out."""
    extensions = {}
    for line in reply.lines[1:]:
        keyword, _, params = line.decode("latin-1").partition(" ")
        extensions[keyword.upper()] = params
    return extensions


def dot_stuffed(message: bytes) -> bytes:
    """``message`` as it follows a 354: leading dots doubled, CRLF at its end, the final dot not yet added.

    Raises HarnessError for a bare CR or LF, which no mail may hold; `send_raw` sends them on purpose.
    """
    bare = _BARE_LINE_END.search(message)
    if bare:
        raise HarnessError(f"a bare {bare[0]!r} at octet {bare.start()} of the message; send_raw says it on purpose")
    if message and not message.endswith(b"\r\n"):
        message += b"\r\n"
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..")

"""`SieveClient`: scripts of a mailbox by ManageSieve (RFC 5804), over TLS by STARTTLS or from the first octet.

Every command returns its `Answer`, whatever it says; the conveniences raise UnexpectedReply unless it is OK.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from mailproof_suites.clients.errors import ClientError, GrammarViolation, UnexpectedReply
from mailproof_suites.clients.tls import Stream, TlsStream, client_context, open_tcp
from mailproof_suites.clients.transcript import Transcript

_TOKEN = re.compile(
    rb'\s*(?:"(?P<text>(?:[^"\\]|\\.)*)"|\{(?P<size>\d+)\+?\}\r\n|\((?P<code>[^)]*)\)|(?P<atom>[^\s"(){}]+))'
)
_STATUSES = (b"OK", b"NO", b"BYE")


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of one command, and the lines before it."""

    status: str
    """OK, NO or BYE."""
    code: str
    text: str
    lines: tuple[tuple[bytes, ...], ...]
    """Strings and atoms of each line."""

    def require_ok(self, what: str) -> Answer:
        """This answer. Raises UnexpectedReply when it is not OK."""
        if self.status != "OK":
            raise UnexpectedReply(f"OK to {what}", f"{self.status} {self.code} {self.text}")
        return self


class SieveClient:
    """One connection, signed in by `login`.

    Args:
        host, port, ca_file, timeout_s: as for the other clients.
        implicit_tls: TLS from the first octet; else STARTTLS.
        transcript, name: where the dialogue is written.
        stream: replaces the TLS connection (tests of the client).
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ca_file: Path | None = None,
        timeout_s: float = 10.0,
        implicit_tls: bool = False,
        transcript: Transcript | None = None,
        name: str = "sieve",
        stream: Stream | None = None,
    ) -> None:
        self._transcript = transcript or Transcript()
        self._name = name
        self._stream: Stream = stream or Stream(open_tcp(host, port, timeout_s=timeout_s), timeout_s=timeout_s)
        context = client_context(ca_file)
        try:
            if stream is None and not implicit_tls:
                self._read_answer()
                self.command("STARTTLS").require_ok("STARTTLS")
            if stream is None:
                sock = self._stream.sock
                self._stream = TlsStream(sock, context=context, server_hostname=host, timeout_s=timeout_s)
            self.capabilities = _capabilities(self._read_answer())
        except ClientError:
            self.close()
            raise

    @property
    def extensions(self) -> frozenset[str]:
        """Of Sieve, as the server names them."""
        return frozenset(self.capabilities.get("SIEVE", "").split())

    def command(self, line: str) -> Answer:
        """Send a command, with literals and all, and read its answer."""
        data = line.encode() + b"\r\n"
        self._transcript.sent(self._name, data)
        self._stream.sendall(data)
        return self._read_answer()

    def login(self, user: str, password: str) -> None:
        """AUTHENTICATE PLAIN; the capabilities are asked for anew."""
        initial = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self._transcript.secret(password)
        self._transcript.secret(initial)
        self.command(f'AUTHENTICATE "PLAIN" "{initial}"').require_ok("AUTHENTICATE")
        self.capabilities = _capabilities(self.command("CAPABILITY").require_ok("CAPABILITY"))

    def put_script(self, name: str, script: str) -> Answer:
        """PUTSCRIPT; NO, with the compiler's words, for a script that is wrong."""
        return self.command(f"PUTSCRIPT {quoted(name)} {{{len(script.encode())}+}}\r\n{script}")

    def set_active(self, name: str) -> None:
        """SETACTIVE; an empty name: none."""
        self.command(f"SETACTIVE {quoted(name)}").require_ok("SETACTIVE")

    def active_script(self) -> str:
        """The name of the active script; empty without one."""
        listed = self.command("LISTSCRIPTS").require_ok("LISTSCRIPTS").lines
        return next((line[0].decode() for line in listed if line[-1].upper() == b"ACTIVE" and len(line) > 1), "")

    def delete_script(self, name: str) -> Answer:
        """DELETESCRIPT."""
        return self.command(f"DELETESCRIPT {quoted(name)}")

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _read_answer(self) -> Answer:
        lines: list[tuple[bytes, ...]] = []
        while True:
            tokens, code = self._read_line()
            if tokens and tokens[0].upper() in _STATUSES:
                text = tokens[1].decode("utf-8", "replace") if len(tokens) > 1 else ""
                return Answer(tokens[0].decode().upper(), code, text, tuple(lines))
            lines.append(tuple(tokens))

    def _read_line(self) -> tuple[list[bytes], str]:
        tokens: list[bytes] = []
        code = ""
        line = self._stream.read_line()
        self._transcript.received(self._name, line)
        at = 0
        while line[at:].strip():
            found = _TOKEN.match(line, at)
            if found is None:
                raise GrammarViolation(line, at, "string or atom", "a string, a literal, a code or an atom")
            at = found.end()
            if found["size"] is not None:
                tokens.append(self._stream.read_exact(int(found["size"])))
                line, at = self._stream.read_line(), 0
                self._transcript.received(self._name, tokens[-1] + line)
            elif found["text"] is not None:
                tokens.append(re.sub(rb"\\(.)", rb"\1", found["text"]))
            elif found["code"] is not None:
                code = found["code"].decode("utf-8", "replace")
            else:
                tokens.append(found["atom"])
        return tokens, code


def quoted(text: str) -> str:
    """A quoted string, of ManageSieve and of Sieve alike (RFC 5228 section 2.4.2)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _capabilities(answer: Answer) -> dict[str, str]:
    return {line[0].decode().upper(): line[1].decode() if len(line) > 1 else "" for line in answer.lines if line}

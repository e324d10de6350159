"""Where mail for the outside goes: a folder of files, or a relay host (RFC 5321, RFC 3461 section 5.2)."""

import asyncio
import json
import os
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One attempt's worth: the recipients that are still open are those of the envelope."""

    queue_id: int
    queued_at: datetime
    envelope: SmtpEnvelope
    data: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one recipient at the next hop."""

    reply: str
    """Code, status and text, e.g. `250 2.0.0 Accepted`. 2xx: taken, 5xx: refused for good, else: later."""
    confirms: bool = False
    """The next hop will itself report on delivery as the sender wished."""

    @property
    def is_taken(self) -> bool:
        return self.reply.startswith("2")

    @property
    def is_refused(self) -> bool:
        return self.reply.startswith("5")

    @property
    def status(self) -> str:
        """RFC 3463, from the reply or made from its first digit."""
        code, _, rest = self.reply.partition(" ")
        status = rest.partition(" ")[0]
        digits = status.split(".")
        if len(digits) == 3 and all(each.isdigit() for each in digits) and status[0] == code[:1]:
            return status
        return f"{code[:1]}.0.0"


class Sink(Protocol):
    """Takes a message off the server's hands."""

    host: str
    """The next hop's name, for reports; empty when there is none."""

    async def send(self, message: OutboundMessage) -> Sequence[Attempt]:
        """One attempt per recipient of the envelope, in order. Does not raise for what the next hop does."""


class DirectorySink:
    """Each message as `<name>.eml` with its envelope as `<name>.json`, both durable before they count as sent.

    The name comes from the queue entry, so that an attempt repeated after a crash overwrites its own files.
    """

    host = ""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, message: OutboundMessage) -> Sequence[Attempt]:
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            reply = f"452 4.3.1 Cannot be stored: {error.strerror}"
        else:
            reply = "250 2.0.0 Stored"
        return [Attempt(reply)] * len(message.envelope.recipients)

    def _write(self, message: OutboundMessage) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        name = f"{message.queued_at:%Y%m%dT%H%M%S.%f}-{message.queue_id}"
        envelope = {
            "sender": message.envelope.sender,
            "recipients": [each.address for each in message.envelope.recipients],
            "smtp_utf8": message.envelope.smtp_utf8,
            "envelope_id": message.envelope.envelope_id,
        }
        self._put(f"{name}.json", json.dumps(envelope, ensure_ascii=False, indent=1).encode())
        self._put(f"{name}.eml", message.data)
        directory = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _put(self, name: str, data: bytes) -> None:
        unfinished = self._path / f".{name}"
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path / name)


class RelaySink:
    """Everything goes to one relay host, in a connection per message."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: Literal["implicit", "starttls", "none"] = "starttls",
        username: str = "",
        password: str = "",
        context: ssl.SSLContext | None = None,
        timeout_s: float = 300.0,
    ) -> None:
        self.host = host
        self._port = port
        self._tls = tls
        self._username = username
        self._password = password
        self._context = context
        self._timeout_s = timeout_s

    async def send(self, message: OutboundMessage) -> Sequence[Attempt]:
        return await asyncio.to_thread(self._send, message)

    def _send(self, message: OutboundMessage) -> list[Attempt]:
        count = len(message.envelope.recipients)
        try:
            client = self._connect()
        except smtplib.SMTPResponseException as error:
            # Refusing us is no verdict on the recipients: sign-in and greeting are tried again.
            return [Attempt(f"451 4.4.2 {_text(error.smtp_error)}")] * count
        except (OSError, smtplib.SMTPException) as error:
            return [Attempt(f"451 4.4.1 {_text(str(error))}")] * count
        try:
            return self._transact(client, message)
        except (OSError, smtplib.SMTPException) as error:
            return [Attempt(f"451 4.4.2 {_text(str(error))}")] * count
        finally:
            client.close()

    def _connect(self) -> smtplib.SMTP:
        context = self._context or ssl.create_default_context()
        if self._tls == "implicit":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self._port, timeout=self._timeout_s, context=context)
        else:
            client = smtplib.SMTP(self.host, self._port, timeout=self._timeout_s)
        try:
            if self._tls == "starttls":
                client.starttls(context=context)
            if self._username:
                client.login(self._username, self._password)
            client.ehlo_or_helo_if_needed()
        except BaseException:
            client.close()
            raise
        return client

    def _transact(self, client: smtplib.SMTP, message: OutboundMessage) -> list[Attempt]:
        envelope = message.envelope
        count = len(envelope.recipients)
        options, refused = _mail_options(client, message)
        if refused is not None:
            return [refused] * count
        confirms = client.has_extn("dsn")
        code, text = client.mail(envelope.sender, options)
        if code != 250:
            return [Attempt(_reply(code, text))] * count
        attempts = []
        for recipient in envelope.recipients:
            code, text = client.rcpt(recipient.address, _recipient_options(recipient) if confirms else ())
            attempts.append(Attempt(_reply(code, text), confirms))
        if not any(attempt.is_taken for attempt in attempts):
            client.rset()
            return attempts
        code, text = client.data(message.data)
        if code != 250:
            final = Attempt(_reply(code, text))
            return [final if attempt.is_taken else attempt for attempt in attempts]
        # The message is taken: what goes wrong while saying goodbye must not make it be sent again.
        client.close()
        return attempts


def _mail_options(client: smtplib.SMTP, message: OutboundMessage) -> tuple[list[str], Attempt | None]:
    """The parameters of MAIL, or why the relay cannot take the message at all."""
    envelope = message.envelope
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(message.data)}")
    addresses = (envelope.sender, *(each.address for each in envelope.recipients))
    if not all(each.isascii() for each in addresses) or envelope.smtp_utf8:
        if not client.has_extn("smtputf8"):
            return [], Attempt("550 5.6.7 The next server takes no addresses or headers beyond ASCII")
        options.append("SMTPUTF8")
    if not message.data.isascii():
        if not client.has_extn("8bitmime"):
            return [], Attempt("554 5.6.3 The next server takes no 8-bit content")
        options.append("BODY=8BITMIME")
    if client.has_extn("dsn"):
        if envelope.return_full is not None:
            options.append(f"RET={'FULL' if envelope.return_full else 'HDRS'}")
        if envelope.envelope_id is not None:
            options.append(f"ENVID={_xtext(envelope.envelope_id)}")
    return options, None


def _recipient_options(recipient: EnvelopeRecipient) -> list[str]:
    options = []
    if recipient.notify:
        options.append(f"NOTIFY={','.join(sorted(recipient.notify))}")
    if recipient.original is not None:
        kind, _, address = recipient.original.partition(";")
        options.append(f"ORCPT={kind};{_xtext(address)}")
    return options


def _xtext(text: str) -> str:
    """RFC 3461 section 4: all but `+`, `=` and what is not printable ASCII stands for itself."""
    return "".join(
        chr(octet) if 0x21 <= octet <= 0x7E and octet not in b"+=" else f"+{octet:02X}" for octet in text.encode()
    )


def _reply(code: int, text: bytes) -> str:
    return f"{code} {_text(text)}"


def _text(text: str | bytes) -> str:
    """The last line of a reply, as one line of text."""
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(decoded.split())[:500]

"""What SMTP cases share: transactions, refusals, header fields (RFC 5321 section 3.3)."""

from __future__ import annotations

from email.message import Message
from typing import Protocol

from mailproof_suites.case import Account, Reply, SmtpClient, expect


class Stored(Protocol):
    """Type of the fixture `stored`."""

    def __call__(self, mark: str, account: Account | None = None) -> bytes:
        """The delivered message with this mark, once it is in the inbox (of the case's own account, unless given)."""


class Copies(Protocol):
    """Type of the fixture `copies`."""

    def __call__(self, mark: str, account: Account | None = None) -> int:
        """How many messages with this mark are in an inbox, counted when a message sent later has arrived there."""


class Reports(Protocol):
    """Type of the fixture `reports`."""

    def __call__(self, text: str) -> list[bytes]:
        """Messages in the own inbox that mention `text` and are reports (multipart/report), as they are now."""


class ReportOf(Protocol):
    """Type of the fixture `report_of`."""

    def __call__(self, text: str) -> tuple[bytes, Message]:
        """The report that mentions `text`, raw and parsed. Raises Violation when none comes in time."""


def begin(client: SmtpClient, sender: str, *recipients: str) -> None:
    """MAIL and RCPT, all of which have to succeed."""
    client.mail(sender).require(250)
    for recipient in recipients:
        client.rcpt(recipient).require(250)


def refused(answer: Reply, what: str, *, enhanced: str | None = None, requirement: str | None = None) -> None:
    """The reply is a permanent refusal (5yz), where the specification leaves the code to the server."""
    fits = answer.permanent and (enhanced is None or (answer.enhanced or enhanced).startswith(enhanced))
    wanted = "5yz" + (f" with {enhanced} or without an enhanced status code" if enhanced else "")
    expect.that(fits, what, expected=wanted, actual=answer.line, requirement=requirement)


def end_transaction(client: SmtpClient, answer: Reply) -> Reply:
    """The final verdict on a message that must not be taken: `answer` itself, or what follows the dot after a 354."""
    if answer.code != 354:
        return answer
    client.send_raw(b".\r\n")
    return client.read_reply()


def field(message: bytes, name: str) -> list[bytes]:
    """The unfolded values of every header field with this name, from the top."""
    head = message.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    found = []
    for line in head.split(b"\r\n"):
        key, colon, value = line.partition(b":")
        if colon and key.strip().lower() == name.lower().encode():
            found.append(value.strip())
    return found


def body(message: bytes) -> bytes:
    """What follows the empty line after the header."""
    return message.partition(b"\r\n\r\n")[2]


def status_of(report: Message) -> dict[str, str]:
    """The fields of message/delivery-status: of the message, and of its last recipient; names in small letters."""
    parts = [part for part in report.walk() if part.get_content_type() == "message/delivery-status"]
    blocks = expect.given(parts[0] if parts else None, "a part of type message/delivery-status").get_payload()
    found = [block for block in blocks if isinstance(block, Message)] if isinstance(blocks, list) else []
    return {name.lower(): str(value) for block in found for name, value in block.items()}

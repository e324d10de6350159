"""The fixture `store`: puts the messages of an oracle's list into the case's folder and selects it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from email.utils import format_datetime

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage
from mailproof_suites.imap.rfc5256.oracle import Mail

Store = Callable[[Sequence[Mail]], list[Mail]]


@pytest.fixture
def store(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> Store:
    """Append every Mail, in order; returns them with numbers and sizes, the folder being selected."""

    def store_all(mails: Sequence[Mail]) -> list[Mail]:
        stored = []
        for number, mail in enumerate(mails, start=1):
            headers = {
                "From": f"{mail.sender}@mailproof.test" if mail.sender else None,
                "To": f"{mail.to}@mailproof.test" if mail.to else None,
                "Cc": f"{mail.cc}@mailproof.test, zz@mailproof.test" if mail.cc else None,
                "Date": format_datetime(mail.sent) if mail.sent else None,
                "Message-ID": f"<{mail.message_id}>" if mail.message_id else None,
                "References": " ".join(f"<{each}>" for each in mail.references) or None,
                "In-Reply-To": f"<{mail.in_reply_to}>" if mail.in_reply_to else None,
                "Subject": mail.subject or None,
            }
            message = make_message(headers=headers, body="x" * 70 + "\n" + "y\n" * mail.size)
            append(folder, message, date=mail.arrived.strftime("%d-%b-%Y %H:%M:%S %z"))
            stored.append(replace(mail, number=number, size=len(message)))
        imap.select(folder)
        return stored

    return store_all

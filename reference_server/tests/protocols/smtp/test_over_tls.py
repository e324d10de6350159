"""The session behind a real listener, spoken to by the standard library's client."""

import asyncio
import smtplib
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailproof_server.net.authority import make_test_ca
from mailproof_server.net.listener import Listener, bind, streams
from mailproof_server.net.tls import ServerTls

TEXT = b"From: alice@example.test\r\nTo: bob@example.test\r\nSubject: x\r\n\r\n.dot\r\n" + b"line\r\n" * 200_000


def test_smtplib_signs_in_and_sends(converse: Any, tmp_path: Path) -> None:
    ca = make_test_ca(tmp_path, now=datetime.now(UTC))  # the client looks at the machine's clock

    def client(port: int) -> None:
        context = ssl.create_default_context(cafile=str(ca.ca))
        with smtplib.SMTP_SSL("localhost", port, context=context, timeout=20) as smtp:
            with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
                smtp.login("alice@example.test", "wrong")
            assert caught.value.smtp_code == 535
            smtp.login("alice@example.test", "secret")
            assert smtp.has_extn("chunking")
            refused = smtp.sendmail("alice@example.test", ["bob@example.test", "nobody@example.test"], TEXT)
            assert list(refused) == ["nobody@example.test"]
            assert smtp.noop()[0] == 250

    async def scenario(talk: Any) -> None:
        listener = Listener(streams(talk.server.serve), tls=ServerTls(ca.cert, ca.key))
        listener.start(bind("127.0.0.1", 0, backlog=8))
        await asyncio.to_thread(client, listener.port)
        await listener.stop(10)
        [(envelope, data)] = talk.submission.taken
        assert data == TEXT
        assert b"([127.0.0.1])" in envelope.received
        assert b" tls TLS_AES_" in envelope.received

    converse(scenario, signed_in=False)

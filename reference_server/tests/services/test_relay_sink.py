"""The relay sink against another implementation of SMTP, with TLS from the first octet, STARTTLS and sign-in."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.net.authority import CaPaths, make_test_ca
from mailproof_server.services.sinks import Attempt, OutboundMessage, RelaySink

# With TLS from the first octet aiosmtpd does not know that there is any.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
USER, PASSWORD = "relay-user", "pass word+1"
DATA = b"From: alice@example.test\r\nSubject: hi\r\n\r\n.a dot\r\n..two\r\n\r\n"
Tls = Literal["implicit", "starttls", "none"]


@dataclass
class RelayHost:
    """What the relay host took, and whether its sessions were encrypted and signed in."""

    taken: list[bytes] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd
        self.taken.append(envelope.original_content or b"")
        return "250 2.0.0 Queued"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        self.logins.append(data.login)
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CaPaths:
    """A certificate for localhost and 127.0.0.1, and who vouches for it."""
    return make_test_ca(tmp_path_factory.mktemp("authority"), now=datetime.now(UTC))


@pytest.fixture
def host() -> RelayHost:
    return RelayHost()


Send = Callable[..., Sequence[Attempt]]


@pytest.fixture
def send(authority: CaPaths, host: RelayHost) -> Send:
    """`send(tls, offers=tls, …)`: one message by a sink that wants `tls`, to a host that offers `offers`."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(authority.cert, authority.key)

    def run(
        tls: Tls,
        *,
        offers: Tls | None = None,
        trusts: Path | None = authority.ca,
        name: str = "127.0.0.1",
        **facts: Any,
    ) -> Sequence[Attempt]:
        offers = offers or tls
        context = ssl.create_default_context(cafile=str(trusts) if trusts else None)

        def protocol() -> SMTP:
            starttls = server_context if offers == "starttls" else None
            return SMTP(
                host,
                hostname="relay.test",
                enable_SMTPUTF8=True,
                tls_context=starttls,
                require_starttls=starttls is not None,
                auth_required="username" in facts,
                auth_require_tls=starttls is not None,
                authenticator=host.authenticate,
            )

        async def scenario() -> Sequence[Attempt]:
            loop = asyncio.get_running_loop()
            server = await loop.create_server(
                protocol, "127.0.0.1", 0, ssl=server_context if offers == "implicit" else None
            )
            async with server:
                port = server.sockets[0].getsockname()[1]
                sink = RelaySink(name, port, tls=tls, context=context, **{"timeout_s": 10.0, **facts})
                return await sink.send(_message())

        return asyncio.run(scenario())

    return run


def _message() -> OutboundMessage:
    recipients = (EnvelopeRecipient("x@y.test"), EnvelopeRecipient("z@y.test"))
    envelope = SmtpEnvelope(sender="alice@example.test", recipients=recipients)
    return OutboundMessage(1, datetime(2026, 3, 2, tzinfo=UTC), envelope, DATA)


def _waits(attempts: Sequence[Attempt], status: str) -> bool:
    """Neither taken nor refused: it stays queued, for both recipients."""
    return [each.reply.startswith(f"451 {status} ") for each in attempts] == [True, True]


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_a_message_is_handed_on(send: Send, host: RelayHost, tls: Tls) -> None:
    attempts = send(tls)
    assert [each.is_taken for each in attempts] == [True, True]
    assert host.taken == [DATA]
    assert host.logins == []


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_the_sink_signs_in(send: Send, host: RelayHost, tls: Tls) -> None:
    attempts = send(tls, username=USER, password=PASSWORD)
    assert [each.is_taken for each in attempts] == [True, True]
    assert host.logins == [USER.encode()]
    assert host.taken == [DATA]


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_wrong_password_is_no_verdict_on_the_message(send: Send, host: RelayHost, tls: Tls) -> None:
    assert _waits(send(tls, username=USER, password="wrong"), "4.4.2")
    assert host.logins != []
    assert host.taken == []


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_nobody_vouches_for_is_not_accepted(send: Send, host: RelayHost, tls: Tls) -> None:
    attempts = send(tls, trusts=None, username=USER, password=PASSWORD)
    assert _waits(attempts, "4.4.1")
    assert "certificate" in attempts[0].reply.lower()
    assert (host.logins, host.taken) == ([], [])


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_for_another_name_is_not_accepted(
    send: Send, host: RelayHost, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", _only_loopback)
    attempts = send(tls, name="relay.elsewhere.test", username=USER, password=PASSWORD)
    assert _waits(attempts, "4.4.1")
    assert "certificate" in attempts[0].reply.lower()
    assert (host.logins, host.taken) == ([], [])


def test_without_starttls_nothing_is_sent_in_the_clear(send: Send, host: RelayHost) -> None:
    attempts = send("starttls", offers="none", username=USER, password=PASSWORD)
    assert _waits(attempts, "4.4.1")
    assert "STARTTLS" in attempts[0].reply
    assert (host.logins, host.taken) == ([], [])


@pytest.mark.parametrize(("tls", "offers"), [("implicit", "none"), ("none", "implicit")])
def test_the_wrong_kind_of_port_is_tried_later(send: Send, host: RelayHost, tls: Tls, offers: Tls) -> None:
    attempts = send(tls, offers=offers, timeout_s=1.0)
    assert [each.reply[:4] for each in attempts] == ["451 ", "451 "]
    assert host.taken == []


def _only_loopback(_host: str, port: int, *_more: Any, **_options: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

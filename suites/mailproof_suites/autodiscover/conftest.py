"""Fixtures of the AutoDiscover cases: clients that the monitors watch, for the own account and for others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailproof_suites.autodiscover.asking import Ask
from mailproof_suites.case import Account, Target, Transcript, World
from mailproof_suites.clients.autodiscover import AutodiscoverClient
from mailproof_suites.clients.https import HttpsClient, client_for
from mailproof_suites.monitors import Collector, observers_for


@pytest.fixture
def ask(target: Target, transcript: Transcript, collector: Collector) -> Iterator[Ask]:
    """`ask(account=None, password=None) -> AutodiscoverClient`; without an account: without credentials."""
    opened: list[HttpsClient] = []

    def make(
        account: Account | None = None, password: str | None = None, user: str | None = None
    ) -> AutodiscoverClient:
        https = client_for(
            target.https.autodiscover,
            user=(account.address if account else "") if user is None else user,
            password=(account.password if account else "") if password is None else password,
            ca_file=target.ca_path,
            timeout_s=target.timeout_s,
            transcript=transcript,
            name=f"https{len(opened) + 1 if opened else ''}",
            observers=observers_for("autodiscover", collector),
        )
        opened.append(https)
        return AutodiscoverClient(https, target.https.autodiscover)

    yield make
    for https in opened:
        https.close()


@pytest.fixture
def autodiscover(ask: Ask, account: Account) -> AutodiscoverClient:
    """Signed in as the case's own account."""
    return ask(account)


@pytest.fixture
def stranger(ask: Ask) -> AutodiscoverClient:
    """Without credentials."""
    return ask()


@pytest.fixture
def own(world: World) -> str:
    """The address of the case's own account."""
    return world.lease().address


@pytest.fixture
def domain(own: str) -> str:
    """Its domain."""
    return own.rpartition("@")[2]


@pytest.fixture
def unknown(token: str, domain: str) -> str:
    """An address in the own domain that nobody has."""
    return f"nobody-{token}@{domain}"

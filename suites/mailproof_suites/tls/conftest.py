"""Fixtures of the TLS cases: each case runs once for every TLS port of the target that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mailproof_suites.capabilities import require_endpoint
from mailproof_suites.case import Target, Transcript
from mailproof_suites.clients.tls_probe import TLS1_3, Outcome, control_server, probe
from mailproof_suites.targets import Endpoint
from mailproof_suites.tls.port import TlsPort
from mailproof_suites.tls.yes_server import yes_server

Control = Callable[[bytes], Outcome]


@pytest.fixture(params=["imaps", "smtps"])
def tls(request: pytest.FixtureRequest, target: Target, transcript: Transcript) -> TlsPort:
    """The TLS port at hand."""
    require_endpoint(target, request.param)
    endpoint = target.endpoint(request.param)
    assert isinstance(endpoint, Endpoint)
    return TlsPort(
        request.param,
        endpoint.host,
        endpoint.port,
        ca_file=target.ca_path,
        timeout_s=target.timeout_s,
        transcript=transcript,
    )


@pytest.fixture
def tls13(tls: TlsPort) -> TlsPort:
    """The TLS port at hand; skips where it has no TLS 1.3."""
    if not tls.hello(TLS1_3).accepted:
        pytest.skip("the server has no TLS 1.3")
    return tls


@pytest.fixture(scope="session")
def old_server() -> Iterator[Control]:
    """Sends octets to a real server that accepts TLS 1.0 and 1.1."""
    with control_server() as server:
        yield lambda data: probe(server.host, server.port, data)


@pytest.fixture(scope="session")
def accepting_server() -> Iterator[Control]:
    """Sends octets to a control that accepts every hello."""
    with yes_server() as (host, port):
        yield lambda data: probe(host, port, data)

"""Probing TLS below any library's policy: raw hellos, whole handshakes under full control, a control server.

`probe_version` and `probe` send octets and report an `Outcome`; `handshake` completes one; `control_server` accepts
what a proper server refuses, so that a probe can be shown to work.
"""

from mailproof_suites.clients.tls_probe.control import ControlServer, control_server
from mailproof_suites.clients.tls_probe.handshake import TlsConversation, handshake
from mailproof_suites.clients.tls_probe.hello import (
    SSL3,
    TLS1_0,
    TLS1_1,
    TLS1_2,
    TLS1_3,
    client_hello,
    fragmented,
    record,
    ssl2_hello,
)
from mailproof_suites.clients.tls_probe.outcome import (
    Alert,
    Eof,
    NotTls,
    Outcome,
    Reset,
    ServerHello,
    Timeout,
    read_outcome,
)
from mailproof_suites.clients.tls_probe.probe import probe, probe_version

__all__ = [
    "SSL3",
    "TLS1_0",
    "TLS1_1",
    "TLS1_2",
    "TLS1_3",
    "Alert",
    "ControlServer",
    "Eof",
    "NotTls",
    "Outcome",
    "Reset",
    "ServerHello",
    "Timeout",
    "TlsConversation",
    "client_hello",
    "control_server",
    "fragmented",
    "handshake",
    "probe",
    "probe_version",
    "read_outcome",
    "record",
    "ssl2_hello",
]

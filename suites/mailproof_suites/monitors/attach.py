"""Which observers a client gets, and which requirements they can check."""

from __future__ import annotations

from mailproof_suites.clients.observer import Observer
from mailproof_suites.monitors import autodiscover, imap, smtp
from mailproof_suites.monitors.autodiscover.watch import AutodiscoverMonitor
from mailproof_suites.monitors.collector import Collector
from mailproof_suites.monitors.imap.watch import ImapMonitor
from mailproof_suites.monitors.smtp.watch import SmtpMonitor


def observers_for(protocol: str, collector: Collector) -> tuple[Observer, ...]:
    """Fresh observers for one new connection; ``protocol`` is "imap", "smtp" or "autodiscover"."""
    if protocol == "imap":
        return (ImapMonitor(collector),)
    if protocol == "smtp":
        return (SmtpMonitor(collector),)
    if protocol == "autodiscover":
        return (AutodiscoverMonitor(collector),)
    raise ValueError(f"no monitors for {protocol!r}")


def requirements_checked() -> frozenset[str]:
    """Every requirement id that some rule checks."""
    return frozenset(imap.REQUIREMENTS | smtp.REQUIREMENTS | autodiscover.REQUIREMENTS)

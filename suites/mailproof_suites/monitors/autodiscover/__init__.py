"""Monitors of AutoDiscover: every answer is well-formed, in the right namespaces, whole, and every URL is one line."""

from mailproof_suites.monitors.autodiscover.watch import REQUIREMENTS, TABLE

__all__ = ["REQUIREMENTS", "TABLE"]

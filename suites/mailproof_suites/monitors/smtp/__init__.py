"""Monitors of SMTP connections: form and order of replies, extensions."""

from mailproof_suites.monitors.smtp.rules import CLOSE_REQUIREMENTS, SYNTAX, TABLE

REQUIREMENTS = TABLE.requirements | frozenset(SYNTAX) | frozenset(CLOSE_REQUIREMENTS)

__all__ = ["REQUIREMENTS", "TABLE"]

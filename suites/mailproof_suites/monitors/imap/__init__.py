"""Monitors of IMAP connections: grammar, dialogue, numbering, content, listings."""

from mailproof_suites.monitors.imap import grammar
from mailproof_suites.monitors.imap.rules import TABLE

REQUIREMENTS = TABLE.requirements | grammar.REQUIREMENTS

__all__ = ["REQUIREMENTS", "TABLE"]

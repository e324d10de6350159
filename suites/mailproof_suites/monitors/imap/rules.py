"""All IMAP rules in one table."""

from __future__ import annotations

from mailproof_suites.clients.imap.values import Response
from mailproof_suites.monitors.imap import framing, listing, messages, numbering, restraint
from mailproof_suites.monitors.imap.session import ImapSession
from mailproof_suites.monitors.rule import RuleTable

TABLE: RuleTable[ImapSession, Response] = RuleTable(
    [framing.TABLE, numbering.TABLE, messages.TABLE, listing.TABLE, restraint.TABLE]
)

"""All SMTP rules in one table, and the ids of what is no rule about a single reply."""

from __future__ import annotations

from mailproof_suites.clients.smtp.reply import Reply
from mailproof_suites.monitors.rule import RuleTable
from mailproof_suites.monitors.smtp import extensions, replies
from mailproof_suites.monitors.smtp.session import SmtpSession

SYNTAX = ("RFC5321:4.2-51",)
CLOSE_REQUIREMENTS = ("RFC5321:4.1.1.10-52",)

TABLE: RuleTable[SmtpSession, Reply] = RuleTable([replies.TABLE, extensions.TABLE])

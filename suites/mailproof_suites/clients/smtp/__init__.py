"""A line-level SMTP client that shows every octet, and the grammar of replies (RFC 5321, RFC 3463)."""

from mailproof_suites.clients.smtp.client import SmtpClient, dot_stuffed, parse_extensions
from mailproof_suites.clients.smtp.reply import Reply, enhanced_code, parse_reply

__all__ = ["Reply", "SmtpClient", "dot_stuffed", "enhanced_code", "parse_extensions", "parse_reply"]

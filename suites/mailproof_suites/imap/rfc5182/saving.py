"""Saving a search result, and looking at it (RFC 5182)."""

from mailproof_suites.clients.imap import ImapClient


def save(imap: ImapClient, key: str = "FLAGGED", options: str = "SAVE", verb: str = "SEARCH") -> None:
    """SEARCH RETURN (SAVE …)."""
    imap.command(verb, "RETURN", f"({options})", key).require_ok()


def saved(imap: ImapClient) -> list[int]:
    """Message numbers in $, as FETCH sees them."""
    return sorted(imap.fetch("$", "(UID)"))

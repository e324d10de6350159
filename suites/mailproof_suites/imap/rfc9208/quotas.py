"""What the cases about quotas ask the server (RFC 9208)."""

from __future__ import annotations

import pytest

from mailproof_suites.clients.imap import ImapClient, QuotaData

REACHABLE = 16 * 1024
"""Units of 1024 octets: a quota above it is not filled by a case."""


def quotas(imap: ImapClient, name: str) -> dict[bytes, QuotaData]:
    """QUOTA of every root of a mailbox, by root."""
    return {each.root: each for each in imap.command("GETQUOTAROOT", name).require_ok().of(QuotaData)}


def storage(imap: ImapClient, name: str) -> tuple[int, int]:
    """Usage and limit of STORAGE in the root that limits it most; skips where there is none."""
    found = [
        each for quota in quotas(imap, name).values() for each in quota.resources if each.name.upper() == b"STORAGE"
    ]
    if not found:
        pytest.skip("no quota root limits the storage of this account")
    nearest = min(found, key=lambda each: each.limit - each.usage)
    return nearest.usage, nearest.limit

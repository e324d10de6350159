"""Limits of EWS: explicit, configurable, tested."""

import msgspec

MIB = 1024 * 1024


class EwsLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults are Exchange's or WorkMail's where they publish one."""

    request_bytes: int = 64 * MIB
    """One request: attachments of 25 MB in base64, and room around them."""
    ids_per_request: int = 1000
    """Items, folders or attachments named in one request."""
    page_items: int = 1000
    """FindItem returns at most so many (Exchange's EWSFindCountLimit)."""
    sync_changes: int = 512
    """MS-OXWSSYNC: MaxChangesReturned is at most 512."""
    subscriptions_per_account: int = 20
    push_subscriptions_per_account: int = 3
    """WorkMail's own limit."""
    request_timeout_s: float = 120.0

"""Limits of EWS: explicit, configurable, tested."""

import msgspec

MIB = 1024 * 1024


class EwsLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults are Exchange's or WorkMail's where they publish one."""

    request_bytes: int = 64 * MIB
    """One request: attachments of 25 MB in base64, and room around them."""
    page_items: int = 1000
    """FindItem returns at most so many (Exchange's EWSFindCountLimit)."""

"""Limits of the services: explicit, configurable, tested."""

from typing import Literal

import msgspec

from mailproof_server.services.calendar.limits import CalendarLimits

MIB = 1024 * 1024


class ServiceLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defaults are WorkMail's where it publishes one."""

    message_bytes: int = 40 * MIB
    """As MIME (WorkMail: 29 MB unencoded, 40 MB as MIME)."""
    recipients: int = 500
    quota_bytes: int = 50 * 1024 * MIB
    quota_notice_ratio: float = 0.9
    aliases_per_user: int = 100
    domains: int = 1000
    folder_name_octets: int = 255
    folder_path_octets: int = 1000
    folder_depth: int = 30
    folders_per_account: int = 10_000
    keywords_per_folder: int = 500
    keyword_octets: int = 128
    annotation_bytes: int = 65_536
    annotations_per_folder: int = 100
    received_hops: int = 100
    group_depth: int = 20
    group_recipients: int = 10_000
    connections_per_user: int = 50
    connections_per_address: int = 200
    failed_logins_per_address: int = 50
    """Within `failed_login_window_s`; further attempts are refused without looking at the password."""
    failed_logins_per_login: int = 20
    failed_login_window_s: float = 300.0
    failed_login_delay_s: float = 1.0
    """The answer to a failed sign-in is held back this long, growing with each further failure, at most ten times."""
    tokens_per_user: int = 100
    credential_cache_s: float = 300.0
    revocation_check_s: float = 2.0
    """How often live sign-ins are compared with what other processes may have changed. 0: never."""
    change_log_records: int = 100_000
    """Newest log records kept for each account; whoever asks for older ones resynchronises in full. 0: all."""
    upkeep_interval_s: float = 60.0
    """Pause between two rounds of chores (pruning the change log). 0: none."""
    login_hash_memory_kib: int = 19_456
    login_hash_time_cost: int = 2
    outbound_attempt_delays_s: tuple[float, ...] = (60, 300, 900, 3600, 7200, 14_400)
    outbound_lifetime_s: float = 14 * 3600.0
    """WorkMail gives up after 840 minutes."""
    calendar: CalendarLimits = CalendarLimits()
    rules_per_account: int = 10_000
    """WorkMail has no limit."""
    rule_bytes: int = 65_536
    """Of one rule in its JSON form."""
    rule_recipients: int = 100
    """Addresses in one forward or redirect."""
    rule_recipients_per_message: int = 500
    """Addresses to which all rules of an account send one message on."""
    rule_hops: int = 4
    """Accounts whose rules may send one message on, one after the other."""
    outside_recipients_per_day: int = 10_000
    """For each account, rules included; counted in days of UTC. 0: no limit."""
    rules_for_bcc_recipients: bool = True
    """Whether rules run for whom no address in To and Cc names; their conditions never look at Bcc either way."""
    spam_field: str = "X-Spam-Flag: YES"
    """What an upstream filter puts into the header of junk, which goes to the junk folder. Empty: no such filter."""
    alias_over_clients: Literal["refuse", "rewrite"] = "refuse"
    """What becomes of a message from an own alias that was not written in the web client: it is refused, or its author
    becomes the primary address. AWS says no more than that it is unsupported."""
    message_ids: Literal["preserve", "rewrite"] = "preserve"
    """Whether a message keeps the Message-ID that its client gave it. WorkMail's way out is seen to give a new one."""
    sent_copies_over_smtp: bool = True
    """Whether a message that was submitted over SMTP leaves a copy in Sent Items. A client that stores one itself
    replaces it."""
    sent_copy_to_owner: bool = False
    """Whether what was sent as or on behalf of somebody leaves a copy in that account's Sent Items as well."""
    duplicate_window_s: float = 0.0
    """A message with the Message-ID and body of one that the account got so recently is not stored again. 0: it is,
    as WorkMail is not known to suppress any."""
    automatic_reply_bytes: int = 131_072
    """Of each text of an automatic reply."""

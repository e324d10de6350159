"""The target profile: the contract's keys exactly, and the few that this project adds.

Added keys, all optional:

    software = "Acme Mail 4.1"      # what the server is, with its version, for reports
    timeout_s = 10                  # longest wait for one reply, seconds
    delivery_timeout_s = 30         # longest wait for a delivered message to show, seconds
    [claims]                        # what the server says it can; not advertised -> the cases fail instead of skipping
    imap = ["MOVE"]
    smtp = ["CHUNKING"]
    [limits]                        # politeness
    connections_per_account = 5
    commands_per_second = 20
    [control]                       # a program that does the operator's work (docs/targets.md)
    command = ["mailproof", "admin", "--data", "org", "batch"]
    timeout_s = 30                  # longest wait for one answer
    [sieve]                         # ManageSieve (RFC 5804), for rules and automatic replies
    host = "localhost"
    port = 4190
    implicit_tls = false            # TLS from the first octet; else STARTTLS
    [[deviations]]                  # known ones: their cases are `known` instead of `fail`
    requirement = "RFC9051:6.4.8-3"
    reason = "moves copy and expunge in two steps"
    link = "https://bugs.example/17"

The module knows no pytest: load tests read the same profile.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mailproof_suites.targets.errors import ConfigError, read_toml

PROFILE_FORMAT = 1
ROLES = ("alice", "bob", "carol", "dan", "erin", "room", "projector")
"""Roles that the contract names: three ordinary users, alice's delegate, a hidden user, two resources."""
ORDINARY_ROLES = ("alice", "bob", "carol")


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[tls]`: how the target's certificates are trusted."""

    ca_file: str = ""
    """PEM file, absolute after loading; empty: the system's trust store."""


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[imaps]`, `[smtps]`: a host and a port that speak TLS from the first byte."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Sieve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sieve]`: ManageSieve, by which rules and automatic replies are set up where nothing else does it."""

    host: str
    port: int
    implicit_tls: bool = False
    """TLS from the first octet; else STARTTLS (RFC 5804 section 2.2)."""


class Https(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[https]`: the URLs of the protocols over HTTP, each optional."""

    autodiscover: str = ""
    ews: str = ""
    activesync: str = ""
    web: str = ""


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[accounts]]`."""

    address: str
    password: str
    username: str = ""
    """The web client's sign-in name; the protocols sign in with the address."""
    role: str = ""
    """Empty: a spare account."""

    def __str__(self) -> str:
        return f"{self.role} ({self.address})" if self.role else self.address

    def __repr__(self) -> str:
        return f"Account({self.address!r}, role={self.role!r})"  # never the password: it would reach a report


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[claims]`: capabilities that the server is said to have, whatever it advertises."""

    imap: list[str] = []
    smtp: list[str] = []


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[control]`: how to do on the target what no protocol can."""

    command: list[str]
    """The program and its arguments; run in the profile's folder."""
    timeout_s: float = 30.0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: how gently the target wants to be treated; 0 means no limit."""

    connections_per_account: int = 0
    commands_per_second: float = 0.0


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known deviation of the target: a requirement (or one case) that fails, and why that is accepted."""

    reason: str
    requirement: str = ""
    case: str = ""
    link: str = ""

    @property
    def subject(self) -> str:
        """The requirement id or case id that it excuses."""
        return self.requirement or self.case


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole profile."""

    profile: int
    name: str
    accounts: list[Account]
    tls: Tls = Tls()
    imaps: Endpoint | None = None
    smtps: Endpoint | None = None
    https: Https = Https()
    claims: Claims = Claims()
    limits: Limits = Limits()
    control: Control | None = None
    sieve: Sieve | None = None
    deviations: list[Deviation] = []
    software: str = ""
    """What the target is, with its versions; for reports only."""
    timeout_s: float = 10.0
    delivery_timeout_s: float = 30.0

    @property
    def ca_path(self) -> Path | None:
        """The CA file to trust; None: the system's trust store."""
        return Path(self.tls.ca_file) if self.tls.ca_file else None

    def account(self, role: str) -> Account | None:
        """The account that plays this role, or None."""
        return next((account for account in self.accounts if account.role == role), None)

    def endpoint(self, name: str) -> Endpoint | str | None:
        """`imaps`, `smtps`, or the URL of `autodiscover`, `ews`, `activesync`, `web`; None when absent."""
        if name in ("imaps", "smtps"):
            value: Endpoint | None = getattr(self, name)
            return value
        return getattr(self.https, name) or None

    def primaries(self) -> list[Account]:
        """Accounts whose mail a case may call its own: spare ones first, then the ordinary roles.

        Each worker takes one, so that parallel cases do not meet in an inbox. A resource answers mail by
        itself and a hidden user or a delegate has a part to play, so they are taken only when nothing else is there.
        """
        spare = [account for account in self.accounts if not account.role]
        ordinary = [account for account in self.accounts if account.role in ORDINARY_ROLES]
        return spare + ordinary or self.accounts


ENDPOINTS = ("imaps", "smtps", "autodiscover", "ews", "activesync", "web")


def load_profile(path: Path) -> Target:
    """Read and check a target profile.

    Args:
        path: the TOML file; a relative `ca_file` counts from its folder.

    Raises ConfigError for anything that is wrong, naming file and key.
    """
    target = read_toml(path, "target profile", Target)
    where = f"target profile {path}"
    if target.profile != PROFILE_FORMAT:
        raise ConfigError(f"{where}: profile = {target.profile}: this version reads profile = {PROFILE_FORMAT}")
    if not target.name.strip():
        raise ConfigError(f"{where}: name is empty")
    if not target.accounts:
        raise ConfigError(f"{where}: [[accounts]]: at least one account is needed")
    roles = [account.role for account in target.accounts if account.role]
    if doubled := [role for role in roles if roles.count(role) > 1]:
        raise ConfigError(f"{where}: [[accounts]]: role {doubled[0]!r} is given to more than one account")
    addresses = [account.address.lower() for account in target.accounts]
    if doubled := [address for address in addresses if addresses.count(address) > 1]:
        raise ConfigError(f"{where}: [[accounts]]: address {doubled[0]!r} stands there more than once")
    if bad := [account.address for account in target.accounts if not all(account.address.rpartition("@"))]:
        raise ConfigError(f"{where}: [[accounts]]: {bad[0]!r} is not an e-mail address")
    for name in ("imaps", "smtps"):
        endpoint = getattr(target, name)
        if endpoint is not None and not (endpoint.host and 0 < endpoint.port < 65536):
            raise ConfigError(f"{where}: [{name}]: host must not be empty and port must be 1–65535")
    if target.sieve is not None and not (target.sieve.host and 0 < target.sieve.port < 65536):
        raise ConfigError(f"{where}: [sieve]: host must not be empty and port must be 1–65535")
    if not any(target.endpoint(name) for name in ENDPOINTS):
        raise ConfigError(f"{where}: no endpoint: give at least one of [imaps], [smtps], [https]")
    if target.timeout_s <= 0 or target.delivery_timeout_s <= 0:
        raise ConfigError(f"{where}: timeout_s and delivery_timeout_s must be above 0")
    if target.limits.connections_per_account < 0 or target.limits.commands_per_second < 0:
        raise ConfigError(f"{where}: [limits]: a limit must not be below 0")
    if target.control is not None and not (target.control.command and target.control.command[0].strip()):
        raise ConfigError(f"{where}: [control] command is empty")
    if target.control is not None and target.control.timeout_s <= 0:
        raise ConfigError(f"{where}: [control] timeout_s must be above 0")
    check_deviations(where, "deviations", target.deviations)
    if target.tls.ca_file:
        ca_file = (path.parent / target.tls.ca_file).resolve()
        if not ca_file.is_file():
            raise ConfigError(f"{where}: [tls] ca_file: {ca_file}: no such file")
        target = msgspec.structs.replace(target, tls=Tls(ca_file=str(ca_file)))
    return target


def check_deviations(where: str, table: str, deviations: list[Deviation]) -> None:
    """Each names either a requirement or a case, with a reason, once. Raises ConfigError."""
    seen: set[str] = set()
    for number, deviation in enumerate(deviations, start=1):
        entry = f"{where}: {table}[{number}]"
        if bool(deviation.requirement) == bool(deviation.case):
            raise ConfigError(f"{entry}: give either requirement or case")
        if not deviation.reason.strip():
            raise ConfigError(f"{entry}: {deviation.subject}: reason is empty")
        if deviation.subject in seen:
            raise ConfigError(f"{entry}: {deviation.subject} stands there already")
        seen.add(deviation.subject)

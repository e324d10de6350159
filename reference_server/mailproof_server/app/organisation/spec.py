"""A whole organisation in one file (TOML or JSON): domains, people, groups, resources, and what they have set up.

    domains = ["example.test"]
    [[users]]
    address = "alice@example.test"
    display_name = "Alice Archer"
    aliases = ["a.archer@example.test"]
    rules = [{ name = "Invoices", conditions = { ContainsSubjectStrings = ["invoice"] }, actions = { Delete = true } }]
    [[grants]]
    owner = "alice@example.test"
    grantee = "bob@example.test"
    permission = "send_on_behalf"

This module knows the form of the file; `applying` brings it about.
"""

import json
import secrets
import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec

from mailproof_server.app.config import ConfigError, Section
from mailproof_server.model.permission import AccountPermission, Profile


class TokenSpec(Section, frozen=True):
    """A personal access token; its value is made up, and told once."""

    name: str
    days: int = 365


class UserSpec(Section, frozen=True):
    """What is left out of an entry that is there already stays as it is."""

    address: str
    username: str = ""
    """Web sign-in name; absent: the local part."""
    display_name: str | None = None
    password: str = ""
    """Of a new user; absent: one is made up."""
    aliases: tuple[str, ...] = ()
    hidden: bool | None = None
    enabled: bool | None = None
    quota_bytes: int | None = None
    role: str = ""
    """What test suites call it (target profile)."""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    second_factor: bool | None = None
    tokens: tuple[TokenSpec, ...] = ()
    rules: tuple[dict[str, Any], ...] = ()
    """In their JSON form, in the order in which they run."""
    auto_reply: dict[str, Any] | None = None


class GroupSpec(Section, frozen=True):
    address: str
    display_name: str | None = None
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool | None = None
    enabled: bool | None = None


class ResourceSpec(Section, frozen=True):
    address: str
    kind: Literal["room", "equipment"]
    username: str = ""
    display_name: str | None = None
    password: str = ""
    aliases: tuple[str, ...] = ()
    hidden: bool | None = None
    enabled: bool | None = None
    quota_bytes: int | None = None
    role: str = ""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    auto_accept: bool | None = None
    decline_conflicts: bool | None = None
    decline_recurring: bool | None = None
    delegates: tuple[str, ...] | None = None


EntrySpec = UserSpec | GroupSpec | ResourceSpec


class GrantSpec(Section, frozen=True):
    """What the operator grants on a whole account, or on a group."""

    owner: str
    grantee: str
    permission: AccountPermission


class ShareSpec(Section, frozen=True):
    """A folder that its owner shares."""

    owner: str
    grantee: str
    """An address, or `default` or `anonymous`."""
    profile: Profile
    folder: str = "INBOX"
    """Path; empty: the root."""


class AccessRuleSpec(Section, frozen=True):
    """As an access-control rule, with addresses for users."""

    name: str
    effect: Literal["ALLOW", "DENY"]
    description: str = ""
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    ip_ranges: tuple[str, ...] = ()
    not_ip_ranges: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    not_users: tuple[str, ...] = ()


class OrganisationSpec(Section, frozen=True):
    domains: tuple[str, ...]
    """The first is the default one."""
    second_factor: bool | None = None
    users: tuple[UserSpec, ...] = ()
    groups: tuple[GroupSpec, ...] = ()
    resources: tuple[ResourceSpec, ...] = ()
    grants: tuple[GrantSpec, ...] = ()
    shares: tuple[ShareSpec, ...] = ()
    access_rules: tuple[AccessRuleSpec, ...] = ()
    spares: int = 0
    """Made-up ordinary users `spare01@…` for load tests."""

    def all_users(self) -> tuple[UserSpec, ...]:
        """With the made-up ones."""
        spares = (
            UserSpec(address=f"spare{number:02d}@{self.domains[0]}", display_name=f"Spare {number:02d}")
            for number in range(1, self.spares + 1)
        )
        return (*self.users, *spares)

    def entries(self) -> list[tuple[str, EntrySpec]]:
        """Each with its place in the file: accounts first, then groups."""
        tables: tuple[tuple[str, tuple[EntrySpec, ...]], ...] = (
            ("users", self.all_users()),
            ("resources", self.resources),
            ("groups", self.groups),
        )
        return [(f"{table}[{number}]", each) for table, found in tables for number, each in enumerate(found, start=1)]


def load(path: Path) -> OrganisationSpec:
    """Raises ConfigError naming the file and the key."""
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from error
    return read(document, str(path))


def read(document: Any, source: str) -> OrganisationSpec:
    """From what JSON or TOML has made of the file `source`. Raises ConfigError naming it, the key and what is wrong.

    Every address that is referred to may also be one that is there already: who applies the file looks for it.
    """
    try:
        spec = msgspec.convert(document, OrganisationSpec)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {error}") from error
    if not spec.domains:
        raise ConfigError(f"{source}: domains: there is none")
    seen: dict[str, str] = {}
    for where, entry in spec.entries():
        for address in (entry.address, *entry.aliases):
            before = seen.setdefault(address.lower(), where)
            if before is not where:
                raise ConfigError(f"{source}: {where}: {address} stands in {before} already")
    return spec


def made_up_password() -> str:
    """Random, and of every class that the password policy asks for."""
    return f"Mp1-{secrets.token_urlsafe(12)}"

"""A whole organisation in one TOML file: domains, users with aliases, groups with members, resources.

    domains = ["example.test"]
    [[users]]
    address = "alice@example.test"
    display_name = "Alice Archer"
    aliases = ["a.archer@example.test"]

Users without a password get one made for them. Applying the same file twice changes nothing.
"""

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from mailproof_server.app.config import ConfigError, Section
from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.services.bundle import Services


class UserSpec(Section, frozen=True):
    address: str
    username: str = ""
    """Web sign-in name; absent: the local part."""
    display_name: str = ""
    password: str = ""
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    quota_bytes: int | None = None
    role: str = ""
    """What test suites call it (target profile)."""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)


class GroupSpec(Section, frozen=True):
    address: str
    display_name: str = ""
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False


class ResourceSpec(Section, frozen=True):
    address: str
    kind: Literal["room", "equipment"]
    display_name: str = ""
    password: str = ""
    role: str = ""


class OrganisationSpec(Section, frozen=True):
    domains: tuple[str, ...]
    """The first is the default one."""
    users: tuple[UserSpec, ...] = ()
    groups: tuple[GroupSpec, ...] = ()
    resources: tuple[ResourceSpec, ...] = ()
    spares: int = 0
    """Made-up ordinary users `spare01@…` for load tests."""


@dataclass(frozen=True, slots=True)
class ProvisionedAccount:
    """What a target profile says of an account."""

    role: str
    address: str
    username: str
    password: str


def load(path: Path) -> OrganisationSpec:
    """Raises ConfigError naming the file and the key."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), OrganisationSpec)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error


def made_up_password() -> str:
    """Random, and of every class that the password policy asks for."""
    return f"Mp1-{secrets.token_urlsafe(12)}"


async def apply(spec: OrganisationSpec, services: Services) -> list[ProvisionedAccount]:
    """Create what is missing; returns the accounts with the passwords of those made now ('' for older ones)."""
    directory = services.directory
    known = {entry.address: entry for entry in await directory.entries()}
    present = set(await directory.domains())
    for domain in spec.domains:
        if domain not in present:
            await directory.create_domain(domain)
    accounts: list[ProvisionedAccount] = []
    spares = tuple(
        UserSpec(address=f"spare{number:02d}@{spec.domains[0]}", display_name=f"Spare {number:02d}")
        for number in range(1, spec.spares + 1)
    )
    for user in (*spec.users, *spares):
        username = user.username or user.address.partition("@")[0]
        password = ""
        entry = known.get(user.address)
        if entry is None:
            password = user.password or made_up_password()
            entry = await directory.create_user(
                user.address,
                display_name=user.display_name,
                username=username,
                hidden=user.hidden,
                attributes=user.attributes,
                quota_bytes=user.quota_bytes,
            )
            await services.credentials.set_password(entry.id, password)
        await _add_aliases(entry, user.aliases, services)
        accounts.append(ProvisionedAccount(user.role, user.address, username, password))
    for resource in spec.resources:
        username = resource.address.partition("@")[0]
        password = ""
        if resource.address not in known:
            password = resource.password or made_up_password()
            entry = await directory.create_resource(
                resource.address, kind=resource.kind, display_name=resource.display_name, username=username
            )
            await services.credentials.set_password(entry.id, password)
        accounts.append(ProvisionedAccount(resource.role, resource.address, username, password))
    await _apply_groups(spec, services, known)
    return accounts


async def _apply_groups(spec: OrganisationSpec, services: Services, known: dict[str, DirectoryEntry]) -> None:
    """Groups first, members after: a group may hold a group that the file names later."""
    directory = services.directory
    for group in spec.groups:
        entry = known.get(group.address)
        if entry is None:
            entry = await directory.create_group(group.address, display_name=group.display_name, hidden=group.hidden)
        await _add_aliases(entry, group.aliases, services)
    entries = {entry.address: entry for entry in await directory.entries()}
    for group in spec.groups:
        owner = entries[group.address]
        if owner.kind is not PrincipalKind.GROUP:
            raise ConfigError(f"{group.address} is a {owner.kind}, not a group")
        members = set(await directory.members(owner.id))
        for address in group.members:
            if address not in entries:
                raise ConfigError(f"group {group.address}: no such member: {address}")
            if entries[address].id not in members:
                await directory.add_member(owner.id, entries[address].id)


async def _add_aliases(entry: DirectoryEntry, aliases: tuple[str, ...], services: Services) -> None:
    for alias in aliases:
        if alias not in entry.aliases:
            await services.directory.add_alias(entry.id, alias)

"""Who has an account on a peer: the part of the tests' made-up company that a plain mail server can play.

Resources, the hidden user and the login with a plus sign are left out: they need more than a mail store.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

SPARES = 4
_ROLES = ("alice", "bob", "carol", "dan", "grace")


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    address: str
    password: str
    role: str = ""
    """Empty: a spare."""
    aliases: tuple[str, ...] = ()
    quota_bytes: int = 0
    """0: no limit of its own."""


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody."""

    domains: tuple[str, ...]
    people: tuple[Person, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """Address and members, who are people or groups."""

    def aliases(self) -> dict[str, str]:
        """Address -> the addresses it stands for, comma-separated: aliases of people, groups, and postmaster."""
        of_people = {alias: person.address for person in self.people for alias in person.aliases}
        operators = {f"postmaster@{domain}": self.people[0].address for domain in self.domains}
        return operators | of_people | {address: ",".join(members) for address, members in self.groups}

    def senders(self) -> dict[str, str]:
        """Address -> the sign-in that may send from it: the suites expect that an alias only receives."""
        return {person.address: person.address for person in self.people}


def made_up_company() -> Company:
    """The people of `mailproof_fixtures/world.toml`, with fresh passwords."""
    world = tomllib.loads((files("mailproof_fixtures") / "world.toml").read_text(encoding="utf-8"))
    people = [
        Person(
            address=user["address"],
            password=_password(),
            role=user["role"],
            aliases=tuple(user.get("aliases", ())),
            quota_bytes=user.get("quota_bytes", 0),
        )
        for user in world["users"]
        if user["role"] in _ROLES
    ]
    domains = tuple(world["domains"])
    people += [Person(f"spare{number}@{domains[0]}", _password()) for number in range(1, SPARES + 1)]
    known = {person.address for person in people}
    groups: list[tuple[str, tuple[str, ...]]] = []
    for group in world["groups"]:
        members = tuple(member for member in group["members"] if member in known)
        known.add(group["address"])
        groups += [(address, members) for address in (group["address"], *group.get("aliases", ()))]
    return Company(domains, tuple(people), tuple(groups))


def profile(name: str, software: str, ca_file: Path, ports: dict[str, int], company: Company) -> str:
    """A target profile (docs/targets.md).

    Args:
        name: of the target.
        software: what it is, with versions.
        ca_file: PEM.
        ports: endpoint ("imaps", "smtps") -> port on localhost.
        company: the accounts.
    """
    quoted = json.dumps  # JSON's string escapes are TOML's
    lines = ["profile = 1", f"name = {quoted(name)}", f"software = {quoted(software)}"]
    lines += ["", "[tls]", f"ca_file = {quoted(str(ca_file))}"]
    for endpoint, port in ports.items():
        lines += ["", f"[{endpoint}]", 'host = "localhost"', f"port = {port}"]
        lines += ["implicit_tls = true"] if endpoint == "sieve" else []
    for person in company.people:
        lines += ["", "[[accounts]]", *([f"role = {quoted(person.role)}"] if person.role else [])]
        lines += [f"address = {quoted(person.address)}", f"username = {quoted(person.address.partition('@')[0])}"]
        lines += [f"password = {quoted(person.password)}"]
    return "\n".join(lines) + "\n"


def _password() -> str:
    return f"Peer-{secrets.token_hex(8)}-1"

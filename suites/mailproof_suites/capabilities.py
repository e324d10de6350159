"""What a target advertises, and what a case needs of it (ARCHITECTURE §4, "A case", 3).

    @needs("imap:MOVE")                capability, before or after signing in; "X|Y" is satisfied by either
    @needs("smtp:CHUNKING")            keyword of EHLO
    @needs("endpoint:smtps")           imaps, smtps, autodiscover, ews, activesync, web
    @needs("role:bob")                 an account with this role
    @needs("exclusive:bob")            the same, with nobody else using it meanwhile
    @needs("control:rules")            what no protocol can do: a noun of the target's control program, or noun.verb

A need that the target does not meet skips the case with the reason. A capability that the profile claims and the
target does not advertise fails it: advertising is what clients go by.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from mailproof_suites.clients.errors import ClientError, TlsRefused, UnexpectedReply, Unreachable
from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.clients.smtp import SmtpClient
from mailproof_suites.expect import Violation
from mailproof_suites.reporting.files import write_atomically
from mailproof_suites.targets import Account, ConfigError, Target
from mailproof_suites.targets.profile import ENDPOINTS

SELF = "self"
"""In `exclusive:self`: the case's own account, which is exclusive anyway."""
OTHER = "other"
"""In `role:other`: any account but the case's own."""
KINDS = ("imap", "smtp", "endpoint", "role", "exclusive", "control")
_NEED = re.compile(r"(?P<kind>[a-z]+):(?P<name>[A-Za-z0-9=+_/.|-]+)")

REV2_IMPLIES = frozenset(
    {"NAMESPACE", "UNSELECT", "UIDPLUS", "ESEARCH", "SEARCHRES", "ENABLE", "IDLE", "SASL-IR", "LIST-EXTENDED"}
    | {"LIST-STATUS", "MOVE", "LITERAL-", "BINARY", "SPECIAL-USE", "STATUS=SIZE"}
)
"""RFC 9051 Appendix E: extensions that became part of the base protocol and need not be advertised beside it."""


class Need(msgspec.Struct, frozen=True):
    """One parsed need; `names` are alternatives."""

    kind: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}:{'|'.join(self.names)}"


def needs(*texts: str) -> pytest.MarkDecorator:
    """Mark a case with what the target must have: `@needs("imap:MOVE", "role:bob")`."""
    return pytest.mark.needs(*texts)


def needs_of(item: pytest.Item) -> list[Need]:
    """Every need of a case, from its own marks and those of its class and file.

    Raises ValueError for one that does not read like a need.
    """
    return [parse_need(text) for mark in item.iter_markers("needs") for text in mark.args]


def parse_need(text: str) -> Need:
    """`imap:MOVE` as a Need. Raises ValueError, saying what a need looks like."""
    form = _NEED.fullmatch(text)
    if form is None or form["kind"] not in KINDS:
        raise ValueError(f"need {text!r} is none of {', '.join(f'{kind}:…' for kind in KINDS)}")
    names = tuple(form["name"].split("|"))
    if form["kind"] == "endpoint" and (unknown := set(names) - set(ENDPOINTS)):
        raise ValueError(f"need {text!r}: no endpoint is called {min(unknown)}; there are {', '.join(ENDPOINTS)}")
    return Need(form["kind"], names)


class Capabilities(msgspec.Struct, kw_only=True):
    """What a target told when it was asked at the start of a run."""

    imap_before: list[str] = []
    """CAPABILITY before signing in, capitals."""
    imap: list[str] = []
    """CAPABILITY after signing in, capitals."""
    imap_greeting: str = ""
    smtp: list[str] = []
    """Lines of the EHLO reply without the first, capitals: `SIZE 35882577`."""
    smtp_greeting: str = ""
    prefix: str = ""
    """What names of personal folders begin with: "" or, on some servers, `INBOX.`."""
    delimiter: str = "/"
    """Hierarchy delimiter; empty where the server has no hierarchy."""

    control: list[str] = []
    """What the control program can do: `user`, `user.add`, …"""
    trouble: list[str] = []
    """Endpoints that answered, but not so that they could be asked; what they said instead."""

    def has(self, kind: str, name: str) -> bool:
        """True when `name` is advertised; `AUTH` stands for any `AUTH=…`, and letter case does not matter."""
        wanted = name.upper()
        if kind == "smtp":
            keywords = [line.split() for line in self.smtp]
            key, _, value = wanted.partition("=")
            return any(words[0] == key and (not value or value in words[1:]) for words in keywords if words)
        advertised = {*self.imap_before, *self.imap}
        if any(found == wanted or found.startswith(f"{wanted}=") for found in advertised):
            return True
        # A server that speaks rev1, too, gives rev2's extensions to whoever enables it, and says so by name.
        only_rev2 = "IMAP4REV2" in advertised and "IMAP4REV1" not in advertised
        return only_rev2 and wanted in REV2_IMPLIES

    def told(self) -> dict[str, str]:
        """For the report's environment table."""
        told = {
            "imap greeting": self.imap_greeting,
            "imap capabilities": " ".join(sorted({*self.imap, *self.imap_before})),
            "smtp greeting": self.smtp_greeting,
            "smtp keywords": ", ".join(self.smtp),
            "control": " ".join(name for name in self.control if "." not in name),
            "trouble": "; ".join(self.trouble),
        }
        return {name: value for name, value in told.items() if value}

    def save(self, path: Path) -> None:
        """Keep them for the other processes of the run."""
        write_atomically(path, msgspec.json.encode(self))

    @classmethod
    def load(cls, path: Path) -> Capabilities:
        """What `save` wrote."""
        return msgspec.json.decode(path.read_bytes(), type=cls)


def check_needs(needed: Iterable[Need], target: Target, capabilities: Capabilities) -> None:
    """Skip the running case, or raise Violation, when a need is not met."""
    for need in needed:
        if need.kind == "endpoint":
            for name in need.names:
                require_endpoint(target, name)
        elif need.kind in ("role", "exclusive"):
            for role in set(need.names) - {SELF, OTHER}:
                if target.account(role) is None:
                    pytest.skip(f"needs an account with role {role}, which the profile lacks")
        elif need.kind == "control":
            if target.control is None:
                pytest.skip(f"needs control over the target ({need.names[0]}), and the profile has no [control]")
            if not set(need.names) & set(capabilities.control):
                pytest.skip(f"the target's control program offers no {' or '.join(need.names)}")
        else:
            _check_advertised(need, target, capabilities)


def require_endpoint(target: Target, name: str) -> None:
    """Skip the running case when the profile has no such endpoint."""
    if target.endpoint(name) is None:
        pytest.skip(f"endpoint {name} is absent from the profile")


def _check_advertised(need: Need, target: Target, capabilities: Capabilities) -> None:
    require_endpoint(target, {"imap": "imaps", "smtp": "smtps"}[need.kind])
    if any(capabilities.has(need.kind, name) for name in need.names):
        return
    claims = target.claims.imap if need.kind == "imap" else target.claims.smtp
    claimed = {claim.upper() for claim in claims}
    for name in need.names:
        if name.upper() in claimed:
            seen = sorted({*capabilities.imap, *capabilities.imap_before} if need.kind == "imap" else capabilities.smtp)
            raise Violation(
                f"{name} is claimed by the profile and not advertised",
                expected=f"{name} among the {need.kind.upper()} capabilities",
                actual=" ".join(seen) if need.kind == "imap" else ", ".join(seen),
            )
    pytest.skip(f"{need.kind.upper()} capability {' or '.join(need.names)} is not advertised")


def sign_in(client: ImapClient, account: Account) -> None:
    """Sign in the way that the server offers: LOGIN, or AUTHENTICATE PLAIN where LOGIN is disabled.

    Raises UnexpectedReply when it refuses.
    """
    if "LOGINDISABLED" in client.capabilities:
        client.authenticate_plain(account.address, account.password, initial="SASL-IR" in client.capabilities)
    else:
        client.login(account.address, account.password)


def submit_as(client: SmtpClient, account: Account) -> None:
    """Greet and sign in with the mechanism that the server offers, PLAIN first.

    Raises UnexpectedReply when it refuses.
    """
    mechanisms = client.ehlo().get("AUTH", "").upper().split()
    if "LOGIN" in mechanisms and "PLAIN" not in mechanisms:
        client.auth_login(account.address, account.password).require(235)
    else:
        client.auth_plain(account.address, account.password).require(235)


def open_imap(target: Target) -> ImapClient:
    """A connection for asking, outside of any case: nobody watches it."""
    assert target.imaps is not None
    host, port = target.imaps.host, target.imaps.port
    return ImapClient(host, port, ca_file=target.ca_path, timeout_s=target.timeout_s, name="probe")


def probe(target: Target, endpoints: Iterable[str]) -> Capabilities:
    """Ask each of these endpoints (`imaps`, `smtps`) what it can.

    A server that answers nonsense is asked no further, and the cases will say what is wrong with it.

    Raises Unreachable, TlsRefused; ConfigError when the target refuses the first account's password.
    """
    told = Capabilities()
    for name, ask in (("imaps", _ask_imap), ("smtps", _ask_smtp)):
        if name not in endpoints:
            continue
        try:
            ask(target, told)
        except Unreachable:
            raise
        except TlsRefused as problem:
            raise TlsRefused(f"{name} {target.endpoint(name)}: {problem.reason}") from problem
        except ClientError as problem:
            told.trouble.append(f"{name}: {problem}")
    return told


def _ask_imap(target: Target, told: Capabilities) -> None:
    account = target.primaries()[0]
    with open_imap(target) as client:
        told.imap_greeting = client.greeting.raw.decode("utf-8", "replace").strip()
        told.imap_before = sorted(client.refresh_capabilities())
        told.imap = told.imap_before
        try:
            sign_in(client, account)
        except UnexpectedReply as problem:
            refuse_account(target, account, problem)
        told.imap = sorted(client.refresh_capabilities())
        told.prefix, told.delimiter = personal_namespace(client)


def _ask_smtp(target: Target, told: Capabilities) -> None:
    assert target.smtps is not None
    host, port = target.smtps.host, target.smtps.port
    with SmtpClient(host, port, ca_file=target.ca_path, timeout_s=target.timeout_s, name="probe") as client:
        told.smtp_greeting = client.greeting.line
        told.smtp = [f"{keyword} {params}".strip().upper() for keyword, params in client.ehlo().items()]


def refuse_account(target: Target, account: Account, problem: UnexpectedReply) -> NoReturn:
    """The target does not let an account of the profile in: the profile's mistake, as far as we can tell."""
    raise ConfigError(
        f"{target.name} does not let {account} sign in ({problem.actual}): is the password in the profile right?"
    ) from problem


def personal_namespace(client: ImapClient) -> tuple[str, str]:
    """Prefix and hierarchy delimiter of the account's own folders (RFC 2342; RFC 9051 section 6.3.9 for LIST "")."""
    if "NAMESPACE" in client.capabilities:
        personal = client.namespace().personal
        if personal:
            delimiter = personal[0].delimiter or b""
            return personal[0].prefix.decode("utf-8", "replace"), delimiter.decode()
    roots = client.list_mailboxes("", "")
    return "", ((roots[0].delimiter if roots else None) or b"").decode()


def answers(target: Target, endpoints: Iterable[str]) -> str:
    """Which of these endpoints does not take a TCP connection any more, as a text; empty when all do."""
    for name in sorted(endpoints):
        endpoint = target.imaps if name == "imaps" else target.smtps
        if endpoint is None:
            continue
        try:
            socket.create_connection((endpoint.host, endpoint.port), timeout=target.timeout_s).close()
        except OSError as problem:
            return f"{name} {endpoint}: {problem.strerror or problem}"
    return ""

"""Domains, users, groups and resources, with their aliases and what the address book says of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from mailproof_server.app.organisation.applying import Change, ProvisionedAccount, Run, Step
from mailproof_server.app.organisation.spec import EntrySpec, GroupSpec, ResourceSpec, UserSpec, made_up_password
from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import Refusal
from mailproof_server.services.passwords import check_policy

Make = Callable[[], Awaitable[DirectoryEntry]]
KINDS = {UserSpec: PrincipalKind.USER, ResourceSpec: PrincipalKind.RESOURCE, GroupSpec: PrincipalKind.GROUP}
_COMPARED = ("display_name", "hidden", "enabled")


async def _check(run: Run) -> None:
    domains = run.domains | {each.lower() for each in run.spec.domains}
    for where, spec in run.spec.entries():
        known, kind = run.find(spec.address), KINDS[type(spec)]
        if known is not None and not run.update:
            continue
        if known is not None and known.kind is not kind:
            raise run.wrong(where, f"{spec.address} is a {known.kind}, not a {kind}")
        for address in (spec.address, *spec.aliases):
            if address.rpartition("@")[2].lower() not in domains:
                raise run.wrong(where, f"{address}: its domain does not stand in domains")
            holder = run.find(address)
            if holder is not None and holder != known:
                raise run.wrong(where, f"{address} belongs to {holder.address}")
        try:
            if not isinstance(spec, GroupSpec) and spec.password:
                check_policy(spec.password)
        except Refusal as refusal:
            raise run.wrong(f"{where}.password", refusal) from refusal


async def _carry_out(run: Run) -> None:
    for domain in run.spec.domains:
        if domain.lower() not in run.domains:
            await _make_domain(run, domain)
    for where, spec in run.spec.entries():
        is_new, kind = run.find(spec.address) is None, KINDS[type(spec)]
        if not isinstance(spec, GroupSpec):
            password = spec.password or made_up_password() if is_new else ""
            username = spec.username or spec.address.partition("@")[0]
            run.outcome.accounts.append(ProvisionedAccount(spec.role, spec.address, username, password))
        if not is_new:
            await _change(run, where, spec)
        elif isinstance(spec, GroupSpec):
            await _make(run, where, Change(f"{kind} {spec.address}: made", spec.address), spec, _group(run, spec))
        else:
            told = Change(f"{kind} {spec.address}: made", spec.address, password)
            await _make(run, where, told, spec, _account(run, spec, username, password))


async def _make_domain(run: Run, domain: str) -> None:
    await run.do("domains", f"domain {domain}: made", lambda: run.services.directory.create_domain(domain))


def _group(run: Run, spec: GroupSpec) -> Make:
    async def make() -> DirectoryEntry:
        return await run.services.directory.create_group(
            spec.address, display_name=spec.display_name or "", hidden=bool(spec.hidden)
        )

    return make


def _account(run: Run, spec: UserSpec | ResourceSpec, username: str, password: str) -> Make:
    directory = run.services.directory
    facts: dict[str, Any] = {
        "display_name": spec.display_name or "",
        "username": username,
        "hidden": bool(spec.hidden),
        "attributes": spec.attributes,
        "quota_bytes": spec.quota_bytes,
    }

    async def make() -> DirectoryEntry:
        if isinstance(spec, ResourceSpec):
            entry = await directory.create_resource(spec.address, kind=spec.kind, **facts)
        else:
            entry = await directory.create_user(spec.address, **facts)
        await run.services.credentials.set_password(entry.id, password)
        return entry

    return make


async def _make(run: Run, where: str, told: Change, spec: EntrySpec, make: Make) -> None:
    directory = run.services.directory

    async def whole() -> None:
        entry = await make()
        for alias in spec.aliases:
            await directory.add_alias(entry.id, alias)
        if spec.enabled is False:
            await directory.update(entry.id, enabled=False)
        run.learn([await directory.entry(entry.id)])

    run.note_made(spec.address)
    await run.do(where, told, whole)


async def _change(run: Run, where: str, spec: EntrySpec) -> None:
    """What the file says otherwise of an entry that is there."""
    if not run.update:
        return
    directory, entry = run.services.directory, run.get(spec.address)
    who = f"{entry.kind} {entry.address}"
    facts: dict[str, Any] = {
        name: getattr(spec, name) for name in _COMPARED if getattr(spec, name) not in (None, getattr(entry, name))
    }
    given = {} if isinstance(spec, GroupSpec) else spec.attributes
    attributes = {name: value for name, value in given.items() if entry.attributes.get(name, "") != value}
    if facts or attributes:
        names = ", ".join([*facts, *attributes])
        await run.do(
            where, f"{who}: {names} changed", lambda: directory.update(entry.id, attributes=attributes, **facts)
        )
    for alias in spec.aliases:
        if alias.lower() not in (entry.address, *entry.aliases):
            await _add_alias(run, where, entry, alias)
    quota_bytes = None if isinstance(spec, GroupSpec) else spec.quota_bytes
    if quota_bytes is not None:
        account_id = run.account(spec.address)
        account = await run.services.store.read(lambda view: view.account(account_id))
        if account.quota_bytes != quota_bytes:
            await run.do(
                where,
                f"{who}: quota {quota_bytes} bytes",
                lambda: run.services.quota.set_limit(None, account_id, quota_bytes),
            )


async def _add_alias(run: Run, where: str, entry: DirectoryEntry, alias: str) -> None:
    async def add() -> None:
        await run.services.directory.add_alias(entry.id, alias)
        run.learn([await run.services.directory.entry(entry.id)])

    await run.do(where, f"{entry.kind} {entry.address}: alias {alias}", add)


STEP = Step(10, _carry_out, _check)

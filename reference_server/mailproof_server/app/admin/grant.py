"""`mailproof admin grant`: full access, send as, send on behalf (FEATURES OPER-01, section 8)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.permission import AccountPermission
from mailproof_server.services.bundle import Services

PERMISSION = click.Choice([each.value.replace("_", "-") for each in AccountPermission])


@click.group("grant", cls=Noun)
def grant() -> None:
    """What others may do with an account or a group: full-access, send-as, send-on-behalf."""


@grant.command("add")
@click.argument("owner")
@click.argument("grantee")
@click.argument("permission", type=PERMISSION)
@click.pass_obj
def add(operator: Operator, owner: str, grantee: str, permission: str) -> None:
    """Grant PERMISSION on OWNER to GRANTEE, a user; or a group, which may be OWNER as well, but only to send."""

    async def work(services: Services) -> None:
        account, other = await _pair(services, owner, grantee)
        await services.delegation.grant_on(account.id, other.id, _permission(permission))

    operator.run(work)
    operator.done(f"{grantee} has {permission} of {owner}", owner=owner, grantee=grantee, permission=permission)


@grant.command("remove")
@click.argument("owner")
@click.argument("grantee")
@click.argument("permission", type=PERMISSION)
@click.pass_obj
def remove(operator: Operator, owner: str, grantee: str, permission: str) -> None:
    """Take a grant back; it no longer holds for the next command on any open connection."""

    async def work(services: Services) -> None:
        account, other = await _pair(services, owner, grantee)
        await services.delegation.revoke_on(account.id, other.id, _permission(permission))

    operator.run(work)
    operator.done(f"{grantee} has no {permission} of {owner}", owner=owner, grantee=grantee, permission=permission)


@grant.command("list")
@click.argument("owner")
@click.pass_obj
def show_all(operator: Operator, owner: str) -> None:
    """Grants on OWNER."""

    async def work(services: Services) -> list[dict[str, object]]:
        entry = await services.directory.entry_by_address(owner)
        return [
            {"grantee": grantee.address, "permission": permission.value.replace("_", "-")}
            for grantee, permission in await services.delegation.grants_on(entry.id)
        ]

    operator.show(operator.run(work), "{grantee}  {permission}")


async def _pair(services: Services, owner: str, grantee: str) -> tuple[DirectoryEntry, DirectoryEntry]:
    return await services.directory.entry_by_address(owner), await services.directory.entry_by_address(grantee)


def _permission(text: str) -> AccountPermission:
    return AccountPermission(text.replace("-", "_"))

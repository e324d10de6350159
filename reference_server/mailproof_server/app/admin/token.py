"""`mailproof admin token`: personal access tokens of a user (FEATURES AUTH-05)."""

from datetime import timedelta

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.services.bundle import Services
from mailproof_server.services.credentials import DEFAULT_TOKEN_LIFETIME, MAX_TOKEN_DAYS


@click.group("token", cls=Noun)
def token() -> None:
    """Personal access tokens, with which protocols sign in instead of the password."""


@token.command("add")
@click.argument("address")
@click.argument("name")
@click.option(
    "--days",
    type=click.IntRange(1, MAX_TOKEN_DAYS),
    default=DEFAULT_TOKEN_LIFETIME.days,
    show_default=True,
    help="How long it is accepted.",
)
@click.pass_obj
def add(operator: Operator, address: str, name: str, days: int) -> None:
    """Make a token called NAME; it is shown now and never again."""

    async def work(services: Services) -> str:
        entry = await services.directory.entry_by_address(address)
        return await services.credentials.add_token(entry.id, name, timedelta(days=days))

    value = operator.run(work)
    operator.done(f"{value}\nis shown this once", address=address, name=name, token=value, days=days)


@token.command("list")
@click.argument("address")
@click.pass_obj
def show_all(operator: Operator, address: str) -> None:
    """Names, when made, until when accepted, when last used (to the minute)."""

    async def work(services: Services) -> list[dict[str, object]]:
        entry = await services.directory.entry_by_address(address)
        now = services.clock.now()
        return [
            {
                "name": each.name,
                "created": each.created_at,
                "expires": each.expires_at,
                "last_used": each.last_used_at,
                "state": "active" if each.expires_at is None or each.expires_at > now else "expired",
            }
            for each in await services.credentials.tokens(entry.id)
        ]

    operator.show(operator.run(work), "{name}  {state}  made {created}  expires {expires}  last used {last_used}")


@token.command("revoke")
@click.argument("address")
@click.argument("name")
@click.pass_obj
def revoke(operator: Operator, address: str, name: str) -> None:
    """Take a token away; open sessions of the user end."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.credentials.revoke_token(entry.id, name)

    operator.run(work)
    operator.done(f"{name} of {address} is revoked", address=address, name=name)


@token.command("expire")
@click.argument("address")
@click.argument("name")
@click.pass_obj
def expire(operator: Operator, address: str, name: str) -> None:
    """Let a token have expired now; it stays in the list, and open sessions of the user end."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.credentials.expire_token(entry.id, name)

    operator.run(work)
    operator.done(f"{name} of {address} has expired", address=address, name=name)

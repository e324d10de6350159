"""`mailproof admin quota`: how much an account may hold (FEATURES OPER-01, MAIL-18)."""

import click

from mailproof_server.app.admin._entries import MIB
from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.model.account import Account
from mailproof_server.services.bundle import Services


@click.group("quota", cls=Noun)
def quota() -> None:
    """How much accounts may hold, and do hold."""


@quota.command("set")
@click.argument("address")
@click.option("--mb", "megabytes", type=click.IntRange(1, 51_200), help="In MiB, as WorkMail allows.")
@click.option("--bytes", "octets", type=click.IntRange(1), help="To the octet.")
@click.pass_obj
def set_quota(operator: Operator, address: str, megabytes: int | None, octets: int | None) -> None:
    """Set a quota; what an account holds beyond it stays, and nothing more comes in."""
    if (megabytes is None) == (octets is None):
        raise click.UsageError("give either --mb or --bytes")
    size_bytes = octets if octets is not None else (megabytes or 0) * MIB

    async def work(services: Services) -> None:
        account = account_of(await services.directory.entry_by_address(address))
        await services.quota.set_limit(None, account, size_bytes)

    operator.run(work)
    operator.done(f"{address} may keep {size_bytes} bytes", address=address, quota_bytes=size_bytes)


@quota.command("show")
@click.argument("address")
@click.pass_obj
def show(operator: Operator, address: str) -> None:
    """What an account may hold, and holds."""

    async def work(services: Services) -> Account:
        account_id = account_of(await services.directory.entry_by_address(address))
        return await services.store.read(lambda view: view.account(account_id))

    account = operator.run(work)
    operator.show_one(
        {
            "address": address,
            "quota_bytes": account.quota_bytes,
            "used_bytes": account.used_bytes,
            "items": account.item_count,
        }
    )

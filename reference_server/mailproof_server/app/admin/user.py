"""`mailproof admin user`: people with an account of their own (FEATURES OPER-01, AUTH-04)."""

import click

from mailproof_server.app import organisation
from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.services.bundle import Services
from mailproof_server.services.passwords import check_policy


@click.group("user", cls=Noun)
def user() -> None:
    """People with a mailbox."""


@user.command("add")
@click.argument("address")
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--username", default="", help="Web sign-in name.  [default: the part before the @]")
@click.option("--quota-mb", type=click.IntRange(1, 51_200), help="Mailbox quota in MiB.  [default: 51200]")
@click.option("--hidden", is_flag=True, help="Not shown in the address book.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@click.pass_obj
def add(
    operator: Operator,
    address: str,
    display_name: str,
    username: str,
    quota_mb: int | None,
    hidden: bool,
    password_stdin: bool,
) -> None:
    """Create a user with a mailbox and a password."""
    password = operator.given_secret() if password_stdin else organisation.made_up_password()

    async def work(services: Services) -> None:
        check_policy(password)  # before anything is made
        entry = await services.directory.create_user(
            address,
            display_name=display_name,
            username=username,
            hidden=hidden,
            quota_bytes=None if quota_mb is None else quota_mb * 1024 * 1024,
        )
        await services.credentials.set_password(entry.id, password)

    operator.run(work)
    if password_stdin:
        operator.done(f"{address} is there", address=address)
    else:
        operator.done(f"{address} is there, password {password}", address=address, password=password)


@user.command("password")
@click.argument("address")
@click.option("--password-stdin", is_flag=True, help="Read it from standard input; else one is made up.")
@click.pass_obj
def password(operator: Operator, address: str, password_stdin: bool) -> None:
    """Reset a password; open sessions end."""
    secret = operator.given_secret() if password_stdin else organisation.made_up_password()

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.credentials.set_password(entry.id, secret)

    operator.run(work)
    if password_stdin:
        operator.done(f"password of {address} is reset", address=address)
    else:
        operator.done(f"password of {address} is now {secret}", address=address, password=secret)


@user.command("quota")
@click.argument("address")
@click.argument("megabytes", type=click.IntRange(1, 51_200))
@click.pass_obj
def quota(operator: Operator, address: str, megabytes: int) -> None:
    """Set the mailbox quota in MiB."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.quota.set_limit(None, account_of(entry), megabytes * 1024 * 1024)

    operator.run(work)
    operator.done(f"{address} may keep {megabytes} MiB", address=address, quota_mb=megabytes)


def _switch(name: str, enabled: bool, text: str) -> None:
    @user.command(name, help=f"{text} a user's sign-in; mail still arrives.")
    @click.argument("address")
    @click.pass_obj
    def switch(operator: Operator, address: str) -> None:
        async def work(services: Services) -> None:
            entry = await services.directory.entry_by_address(address)
            await services.directory.update(entry.id, enabled=enabled)

        operator.run(work)
        operator.done(f"{address}: {name}d", address=address, enabled=enabled)


_switch("enable", True, "Allow")
_switch("disable", False, "Stop")


@user.command("list")
@click.pass_obj
def show_all(operator: Operator) -> None:
    """Users by address."""
    entries = operator.run(lambda services: services.directory.entries(PrincipalKind.USER))
    operator.show([_row(entry) for entry in entries], "{address}  {display_name}  {state}")


def _row(entry: DirectoryEntry) -> dict[str, object]:
    return {
        "address": entry.address,
        "display_name": entry.display_name,
        "username": entry.username,
        "aliases": list(entry.aliases),
        "hidden": entry.hidden,
        "state": "enabled" if entry.enabled else "disabled",
    }

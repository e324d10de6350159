"""`mailproof admin user`: people with an account of their own (FEATURES OPER-01, AUTH-04)."""

import click

from mailproof_server.app.admin._entries import (
    MIB,
    add_common_verbs,
    attribute_options,
    given_attributes,
)
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.app.organisation.spec import made_up_password
from mailproof_server.model.account import PrincipalKind
from mailproof_server.services.bundle import Services
from mailproof_server.services.passwords import check_policy


@click.group("user", cls=Noun)
def user() -> None:
    """People with folders, mail and a sign-in."""


@user.command("add")
@click.argument("address")
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--username", default="", help="Web sign-in name.  [default: the part before the @]")
@click.option("--quota-mb", type=click.IntRange(1, 51_200), help="Quota in MiB.  [default: 51200]")
@click.option("--hidden", is_flag=True, help="Not shown in the address book.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made up.")
@attribute_options
@click.pass_obj
def add(
    operator: Operator,
    /,
    address: str,
    display_name: str,
    username: str,
    quota_mb: int | None,
    hidden: bool,
    password_stdin: bool,
    **attributes: str | None,
) -> None:
    """Create a user with folders and a password."""
    password = operator.given_secret() if password_stdin else made_up_password()

    async def work(services: Services) -> None:
        check_policy(password)  # before anything is made
        entry = await services.directory.create_user(
            address,
            display_name=display_name,
            username=username,
            hidden=hidden,
            attributes=given_attributes(attributes),
            quota_bytes=None if quota_mb is None else quota_mb * MIB,
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
    secret = operator.given_secret() if password_stdin else made_up_password()

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.credentials.set_password(entry.id, secret)

    operator.run(work)
    if password_stdin:
        operator.done(f"password of {address} is reset", address=address)
    else:
        operator.done(f"password of {address} is now {secret}", address=address, password=secret)


add_common_verbs(user, PrincipalKind.USER)

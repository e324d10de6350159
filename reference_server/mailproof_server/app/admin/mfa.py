"""`mailproof admin mfa`: sign-in with a second factor, for which protocols take tokens (FEATURES AUTH-05, AUTH-06)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.ids import PrincipalId
from mailproof_server.services.bundle import Services


@click.group("mfa", cls=Noun)
def mfa() -> None:
    """Sign-in with a second factor: with it on, passwords are for the web alone, and protocols take tokens."""


@mfa.command("set")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--user", "address", metavar="ADDRESS", help="Of one user instead of everybody.")
@click.pass_obj
def set_mfa(operator: Operator, state: str, address: str | None) -> None:
    """Turn it on or off; turning it on ends the open sessions of those concerned."""

    async def work(services: Services) -> None:
        await services.credentials.set_second_factor(await _of(services, address), on=state == "on")

    operator.run(work)
    operator.done(f"second factor of {address or 'everybody'}: {state}", user=address, second_factor=state)


@mfa.command("show")
@click.option("--user", "address", metavar="ADDRESS", help="Of one user, by the user's own setting or everybody's.")
@click.pass_obj
def show(operator: Operator, address: str | None) -> None:
    """Whether it is on."""

    async def work(services: Services) -> bool:
        return await services.credentials.has_second_factor(await _of(services, address))

    state = "on" if operator.run(work) else "off"
    operator.done(state, user=address, second_factor=state)


async def _of(services: Services, address: str | None) -> PrincipalId | None:
    return None if address is None else (await services.directory.entry_by_address(address)).id

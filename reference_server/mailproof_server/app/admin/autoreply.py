"""`mailproof admin auto-reply`: what a user's account answers by itself (FEATURES RULE-10)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.services.autoreply import AUDIENCES, STATES, ReplySettings, settings_from_json
from mailproof_server.services.bundle import Services


@click.group("auto-reply", cls=Noun)
def auto_reply() -> None:
    """Automatic replies: once per sender while they are on."""


@auto_reply.command("show")
@click.argument("address")
@click.pass_obj
def show(operator: Operator, address: str) -> None:
    """The settings, and whether it answers now."""

    async def work(services: Services) -> tuple[ReplySettings, bool]:
        account_id = account_of(await services.directory.entry_by_address(address))
        settings = await services.auto_reply.settings(None, account_id)
        return settings, await services.auto_reply.is_on(None, account_id)

    settings, is_on = operator.run(work)
    operator.show_one({"address": address, "on": is_on, **settings.as_json()})


@auto_reply.command("set")
@click.argument("address")
@click.argument("state", type=click.Choice(STATES))
@click.option("--text", "internal_reply", help="What colleagues get, and others as well without --external-text.")
@click.option("--external-text", "external_reply", help="What others get; an empty text: nothing.")
@click.option("--audience", "external_audience", type=click.Choice(AUDIENCES), help="Who outside is answered.")
@click.option("--start", help="Of a schedule, like 2026-03-02T09:30:00Z.")
@click.option("--end", help="The first moment at which it no longer answers.")
@click.pass_obj
def change(operator: Operator, /, address: str, state: str, **given: str | None) -> None:
    """Turn it on, off or to a schedule; what is not given stays as it is."""
    said = {key: value for key, value in given.items() if value is not None}

    async def work(services: Services) -> ReplySettings:
        account_id = account_of(await services.directory.entry_by_address(address))
        kept = (await services.auto_reply.settings(None, account_id)).as_json()
        if "internal_reply" in said and not kept["external_reply"]:
            kept["external_reply"] = said["internal_reply"]
        settings = settings_from_json(kept | {"state": state} | said)
        await services.auto_reply.set(None, account_id, settings)
        return settings

    settings = operator.run(work)
    operator.done(f"{address}: {state}", address=address, **settings.as_json())

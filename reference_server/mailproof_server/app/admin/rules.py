"""`mailproof admin rules`: what the server does with a user's new mail (FEATURES RULE-01 to RULE-09)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from mailproof_server.app.admin.operator import Noun, Operator, Refused, account_of
from mailproof_server.services.bundle import Services
from mailproof_server.services.rules.rule import Rule
from mailproof_server.services.rules.service import Put


@click.group("rules", cls=Noun)
def rules() -> None:
    """Rules of a user, in the order in which they run. RULE is a name or an id."""


@rules.command("list")
@click.argument("address")
@click.pass_obj
def show_all(operator: Operator, address: str) -> None:
    """Every rule, with what kept it from being carried out."""

    async def work(services: Services) -> list[Rule]:
        account_id = account_of(await services.directory.entry_by_address(address))
        return await services.rules.list(None, account_id)

    rows = [row(each) for each in operator.run(work)]
    operator.show(rows, "{priority:>4}  {state:<3}  {name}  {trouble}")


@rules.command("put")
@click.argument("address")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.pass_obj
def put(operator: Operator, address: str, file: Path) -> None:
    """Make or replace, by their names, the rules of FILE (JSON or TOML; -: standard input).

    FILE holds one rule, a list of them, or a table with the list `rules`. All are put, or none.
    """
    given = _given(operator.given_document(file))

    async def work(services: Services) -> list[tuple[int, str]]:
        account_id = account_of(await services.directory.entry_by_address(address))
        changed = await services.rules.change(None, account_id, [Put(each) for each in given])
        return [(place, refusal.text) for place, refusal in changed.flaws]

    flaws = operator.run(work)
    if flaws:
        raise Refused("; ".join(f"{given[place].get('name') or f'rule {place + 1}'}: {text}" for place, text in flaws))
    names = [str(each["name"]).strip() for each in given]
    operator.done(f"{address} has {', '.join(names)}", address=address, rules=names)


@rules.command("remove")
@click.argument("address")
@click.argument("rule")
@click.pass_obj
def remove(operator: Operator, address: str, rule: str) -> None:
    """Remove a rule."""

    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(address))
        await services.rules.remove(None, account_id, rule)

    operator.run(work)
    operator.done(f"{rule} is gone", address=address, rule=rule)


@rules.command("enable")
@click.argument("address")
@click.argument("rule")
@click.pass_obj
def enable(operator: Operator, address: str, rule: str) -> None:
    """Switch a rule on."""
    _switch(operator, address, rule, enabled=True)


@rules.command("disable")
@click.argument("address")
@click.argument("rule")
@click.pass_obj
def disable(operator: Operator, address: str, rule: str) -> None:
    """Switch a rule off; it stays where it is."""
    _switch(operator, address, rule, enabled=False)


@rules.command("order")
@click.argument("address")
@click.argument("order", nargs=-1, required=True, metavar="RULE...")
@click.pass_obj
def reorder(operator: Operator, address: str, order: tuple[str, ...]) -> None:
    """Let rules run in this order; those not named follow."""

    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(address))
        await services.rules.reorder(None, account_id, order)

    operator.run(work)
    operator.done(f"{', '.join(order)}", address=address, rules=list(order))


def row(rule: Rule) -> dict[str, object]:
    """As it is put, and what became of it."""
    return {
        "id": rule.id,
        **rule.as_json(),
        "error": rule.error,
        "state": "on" if rule.enabled else "off",
        "trouble": f"({rule.error})" if rule.error else "",
    }


def _switch(operator: Operator, address: str, rule: str, *, enabled: bool) -> None:
    async def work(services: Services) -> None:
        account_id = account_of(await services.directory.entry_by_address(address))
        await services.rules.enable(None, account_id, rule, enabled)

    operator.run(work)
    operator.done(f"{rule} is {'on' if enabled else 'off'}", address=address, rule=rule, enabled=enabled)


def _given(document: Any) -> list[Mapping[str, Any]]:
    """Raises Refused for what is no rule."""
    if isinstance(document, Mapping) and isinstance(document.get("rules"), list):
        document = document["rules"]
    found = document if isinstance(document, list) else [document]
    if not found or not all(isinstance(each, Mapping) for each in found):
        raise Refused("a rule is an object, and rules are a list of them")
    return found

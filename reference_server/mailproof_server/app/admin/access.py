"""`mailproof admin access`: through which protocols and from where users may come in (access-control rules)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.ids import PrincipalId
from mailproof_server.services.access_rules import (
    AccessRule,
    Action,
    Decision,
    Effect,
    Visit,
    as_facts,
    warnings,
)
from mailproof_server.services.bundle import Services

ACTION = click.Choice([each.value for each in Action], case_sensitive=False)
EFFECT = click.Choice([each.value for each in Effect], case_sensitive=False)


@click.group("access", cls=Noun)
def access() -> None:
    """Access-control rules. All that match count; deny outweighs allow; where none matches, access is denied."""


@access.command("list")
@click.pass_obj
def show_all(operator: Operator) -> None:
    """Every rule, and what had better be known about them."""

    async def work(services: Services) -> list[dict[str, object]]:
        known = await services.access_rules.all()
        told = warnings(known)
        rows: list[dict[str, object]] = []
        for name, rule in known.items():
            facts = as_facts(name, rule)
            for key in ("users", "not_users"):
                if key in facts:
                    facts[key] = [await _address(services, each) for each in facts[key]]
            facts["warnings"] = [each for each in told if each.startswith(f"{name} ")]
            rows.append(facts)
        return rows

    operator.show(operator.run(work), "{name}  {effect}")


@access.command("put")
@click.argument("name")
@click.argument("effect", type=EFFECT)
@click.option("--description", default="")
@click.option("--action", "actions", type=ACTION, multiple=True, help="Only these ways in (repeatable).")
@click.option("--not-action", "not_actions", type=ACTION, multiple=True, help="All but these.")
@click.option("--ip-range", "ip_ranges", multiple=True, metavar="CIDR", help="Only from these IPv4 addresses.")
@click.option("--not-ip-range", "not_ip_ranges", multiple=True, metavar="CIDR", help="From all but these.")
@click.option("--user", "users", multiple=True, metavar="ADDRESS", help="Only these users.")
@click.option("--not-user", "not_users", multiple=True, metavar="ADDRESS", help="All but these.")
@click.option("--impersonation-role", "roles", multiple=True, metavar="ID", help="Only these roles; EWS alone.")
@click.option("--not-impersonation-role", "not_roles", multiple=True, metavar="ID", help="All but these.")
@click.pass_obj
def put(
    operator: Operator,
    name: str,
    effect: str,
    description: str,
    actions: tuple[str, ...],
    not_actions: tuple[str, ...],
    ip_ranges: tuple[str, ...],
    not_ip_ranges: tuple[str, ...],
    users: tuple[str, ...],
    not_users: tuple[str, ...],
    roles: tuple[str, ...],
    not_roles: tuple[str, ...],
) -> None:
    """Add the rule NAME, or replace it. Sessions that the rules no longer let in are ended."""

    async def work(services: Services) -> list[str]:
        rule = AccessRule(
            effect=Effect(effect.upper()),
            description=description,
            actions=_actions(actions),
            not_actions=_actions(not_actions),
            ip_ranges=ip_ranges,
            not_ip_ranges=not_ip_ranges,
            users=await _users(services, users),
            not_users=await _users(services, not_users),
            impersonation_roles=roles,
            not_impersonation_roles=not_roles,
        )
        await services.access_rules.put(name, rule)
        return warnings({name: rule})

    told = operator.run(work)
    operator.done("\n".join([f"rule {name} is set", *told]), name=name, warnings=told)


@access.command("remove")
@click.argument("name")
@click.pass_obj
def remove(operator: Operator, name: str) -> None:
    """Remove a rule; without any rule nobody comes in."""

    async def work(services: Services) -> list[str]:
        await services.access_rules.remove(name)
        return warnings(await services.access_rules.all())

    told = operator.run(work)
    operator.done("\n".join([f"rule {name} is gone", *told]), name=name, warnings=told)


@access.command("test")
@click.argument("action", type=ACTION)
@click.argument("address")
@click.argument("user")
@click.option("--impersonation-role", "role", help="A role that acts over EWS.")
@click.pass_obj
def test(operator: Operator, action: str, address: str, user: str, role: str | None) -> None:
    """What the rules say about USER coming in by ACTION from the IP ADDRESS."""

    async def work(services: Services) -> Decision:
        entry = await services.directory.entry_by_address(user)
        (wanted,) = _actions((action,))
        return await services.access_rules.decision(Visit(wanted, address, entry.id, role))

    decision = operator.run(work)
    operator.show_one({"effect": decision.effect.value, "matched": list(decision.matched)})


def _actions(names: tuple[str, ...]) -> tuple[Action, ...]:
    known = {each.value.lower(): each for each in Action}
    return tuple(known[name.lower()] for name in names)


async def _users(services: Services, addresses: tuple[str, ...]) -> tuple[PrincipalId, ...]:
    return tuple([(await services.directory.entry_by_address(each)).id for each in addresses])


async def _address(services: Services, user: PrincipalId) -> str:
    entry = await services.store.read(lambda view: view.entry(user))
    return f"#{user}" if entry is None else entry.address

"""`mailproof admin devices`: which mobile devices may synchronise (device access rules and overrides)."""

import click
import msgspec

from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.services.access_rules import Decision, Effect
from mailproof_server.services.bundle import Services
from mailproof_server.services.device_rules import DeviceFacts, DeviceRule, as_facts

EFFECT = click.Choice([each.value for each in Effect], case_sensitive=False)


@click.group("devices", cls=Noun)
def devices() -> None:
    """Device access rules, for ActiveSync alone, and overrides for single devices."""


@devices.command("list")
@click.pass_obj
def show_all(operator: Operator) -> None:
    """Every rule."""
    known = operator.run(lambda services: services.device_rules.all())
    operator.show([as_facts(name, rule) for name, rule in known.items()], "{name}  {effect}")


@devices.command("put")
@click.argument("name")
@click.argument("effect", type=EFFECT)
@click.option("--description", default="")
@click.option("--type", "types", multiple=True, help="How the type begins (repeatable); $NONE: there is none.")
@click.option("--not-type", "not_types", multiple=True)
@click.option("--model", "models", multiple=True)
@click.option("--not-model", "not_models", multiple=True)
@click.option("--system", "systems", multiple=True, help="Operating system.")
@click.option("--not-system", "not_systems", multiple=True)
@click.option("--user-agent", "user_agents", multiple=True)
@click.option("--not-user-agent", "not_user_agents", multiple=True)
@click.pass_obj
def put(
    operator: Operator,
    /,
    name: str,
    effect: str,
    description: str,
    **conditions: tuple[str, ...],
) -> None:
    """Add the rule NAME, or replace it. All conditions must hold."""
    facts = {"effect": effect.upper(), "description": description, **conditions}
    rule = msgspec.convert(facts, DeviceRule)
    operator.run(lambda services: services.device_rules.put(name, rule))
    operator.done(f"rule {name} is set", name=name)


@devices.command("remove")
@click.argument("name")
@click.pass_obj
def remove(operator: Operator, name: str) -> None:
    """Remove a rule; without any rule no device synchronises."""
    operator.run(lambda services: services.device_rules.remove(name))
    operator.done(f"rule {name} is gone", name=name)


@devices.command("test")
@click.option("--type", "type_", default="")
@click.option("--model", default="")
@click.option("--system", default="")
@click.option("--user-agent", default="")
@click.option("--user", help="Whose device it is.")
@click.option("--device-id", default="")
@click.pass_obj
def test(
    operator: Operator, type_: str, model: str, system: str, user_agent: str, user: str | None, device_id: str
) -> None:
    """What is decided about a device that says this of itself."""

    async def work(services: Services) -> Decision:
        owner = None if user is None else account_of(await services.directory.entry_by_address(user))
        return await services.device_rules.decision(DeviceFacts(type_, model, system, user_agent), owner, device_id)

    decision = operator.run(work)
    operator.show_one({"effect": decision.effect.value, "matched": list(decision.matched)})


@devices.command("override")
@click.argument("user")
@click.argument("device_id")
@click.argument("effect", type=click.Choice([*(each.value for each in Effect), "NONE"], case_sensitive=False))
@click.option("--description", default="")
@click.pass_obj
def override(operator: Operator, user: str, device_id: str, effect: str, description: str) -> None:
    """Let one device of USER in, or keep it out, whatever the rules say; NONE: the rules decide again."""

    async def work(services: Services) -> None:
        owner = account_of(await services.directory.entry_by_address(user))
        if effect.upper() == "NONE":
            await services.device_rules.remove_override(owner, device_id)
        else:
            await services.device_rules.put_override(owner, device_id, Effect(effect.upper()), description)

    operator.run(work)
    operator.done(f"{device_id} of {user}: {effect.upper()}", user=user, device_id=device_id, effect=effect.upper())


@devices.command("overrides")
@click.argument("user")
@click.pass_obj
def overrides(operator: Operator, user: str) -> None:
    """The overrides for devices of USER."""

    async def work(services: Services) -> list[dict[str, object]]:
        owner = account_of(await services.directory.entry_by_address(user))
        return [as_facts(name, each) for name, each in (await services.device_rules.overrides(owner)).items()]

    operator.show(operator.run(work), "{name}  {effect}")

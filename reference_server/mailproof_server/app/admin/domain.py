"""`mailproof admin domain`: accepted mail domains."""

import click

from mailproof_server.app.admin.operator import Noun, Operator


@click.group("domain", cls=Noun)
def domain() -> None:
    """Accepted mail domains."""


@domain.command("add")
@click.argument("name")
@click.option("--default", is_flag=True, help="Notices and bounces come from this domain.")
@click.pass_obj
def add(operator: Operator, name: str, default: bool) -> None:
    """Accept mail for NAME."""
    operator.run(lambda services: services.directory.create_domain(name, default=default))
    operator.done(f"{name} is accepted", domain=name)


@domain.command("default")
@click.argument("name")
@click.pass_obj
def default(operator: Operator, name: str) -> None:
    """Let notices and bounces come from NAME."""
    operator.run(lambda services: services.directory.set_default_domain(name))
    operator.done(f"{name} is the default domain", domain=name)


@domain.command("remove")
@click.argument("name")
@click.pass_obj
def remove(operator: Operator, name: str) -> None:
    """Stop accepting mail for NAME; refused while an address uses it."""
    operator.run(lambda services: services.directory.remove_domain(name))
    operator.done(f"{name} is no longer accepted", domain=name)


@domain.command("list")
@click.pass_obj
def show_all(operator: Operator) -> None:
    """Domains, the default one first."""
    domains = operator.run(lambda services: services.directory.domains())
    operator.show([{"domain": name} for name in domains], "{domain}")

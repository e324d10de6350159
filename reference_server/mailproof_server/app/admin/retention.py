"""`mailproof admin retention`: how long items stay in the folders that everybody has (retention policy)."""

import click
import msgspec

from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.services.bundle import Services
from mailproof_server.services.retention import (
    MAX_DAYS,
    FolderPolicy,
    Policy,
    RetentionAction,
    RetentionFolder,
)


@click.group("retention", cls=Noun)
def retention() -> None:
    """The retention policy of the organisation; users cannot change it."""


@retention.command("show")
@click.pass_obj
def show(operator: Operator) -> None:
    """What holds now."""
    operator.show_one(msgspec.to_builtins(operator.run(lambda services: services.retention.policy())))


@retention.command("set")
@click.argument("folder", type=click.Choice([each.value for each in RetentionFolder], case_sensitive=False))
@click.argument("action", type=click.Choice([each.value for each in RetentionAction], case_sensitive=False))
@click.option("--days", type=click.IntRange(1, MAX_DAYS), default=MAX_DAYS, show_default=True)
@click.pass_obj
def change(operator: Operator, folder: str, action: str, days: int) -> None:
    """What becomes of items that have lain in FOLDER for so many days; the other folders stay as they are set."""

    async def work(services: Services) -> None:
        policy = await services.retention.policy()
        wanted = FolderPolicy(action=RetentionAction(action.upper()), days=days)
        folders = {**policy.folders, RetentionFolder(folder.upper()): wanted}
        await services.retention.set_policy(Policy(folders=folders, description=policy.description))

    operator.run(work)
    operator.done(f"{folder.upper()}: {action.upper()} after {days} days", folder=folder, action=action, days=days)


@retention.command("off")
@click.pass_obj
def off(operator: Operator) -> None:
    """Forget the policy: nothing is deleted by age."""
    operator.run(lambda services: services.retention.set_policy(None))
    operator.done("nothing is deleted by age")


@retention.command("run")
@click.pass_obj
def run(operator: Operator) -> None:
    """Do now what is due; a running server does so by itself."""
    count = operator.run(lambda services: services.retention.run())
    operator.done(f"{count} items were moved or removed", count=count)

"""`mailproof admin`: the operator's work on a kept store, also while a server runs on it."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from mailproof_server.app import config as configuration
from mailproof_server.app import organisation
from mailproof_server.app.config import Config, ConfigError
from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.clock import SystemClock
from mailproof_server.model.errors import Refusal
from mailproof_server.services.bundle import Services
from mailproof_server.services.passwords import check_policy
from mailproof_server.services.sinks import DirectorySink
from mailproof_server.store.migrate import NewerStoreError
from mailproof_server.store.sqlite import SqliteStore

T = TypeVar("T")
Work = Callable[[Services], Awaitable[T]]
EPILOG = """\b
Examples:
  mailproof admin --data ./org domain add example.test
  mailproof admin --data ./org user add ann@example.test --name "Ann Able"
  mailproof admin --data ./org user password ann@example.test
  mailproof admin --data ./org group add team@example.test --member ann@example.test
  mailproof admin --data ./org --json user list
"""


class Operator:
    """What every sub-command shares: the store, and how answers are shown."""

    def __init__(self, settings: Config, *, as_json: bool) -> None:
        self.settings = settings
        self.as_json = as_json

    def run(self, work: Work[T]) -> T:
        """Open the store, do the work, close it; refusals become one line and exit status 2."""
        try:
            return asyncio.run(self._run(work))
        except (Refusal, ConfigError) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except (NewerStoreError, sqlite3.Error, OSError) as error:
            raise click.ClickException(f"{self.settings.data}: cannot open the store: {error}") from error

    async def _run(self, work: Work[T]) -> T:
        self.settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = SqliteStore(self.settings.data)
        await store.open()
        try:
            services = Services.join(
                store,
                SystemClock(),
                self.settings.limits,
                host_name=self.settings.listen.name,
                sink=DirectorySink(self.settings.data / "outbound"),
            )
            return await work(services)
        finally:
            await store.close()

    def show(self, rows: list[dict[str, object]], line: str) -> None:
        """JSON with --json, else one line per row after the template `line`."""
        if self.as_json:
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            click.echo(line.format(**row).rstrip())

    def done(self, text: str, **facts: object) -> None:
        click.echo(json.dumps(facts, ensure_ascii=False) if self.as_json else text)


@click.group(
    name="mailproof admin",
    epilog=EPILOG,
    context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]},
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the kept store.")
@click.option("--config", "config_file", type=click.Path(dir_okay=False, path_type=Path), help="Configuration file.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def main(context: click.Context, data: Path | None, config_file: Path | None, as_json: bool) -> None:
    """Users, groups, domains, aliases, quotas and passwords of a kept store."""
    if data is None and config_file is None:
        raise click.UsageError("name the store: --data DIR or --config FILE")
    try:
        settings = configuration.load(config_file) if config_file is not None else Config(data=data or Path())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    context.obj = Operator(settings, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def apply(operator: Operator, file: Path) -> None:
    """Create what FILE (TOML) names and what is missing; doing it twice changes nothing."""
    spec = operator.run(_loaded(file))
    made = [
        account for account in operator.run(lambda services: organisation.apply(spec, services)) if account.password
    ]
    operator.show(
        [{"address": each.address, "password": each.password} for each in made], "{address}  password {password}"
    )


def _loaded(file: Path) -> Work[organisation.OrganisationSpec]:
    async def work(_services: Services) -> organisation.OrganisationSpec:
        return organisation.load(file)

    return work


# -- domains -----------------------------------------------------------------------------------------------------------


@main.group()
def domain() -> None:
    """Accepted mail domains."""


@domain.command("add")
@click.argument("name")
@click.option("--default", is_flag=True, help="Notices and bounces come from this domain.")
@click.pass_obj
def domain_add(operator: Operator, name: str, default: bool) -> None:
    """Accept mail for NAME."""
    operator.run(lambda services: services.directory.create_domain(name, default=default))
    operator.done(f"{name} is accepted", domain=name)


@domain.command("remove")
@click.argument("name")
@click.pass_obj
def domain_remove(operator: Operator, name: str) -> None:
    """Stop accepting mail for NAME; refused while an address uses it."""
    operator.run(lambda services: services.directory.remove_domain(name))
    operator.done(f"{name} is no longer accepted", domain=name)


@domain.command("list")
@click.pass_obj
def domain_list(operator: Operator) -> None:
    """Domains, the default one first."""
    domains = operator.run(lambda services: services.directory.domains())
    operator.show([{"domain": name} for name in domains], "{domain}")


# -- users -------------------------------------------------------------------------------------------------------------


@main.group()
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
def user_add(
    operator: Operator,
    address: str,
    display_name: str,
    username: str,
    quota_mb: int | None,
    hidden: bool,
    password_stdin: bool,
) -> None:
    """Create a user with a mailbox and a password."""
    password = _read_password() if password_stdin else organisation.made_up_password()

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
def user_password(operator: Operator, address: str, password_stdin: bool) -> None:
    """Reset a password; open sessions end."""
    password = _read_password() if password_stdin else organisation.made_up_password()

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        await services.credentials.set_password(entry.id, password)

    operator.run(work)
    if password_stdin:
        operator.done(f"password of {address} is reset", address=address)
    else:
        operator.done(f"password of {address} is now {password}", address=address, password=password)


@user.command("quota")
@click.argument("address")
@click.argument("megabytes", type=click.IntRange(1, 51_200))
@click.pass_obj
def user_quota(operator: Operator, address: str, megabytes: int) -> None:
    """Set the mailbox quota in MiB."""

    async def work(services: Services) -> None:
        entry = await services.directory.entry_by_address(address)
        if entry.account_id is None:
            raise ConfigError(f"{address} has no mailbox")
        await services.quota.set_limit(None, entry.account_id, megabytes * 1024 * 1024)

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
def user_list(operator: Operator) -> None:
    """Users by address."""
    rows = operator.run(_entries(PrincipalKind.USER))
    operator.show(rows, "{address}  {display_name}  {state}")


# -- groups, aliases, everybody ----------------------------------------------------------------------------------------


@main.group()
def group() -> None:
    """Distribution groups; groups may hold groups."""


@group.command("add")
@click.argument("address")
@click.option("--name", "display_name", default="", help="Display name.")
@click.option("--member", "members", multiple=True, metavar="ADDRESS", help="A first member (repeatable).")
@click.pass_obj
def group_add(operator: Operator, address: str, display_name: str, members: tuple[str, ...]) -> None:
    """Create a group."""

    async def work(services: Services) -> None:
        found = [await services.directory.entry_by_address(member) for member in members]
        entry = await services.directory.create_group(address, display_name=display_name)
        for member in found:
            await services.directory.add_member(entry.id, member.id)

    operator.run(work)
    operator.done(f"{address} is there with {len(members)} members", address=address, members=list(members))


def _membership(name: str, text: str, done: str) -> None:
    @group.command(name, help=text)
    @click.argument("address")
    @click.argument("member")
    @click.pass_obj
    def change(operator: Operator, address: str, member: str) -> None:
        async def work(services: Services) -> None:
            directory = services.directory
            entry, other = await directory.entry_by_address(address), await directory.entry_by_address(member)
            act = directory.add_member if name == "add-member" else directory.remove_member
            await act(entry.id, other.id)

        operator.run(work)
        operator.done(f"{member} {done} {address}", group=address, member=member)


_membership("add-member", "Put MEMBER (a user, resource or group) into the group.", "is now in")
_membership("remove-member", "Take MEMBER out of the group.", "is no longer in")


@group.command("list")
@click.pass_obj
def group_list(operator: Operator) -> None:
    """Groups by address."""
    operator.show(operator.run(_entries(PrincipalKind.GROUP)), "{address}  {display_name}")


def _alias_command(name: str, text: str, done: str) -> None:
    @alias.command(name, help=text)
    @click.argument("address")
    @click.argument("other")
    @click.pass_obj
    def change(operator: Operator, address: str, other: str) -> None:
        async def work(services: Services) -> None:
            entry = await services.directory.entry_by_address(address)
            act = services.directory.add_alias if name == "add" else services.directory.remove_alias
            await act(entry.id, other)

        operator.run(work)
        operator.done(f"{other} {done} {address}", address=address, alias=other)


@main.group()
def alias() -> None:
    """Further addresses of a user, group or resource."""


_alias_command("add", "Mail to OTHER arrives at ADDRESS too.", "is now an alias of")
_alias_command("remove", "Mail to OTHER no longer arrives at ADDRESS.", "is no longer an alias of")


@main.command("remove")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove(operator: Operator, address: str, yes: bool) -> None:
    """Remove a user, group or resource with all its mail, for good."""
    if not yes:
        click.confirm(f"Remove {address} with all its folders and messages?", abort=True)

    async def work(services: Services) -> None:
        await services.directory.remove((await services.directory.entry_by_address(address)).id)

    operator.run(work)
    operator.done(f"{address} is gone", address=address)


def _entries(kind: PrincipalKind) -> Work[list[dict[str, object]]]:
    async def work(services: Services) -> list[dict[str, object]]:
        return [_row(entry) for entry in await services.directory.entries(kind)]

    return work


def _row(entry: DirectoryEntry) -> dict[str, object]:
    return {
        "address": entry.address,
        "display_name": entry.display_name,
        "username": entry.username,
        "aliases": list(entry.aliases),
        "hidden": entry.hidden,
        "state": "enabled" if entry.enabled else "disabled",
    }


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except click.Abort:
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"mailproof admin: {error.format_message()}", err=True)
        sys.exit(2)

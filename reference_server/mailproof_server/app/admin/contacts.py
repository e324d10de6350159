"""`mailproof admin contacts`: somebody's contacts, and what the address book answers (FEATURES OPER-01, CONT-02)."""

from pathlib import Path

import click
import msgspec

from mailproof_server.app.admin._acting import folder_of, principal_of
from mailproof_server.app.admin._entries import row
from mailproof_server.app.admin.operator import Noun, Operator
from mailproof_server.model.contact import DistributionList
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import ItemId
from mailproof_server.services.bundle import Services
from mailproof_server.services.contact_csv import ENCODINGS

folder_option = click.option("--folder", default="Contacts", show_default=True, help="Path of the contacts.")
account_option = click.option("--account", required=True, metavar="ADDRESS", help="Whose contacts.")


@click.group("contacts", cls=Noun)
def contacts() -> None:
    """Contacts, personal lists and the address book."""


@contacts.command("import")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@account_option
@folder_option
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Of the file.  [default: what it looks like]")
@click.pass_obj
def import_file(operator: Operator, file: Path, account: str, folder: str, encoding: str | None) -> None:
    """Take over the contacts of FILE, a CSV file as Outlook writes it."""
    data = file.read_bytes()

    async def work(services: Services) -> dict[str, object]:
        who = await principal_of(services, account)
        folder_id = await folder_of(services, who.account_id, folder, FolderKind.CONTACTS)
        done = await services.contacts.people.import_csv(who, folder_id, data, encoding=encoding or "")
        return {"imported": len(done.ids), "skipped": list(done.skipped), "ids": list(done.ids)}

    facts = operator.run(work)
    operator.done(f"{facts['imported']} contacts", **facts)


@contacts.command("list")
@account_option
@folder_option
@click.pass_obj
def show_all(operator: Operator, account: str, folder: str) -> None:
    """Every contact, by the order of arrival."""

    async def work(services: Services) -> list[dict[str, object]]:
        who = await principal_of(services, account)
        folder_id = await folder_of(services, who.account_id, folder, FolderKind.CONTACTS)
        found = await services.contacts.people.in_folder(who, folder_id)
        return [
            {"id": each.id, **{name: getattr(each.value, name) for name in each.value.__struct_fields__}}
            for each in found
        ]

    operator.show(operator.run(work), "{id}  {display_name}")


@contacts.command("add-list")
@click.argument("name")
@click.argument("addresses", nargs=-1, required=True)
@account_option
@folder_option
@click.pass_obj
def add_list(operator: Operator, name: str, addresses: tuple[str, ...], account: str, folder: str) -> None:
    """A personal distribution list of ADDRESSES, from the address book or new."""

    async def work(services: Services) -> dict[str, object]:
        who = await principal_of(services, account)
        folder_id = await folder_of(services, who.account_id, folder, FolderKind.CONTACTS)
        members = [await services.contacts.lists.member_of(who, each) for each in addresses]
        wanted = DistributionList(display_name=name, members=tuple(members))
        made = await services.contacts.lists.create(who, folder_id, wanted)
        return {"id": made.id, "name": name, "members": msgspec.to_builtins(made.value.members)}

    facts = operator.run(work)
    operator.done(f"{name} has the id {facts['id']}", **facts)


@contacts.command("expand-list")
@click.argument("item", type=int)
@account_option
@click.option("--deep", is_flag=True, help="Lists in the list as well.")
@click.pass_obj
def expand_list(operator: Operator, item: int, account: str, deep: bool) -> None:
    """The members of a personal list as they are now."""

    async def work(services: Services) -> list[dict[str, object]]:
        who = await principal_of(services, account)
        found = await services.contacts.lists.expand(who, ItemId(item), deep=deep)
        return [{name: getattr(each, name) for name in ("kind", "name", "address")} for each in found]

    operator.show(operator.run(work), "{address}  {name}")


@contacts.command("find")
@click.argument("text")
@click.option("--limit", default=100, show_default=True)
@click.pass_obj
def find(operator: Operator, text: str, limit: int) -> None:
    """What the address book finds for TEXT: beginnings of words, or of an address."""
    found = operator.run(lambda services: services.address_book.search(text, limit=limit))
    operator.show([row(each) for each in found], "{address}  {display_name}")

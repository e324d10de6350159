"""`mailproof admin permissions`: who may do what with a folder (FEATURES FOLD-06 to FOLD-08)."""

import click

from mailproof_server.app.admin.operator import Noun, Operator, account_of
from mailproof_server.model.errors import FolderNotFound, Invalid
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.permission import NO_RIGHTS, Profile, Right
from mailproof_server.services.bundle import Services
from mailproof_server.services.permissions import rights_of_profile

ROOT = "/"
NAMED = {
    str(each.name).lower().replace("_", "-"): each
    for each in Right
    if each < Right.KEEP_SEEN  # what only IMAP tells apart is IMAP's to say
}
WORDS = {each.value.lower(): each for each in Profile if each is not Profile.CUSTOM}


@click.group("permissions", cls=Noun)
def permissions() -> None:
    """Sharing of folders. FOLDER is a path, such as INBOX or "Sent Items"; / is the root of the account."""


@permissions.command("list")
@click.argument("owner")
@click.argument("folder", default="INBOX")
@click.pass_obj
def show_all(operator: Operator, owner: str, folder: str) -> None:
    """What is granted on a folder, with the profiles that the rights amount to."""

    async def work(services: Services) -> list[dict[str, object]]:
        found = await services.permissions.entries(None, (await _folder(services, owner, folder)).id)
        return [
            {
                "grantee": each.address or str(each.grantee),
                "profile": each.profile.value,
                "bits": int(each.rights),
                "rights": [name for name, right in NAMED.items() if right in each.rights],
            }
            for each in found
        ]

    operator.show(operator.run(work), "{grantee}  {profile}  {bits:#x}")


@permissions.command("set")
@click.argument("owner")
@click.argument("folder")
@click.argument("grantee")
@click.argument("rights")
@click.option("--reveal", is_flag=True, help="Make the root visible as well, where the folder would not show else.")
@click.pass_obj
def change(operator: Operator, owner: str, folder: str, grantee: str, rights: str, reveal: bool) -> None:
    """Grant RIGHTS to GRANTEE: an address, `default` or `anonymous`.

    RIGHTS is a profile (None, Contributor, Reviewer, NoneditingAuthor, Author, PublishingAuthor, Editor,
    PublishingEditor, Owner, FreeBusyTimeOnly, FreeBusyTimeAndSubjectAndLocation), bits such as 0x41b, or names of
    single rights joined by commas, such as read-any,folder-visible.
    """

    async def work(services: Services) -> None:
        found = await _folder(services, owner, folder)
        whom = await services.permissions.grantee("anyone" if grantee.lower() == "default" else grantee)
        await services.permissions.set_grant(None, found.id, whom, _rights(rights, found), reveal=reveal)

    operator.run(work)
    operator.done(f"{grantee} has {rights} on {folder} of {owner}", owner=owner, folder=folder, grantee=grantee)


@permissions.command("remove")
@click.argument("owner")
@click.argument("folder")
@click.argument("grantee")
@click.pass_obj
def remove(operator: Operator, owner: str, folder: str, grantee: str) -> None:
    """Stop sharing with GRANTEE; it no longer holds for the next command on any open connection."""

    async def work(services: Services) -> None:
        found = await _folder(services, owner, folder)
        whom = await services.permissions.grantee("anyone" if grantee.lower() == "default" else grantee)
        await services.permissions.set_grant(None, found.id, whom, None)

    operator.run(work)
    operator.done(f"{grantee} has nothing on {folder} of {owner}", owner=owner, folder=folder, grantee=grantee)


async def _folder(services: Services, owner: str, path: str) -> Folder:
    account_id = account_of(await services.directory.entry_by_address(owner))

    if path == ROOT:
        found = await services.store.read(lambda view: view.folder_by_role(account_id, FolderRole.ROOT))
    else:
        found = await services.store.read(lambda view: view.folder_by_path(account_id, path))
    if found is None:
        raise FolderNotFound(f"{owner} has no folder {path}")
    return found


def _rights(text: str, folder: Folder) -> Right:
    """Raises Invalid."""
    profile = WORDS.get(text.lower())
    if profile is not None:
        return rights_of_profile(profile, folder.kind)
    rights = NO_RIGHTS
    if text[:1].isdigit():
        try:
            number = int(text, 0)
        except ValueError as error:
            raise Invalid(f"{text} is no number") from error
        if number & ~int(Right.everything()):
            raise Invalid(f"{text} has bits that are no rights")
        return Right(number)
    for word in text.lower().split(","):
        if word not in NAMED:
            raise Invalid(f"{word} is neither a profile nor a right; rights are {', '.join(NAMED)}")
        rights |= NAMED[word]
    return rights

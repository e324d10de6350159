"""Grants of the operator on accounts and groups, and folders that their owners share."""

from mailproof_server.app.organisation.applying import Run, Step
from mailproof_server.app.organisation.spec import GrantSpec, ShareSpec
from mailproof_server.model.errors import FolderNotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import FolderId, PrincipalId
from mailproof_server.model.permission import Anyone, Profile
from mailproof_server.store.base import View

ANYONE = {each.value: each for each in Anyone}


async def _check(run: Run) -> None:
    for number, grant in enumerate(run.spec.grants, start=1):
        run.require(f"grants[{number}].owner", grant.owner)
        run.require(f"grants[{number}].grantee", grant.grantee)
    groups = {group.address.lower() for group in run.spec.groups}
    for number, share in enumerate(run.spec.shares, start=1):
        run.require(f"shares[{number}].owner", share.owner)
        owner = run.find(share.owner)
        if share.owner.lower() in groups or (owner is not None and owner.account_id is None):
            raise run.wrong(f"shares[{number}].owner", f"{share.owner} is a group and has no folders")
        if share.grantee not in ANYONE:
            run.require(f"shares[{number}].grantee", share.grantee)


async def _carry_out(run: Run) -> None:
    for number, grant in enumerate(run.spec.grants, start=1):
        if run.concerns(grant.owner):
            await _grant(run, f"grants[{number}]", grant)
    for number, share in enumerate(run.spec.shares, start=1):
        if run.concerns(share.owner):
            await _share(run, f"shares[{number}]", share)


async def _grant(run: Run, where: str, grant: GrantSpec) -> None:
    owner, grantee, delegation = run.find(grant.owner), run.find(grant.grantee), run.services.delegation
    if owner is not None and grantee is not None:
        held = [(each.id, permission) for each, permission in await delegation.grants_on(owner.id)]
        if (grantee.id, grant.permission) in held:
            return
    await run.do(
        where,
        f"{grant.owner}: {grant.permission} to {grant.grantee}",
        lambda: delegation.grant_on(run.get(grant.owner).id, run.get(grant.grantee).id, grant.permission),
    )


async def _share(run: Run, where: str, share: ShareSpec) -> None:
    permissions = run.services.permissions

    def folder_id(view: View) -> FolderId:
        account_id = run.account(share.owner)
        if share.folder:
            folder = view.folder_by_path(account_id, share.folder)
        else:
            folder = view.folder_by_role(account_id, FolderRole.ROOT)
        if folder is None:
            raise FolderNotFound(f"{share.owner} has no folder {share.folder}")
        return folder.id

    def grantee() -> PrincipalId | Anyone:
        return ANYONE[share.grantee] if share.grantee in ANYONE else run.get(share.grantee).id

    async def held() -> Profile | None:
        """What the grantee has by an entry of its own."""
        entries = await permissions.entries(None, await run.services.store.read(folder_id))
        return next((each.profile for each in entries if each.grantee == grantee()), None)

    is_known = run.find(share.owner) is not None and (share.grantee in ANYONE or run.find(share.grantee) is not None)
    try:
        if is_known and await held() is share.profile:
            return
    except FolderNotFound as refusal:
        raise run.wrong(f"{where}.folder", refusal) from refusal

    async def act() -> None:
        await permissions.set_profile(None, await run.services.store.read(folder_id), grantee(), share.profile)

    await run.do(where, f"{share.owner}: {share.folder or 'root'} shared with {share.grantee}: {share.profile}", act)


STEP = Step(50, _carry_out, _check)

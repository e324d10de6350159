"""Members of groups: after all groups are there, for a group may hold one that the file names later."""

from mailproof_server.app.organisation.applying import Run, Step


async def _check(run: Run) -> None:
    for number, group in enumerate(run.spec.groups, start=1):
        for address in group.members:
            run.require(f"groups[{number}].members", address)


async def _carry_out(run: Run) -> None:
    for number, group in enumerate(run.spec.groups, start=1):
        if not run.concerns(group.address):
            continue
        entry = run.find(group.address)
        held = set() if entry is None else set(await run.services.directory.members(entry.id))
        for address in group.members:
            member = run.find(address)
            if member is None or member.id not in held:
                await _add(run, f"groups[{number}].members", group.address, address)


async def _add(run: Run, where: str, group: str, member: str) -> None:
    await run.do(
        where,
        f"group {group}: member {member}",
        lambda: run.services.directory.add_member(run.get(group).id, run.get(member).id),
    )


STEP = Step(20, _carry_out, _check)

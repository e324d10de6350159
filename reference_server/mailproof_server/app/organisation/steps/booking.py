"""Booking options of resources: after all users are there, for some are delegates."""

from typing import Any

from mailproof_server.app.organisation.applying import Run, Step
from mailproof_server.app.organisation.spec import ResourceSpec
from mailproof_server.services.resources import BookingOptions

_SWITCHES = ("auto_accept", "decline_conflicts", "decline_recurring")


async def _check(run: Run) -> None:
    for number, resource in enumerate(run.spec.resources, start=1):
        for address in resource.delegates or ():
            run.require(f"resources[{number}].delegates", address)


async def _carry_out(run: Run) -> None:
    for number, resource in enumerate(run.spec.resources, start=1):
        if run.concerns(resource.address):
            await _set(run, f"resources[{number}]", resource)


async def _set(run: Run, where: str, resource: ResourceSpec) -> None:
    entry = run.find(resource.address)
    held = BookingOptions() if entry is None else await run.services.resources.options(entry.id)
    changed: dict[str, Any] = {
        name: getattr(resource, name)
        for name in _SWITCHES
        if getattr(resource, name) not in (None, getattr(held, name))
    }
    delegates = resource.delegates
    wanted = None if delegates is None else {found.id if (found := run.find(each)) else each for each in delegates}
    differs = wanted is not None and wanted != set(held.delegates)
    if not changed and not differs:
        return

    async def change() -> None:
        answering = [run.get(each).id for each in delegates or ()] if differs else None
        await run.services.resources.set_options(run.get(resource.address).id, delegates=answering, **changed)

    names = ", ".join([*changed, *(["delegates"] if differs else [])])
    await run.do(where, f"resource {resource.address}: {names} changed", change)


STEP = Step(30, _carry_out, _check)

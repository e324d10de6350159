"""A session after NOTIFY SET, and what it must be told: shared by the tests of NOTIFY."""

from typing import Any

MESSAGES = "MessageNew MessageExpunge"
SELECT = "a> 1 SELECT INBOX\na< ***\na< 1 OK [READ-WRITE] SELECT completed"
BOBS = '"Other Users/bob@example.test/Team"'


async def tell(world: Any, *lines: str) -> None:
    """What session `a` must be told now, and nothing else."""
    await world.quiet()
    if lines:
        await world.script("\n".join(f"a< {line}" for line in lines))
    else:
        assert (await world.client("a"))._lines() == []


async def by_another(world: Any, command: str) -> None:
    """Another session of Alice does something."""
    client = await world.client("a9")
    answer = await client.say(f"9 {command}")
    assert answer.startswith("OK"), answer


def watching(converse: Any, groups: str, *, prelude: str = "", **options: Any) -> Any:
    """A decorator: run the scenario after NOTIFY SET with these groups."""

    def run(scenario: Any) -> None:
        async def whole(world: Any) -> None:
            if prelude:
                await world.script(prelude)
            assert await (await world.client("a")).say(f"n NOTIFY SET {groups}") == "OK NOTIFY completed"
            await scenario(world)

        converse(whole, **options)

    return run


async def bobs_folder(world: Any, letters: str) -> None:
    await world.services.folders.create(world.bob, world.bob.account_id, "Team")
    if letters:
        await world.share("Team", letters, owner=world.bob, to=world.alice)


def watched(world: Any) -> list[Any]:
    """Accounts that somebody waits for news of; 0 stands for the server as a whole."""
    return [owner for owner in world.store.feed._watchers if owner]

"""What users have set up: rules, automatic replies, tokens, the second factor."""

from datetime import timedelta

from mailproof_server.app.organisation.applying import Change, Run, Step
from mailproof_server.app.organisation.spec import TokenSpec, UserSpec
from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.errors import Refusal
from mailproof_server.services.autoreply import settings_from_json
from mailproof_server.services.rules.action import Setting
from mailproof_server.services.rules.rule import Rule, from_json, settled
from mailproof_server.services.rules.service import Put

_COMPARED = ("enabled", "conditions", "exceptions", "actions")


async def _check(run: Run) -> None:
    for number, user in enumerate(run.spec.users, start=1):
        key = ""
        try:
            for place, rule in enumerate(user.rules, start=1):
                key = f"rules[{place}]"
                from_json("", rule)
            key = "auto_reply"
            settings_from_json(user.auto_reply or {})
        except Refusal as refusal:
            raise run.wrong(f"users[{number}].{key}", refusal) from refusal


async def _carry_out(run: Run) -> None:
    for number, user in enumerate(run.spec.users, start=1):
        if run.concerns(user.address):
            where = f"users[{number}]"
            for token in user.tokens:
                await _token(run, where, user.address, token)
            await _rules(run, where, user)
            await _reply(run, where, user)
            await _second_factor(run, where, user.address, user.second_factor)
    if run.update or run.has_made_anything:
        await _second_factor(run, "second_factor", None, run.spec.second_factor)


async def _token(run: Run, where: str, address: str, token: TokenSpec) -> None:
    entry, credentials = run.find(address), run.services.credentials
    if entry is not None and token.name in {each.name for each in await credentials.tokens(entry.id)}:
        return
    values: list[str] = []

    async def make() -> None:
        values.append(await credentials.add_token(run.get(address).id, token.name, timedelta(days=token.days)))

    text = f"user {address}: token {token.name}"
    await run.do(f"{where}.tokens", text, make)
    if values:
        run.outcome.changes[-1] = Change(text, address, token=values[0])


async def _rules(run: Run, where: str, user: UserSpec) -> None:
    entry = run.find(user.address)
    for place, value in enumerate(user.rules, start=1):
        rule = from_json("", value)
        if entry is None or not await _has_rule(run, entry, rule):
            await _put_rule(run, f"{where}.rules[{place}]", user.address, rule)


async def _has_rule(run: Run, entry: DirectoryEntry, rule: Rule) -> bool:
    """Whether the account has the rule, in the form in which it would be kept."""
    account_id = run.account(entry.address)
    held = {each.name: each for each in await run.services.rules.list(None, account_id)}.get(rule.name)
    if held is None:
        return False
    try:
        kept = await run.services.store.read(
            lambda view: settled(rule, Setting(view, run.services.limits, entry)),
        )
    except Refusal:
        return False  # and whoever puts it is told why
    return all(getattr(held, name) == getattr(kept, name) for name in _COMPARED)


async def _put_rule(run: Run, where: str, address: str, rule: Rule) -> None:
    async def put() -> None:
        changed = await run.services.rules.change(None, run.account(address), [Put(rule.as_json())])
        for _, refusal in changed.flaws:
            raise refusal

    await run.do(where, f"user {address}: rule {rule.name}", put)


async def _reply(run: Run, where: str, user: UserSpec) -> None:
    if user.auto_reply is None:
        return
    wanted = settings_from_json(user.auto_reply)
    entry = run.find(user.address)
    account_id = None if entry is None else entry.account_id
    if account_id is not None and await run.services.auto_reply.settings(None, account_id) == wanted:
        return
    await run.do(
        f"{where}.auto_reply",
        f"user {user.address}: automatic reply {wanted.state}",
        lambda: run.services.auto_reply.set(None, run.account(user.address), wanted),
    )


async def _second_factor(run: Run, where: str, address: str | None, wanted: bool | None) -> None:
    if wanted is None:
        return
    entry = None if address is None else run.find(address)
    held = False
    if address is None or entry is not None:
        held = await run.services.credentials.has_second_factor(None if entry is None else entry.id, own=True)
    if held == wanted:
        return
    await run.do(
        where,
        f"{address or 'everybody'}: second factor {'on' if wanted else 'off'}",
        lambda: run.services.credentials.set_second_factor(None if address is None else run.get(address).id, on=wanted),
    )


STEP = Step(40, _carry_out, _check)

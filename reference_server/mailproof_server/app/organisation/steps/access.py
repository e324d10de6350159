"""Access-control rules: who may come in through which protocol, and from where."""

import msgspec

from mailproof_server.app.organisation.applying import Run, Step
from mailproof_server.app.organisation.spec import AccessRuleSpec
from mailproof_server.services.access_rules import AccessRule


async def _check(run: Run) -> None:
    for number, rule in enumerate(run.spec.access_rules, start=1):
        where = f"access_rules[{number}]"
        for address in (*rule.users, *rule.not_users):
            run.require(where, address)
        try:
            _made(rule, run, known_only=True)
        except msgspec.ValidationError as error:
            raise run.wrong(where, error) from error


async def _carry_out(run: Run) -> None:
    if not (run.update or run.has_made_anything):
        return
    held = await run.services.access_rules.all()
    for number, rule in enumerate(run.spec.access_rules, start=1):
        known = held.get(rule.name)
        if known is None or _said(known) != _said(_made(rule, run, known_only=True)):
            await _put(run, f"access_rules[{number}]", rule)


async def _put(run: Run, where: str, rule: AccessRuleSpec) -> None:
    await run.do(
        where,
        f"access rule {rule.name}: {rule.effect}",
        lambda: run.services.access_rules.put(rule.name, _made(rule, run, known_only=False)),
    )


def _made(rule: AccessRuleSpec, run: Run, *, known_only: bool) -> AccessRule:
    """With ids for addresses. `known_only`: those that are not there yet are left out."""
    facts = msgspec.to_builtins(rule)
    del facts["name"]
    for key in ("users", "not_users"):
        found = [run.find(each) if known_only else run.get(each) for each in getattr(rule, key)]
        facts[key] = [entry.id for entry in found if entry is not None]
    return msgspec.convert(facts, AccessRule)


def _said(rule: AccessRule) -> AccessRule:
    """Without when it was made and changed."""
    return msgspec.structs.replace(rule, created_at=None, modified_at=None)


STEP = Step(60, _carry_out, _check)

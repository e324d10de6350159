"""AssignCategories: the message is put into categories; they are the keywords of its items (`services.categories`)."""

from collections.abc import Sequence

from mailproof_server.model.errors import Invalid
from mailproof_server.services.categories import keyword_of
from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.condition import strings

NAME = "AssignCategories"


def _settle(value: object, setting: Setting) -> object:
    categories = list(dict.fromkeys(each.strip() for each in strings(NAME, value)))
    for each in categories:
        if not each or len(keyword_of(each)) > setting.limits.keyword_octets:
            raise Invalid(f"{NAME}: not a category's name: {each}")
    return categories


def _carry_out(value: object, effects: Effects) -> None:
    if isinstance(value, Sequence):
        effects.keywords.update(dict.fromkeys(map(keyword_of, value), effects.rule_id))


ACTION = Action(NAME, 32, _settle, _carry_out)

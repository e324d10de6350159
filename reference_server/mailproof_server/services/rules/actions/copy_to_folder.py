"""CopyToFolder: a copy goes into the folder as well."""

from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.actions import _folders

NAME = "CopyToFolder"


def _settle(value: object, setting: Setting) -> object:
    return _folders.settle(NAME, value, setting)


def _carry_out(value: object, effects: Effects) -> None:
    folder = _folders.target(NAME, value, effects)
    if folder is not None:
        effects.put_into(folder.id)


ACTION = Action(NAME, 20, _settle, _carry_out)

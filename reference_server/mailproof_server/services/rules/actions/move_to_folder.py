"""MoveToFolder: the message goes into the folder and not into the inbox."""

from mailproof_server.services.rules.action import Action, Effects, Setting
from mailproof_server.services.rules.actions import _folders

NAME = "MoveToFolder"


def _settle(value: object, setting: Setting) -> object:
    return _folders.settle(NAME, value, setting)


def _carry_out(value: object, effects: Effects) -> None:
    folder = _folders.target(NAME, value, effects)
    if folder is not None:
        effects.put_into(folder.id)
        effects.stays = False


ACTION = Action(NAME, 21, _settle, _carry_out)

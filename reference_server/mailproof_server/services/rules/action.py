"""What an action is (MS-OXWSRULES, RuleActionsType), and what the actions of an arrival's rules come to.

An action's file declares an `Action`. Its value is *settled* when the rule is put: folders are found, recipients are
looked up, and what cannot be meant is refused. When mail arrives, `carry_out` adds to the `Effects`, reading the
store's snapshot and writing nothing; whatever is no longer as it was then is told by `Effects.fail`, and no more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.errors import Invalid
from mailproof_server.model.folder import Folder
from mailproof_server.model.ids import FolderId
from mailproof_server.model.item import NO_FLAGS, Flag
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.posting import Letter
from mailproof_server.services.rules.message import Arrival
from mailproof_server.store.base import View


@dataclass(slots=True)
class Effects:
    """What is to become of an arrival, so far.

    Every rule that moves it has it put into its folder, so two rules may give two copies; it stays in the inbox when no
    rule has taken it away. Flags and categories are those of all copies.
    """

    view: View
    limits: ServiceLimits
    arrival: Arrival
    folders: dict[FolderId, str] = field(default_factory=dict)
    """With the id of the rule that puts it there."""
    stays: bool = True
    """In the inbox."""
    flags: Flag = NO_FLAGS
    keywords: dict[str, str] = field(default_factory=dict)
    """With the id of the rule that assigns them."""
    properties: dict[str, object] = field(default_factory=dict)
    letters: list[tuple[str, Letter]] = field(default_factory=list)
    """With the id of the rule that sends them."""
    applied: list[str] = field(default_factory=list)
    """Names of the rules that matched, in order."""
    problems: dict[str, str] = field(default_factory=dict)
    """By the id of the rule."""
    is_over: bool = False
    """No more rules."""
    rule_id: str = ""
    """Of the rule whose actions are being carried out."""
    is_held: bool = False
    """That rule has not done all that it should, so it does not delete the message."""

    def fail(self, text: str) -> None:
        """The action could not be done; the rule shows why, and everything else goes on."""
        self.problems.setdefault(self.rule_id, text)
        self.is_held = True

    def put_into(self, folder_id: FolderId) -> None:
        self.folders.setdefault(folder_id, self.rule_id)

    def send(self, letter: Letter) -> None:
        self.letters.append((self.rule_id, letter))


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom a rule is put."""

    view: View
    limits: ServiceLimits
    owner: DirectoryEntry


Settle = Callable[[object, Setting], object]
CarryOut = Callable[[object, Effects], None]


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the vocabulary."""

    name: str
    order: int
    """Actions of one rule are carried out by rising numbers: sending on first, deleting after that."""
    settle: Settle
    """The JSON value to be kept. Raises Invalid or NotFound."""
    carry_out: CarryOut
    """With a value that `settle` has given."""


def switch(name: str, order: int, carry_out: Callable[[Effects], None]) -> Action:
    """Given as `true`."""

    def settle(value: object, setting: Setting) -> object:
        if value is not True:
            raise Invalid(f"{name} is true or left out")
        return True

    return Action(name, order, settle, lambda value, effects: carry_out(effects))


def usable_folder(view: View, folder_id: FolderId, owner: DirectoryEntry) -> Folder | None:
    """The folder, if mail of the owner can be put there."""
    folder = view.folder(folder_id)
    if folder is None or folder.account_id != owner.account_id or not folder.selectable or folder.kind != "mail":
        return None
    return folder

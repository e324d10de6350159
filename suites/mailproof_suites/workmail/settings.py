"""How a case sets up rules and automatic replies: one vocabulary, and what the target offers to put it there.

    rule   {"name": "Invoices", "enabled": true, "conditions": {…}, "exceptions": {…}, "actions": {…}}
    reply  {"state": "enabled", "internal_reply": "I am away.", …}

The names are those of Exchange Web Services (MS-OXWSRULES, MS-OXWOOF), in JSON. `ControlSettings` has the profile's
control program do it; `sieve_settings` translates it for servers with ManageSieve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mailproof_suites.case import Account, Control

Rule = Mapping[str, Any]
Reply = Mapping[str, str]
REPLY_OPTIONS = {
    "internal_reply": "--text",
    "external_reply": "--external-text",
    "external_audience": "--audience",
    "start": "--start",
    "end": "--end",
}


class Settings(Protocol):
    """One way of putting rules and replies on a target."""

    makes_people: bool
    """Whether the operator can make users, groups, resources and aliases as well."""

    def put_rules(self, owner: Account, rules: Sequence[Rule]) -> None:
        """Add these rules after those that are there. Skips the case for what cannot be said."""

    def rules_refused(self, owner: Account, rules: Sequence[Rule]) -> str:
        """The reason for which they are refused. Raises Violation when they are not."""

    def rules_of(self, owner: Account) -> list[dict[str, Any]]:
        """As the target shows them, each with `name`, `enabled` and `error`."""

    def change_rules(self, verb: str, owner: Account, *names: str) -> None:
        """`enable`, `disable`, `remove` one, or `order` all."""

    def set_reply(self, owner: Account, reply: Reply) -> None:
        """Replace the automatic reply."""

    def reply_refused(self, owner: Account, reply: Reply) -> str:
        """The reason for which it is refused. Raises Violation when it is not."""

    def close(self) -> None:
        """At the end of the case."""


class ControlSettings:
    """By the profile's control program (docs/targets.md)."""

    makes_people = True

    def __init__(self, control: Control) -> None:
        self._control = control

    def put_rules(self, owner: Account, rules: Sequence[Rule]) -> None:
        """One command, so all or none."""
        self._control.call("rules", "put", owner.address, "-", input=list(rules))

    def rules_refused(self, owner: Account, rules: Sequence[Rule]) -> str:
        """In the operator's words."""
        return self._control.refusal("rules", "put", owner.address, "-", input=list(rules)).text

    def rules_of(self, owner: Account) -> list[dict[str, Any]]:
        """In their order."""
        found: list[dict[str, Any]] = self._control.call("rules", "list", owner.address)
        return found

    def change_rules(self, verb: str, owner: Account, *names: str) -> None:
        """The verbs of the noun."""
        self._control.call("rules", verb, owner.address, *names)

    def set_reply(self, owner: Account, reply: Reply) -> None:
        """What is not given stays as it was."""
        self._control.call(*self._words(owner, reply))

    def reply_refused(self, owner: Account, reply: Reply) -> str:
        """In the operator's words."""
        return self._control.refusal(*self._words(owner, reply)).text

    def close(self) -> None:
        """The rules go with their users."""

    def _words(self, owner: Account, reply: Reply) -> list[str]:
        words = ["auto-reply", "set", owner.address, reply.get("state", "enabled")]
        for key, option in REPLY_OPTIONS.items():
            if key in reply:
                words += [option, reply[key]]
        return words

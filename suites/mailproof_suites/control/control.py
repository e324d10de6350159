"""The operator's work as a case does it: logged in its transcript, undone at its end (fixture `control`)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import pytest

from mailproof_suites.clients.transcript import Transcript
from mailproof_suites.control.hook import ControlError, ControlRefused, ControlUnsupported, Hook
from mailproof_suites.expect import Violation, note
from mailproof_suites.targets import Account

CONNECTION = "control"
"""What the transcript calls it."""
SECRET_KEYS = frozenset({"password", "token", "secret", "value"})
"""Their values are masked in everything that is reported."""


class Control:
    """One case's access to the target's operator.

    Args:
        hook: the program; None where the profile names none.
        transcript: of the case.
        token: unique to the case.
        domain: of the people whom it makes.
    """

    def __init__(self, hook: Hook | None, transcript: Transcript, token: str = "", domain: str = "") -> None:
        self._hook = hook
        self._transcript = transcript
        self._token = token
        self._domain = domain
        self._users = 0
        self._undo: list[tuple[tuple[str, ...], Any]] = []

    def call(self, *words: str, input: Any = None) -> Any:  # noqa: A002 -- the protocol's own word
        """Have one command done: `control.call("user", "disable", address)`; its output.

        Args:
            words: the command, as behind `mailproof admin`.
            input: what the command would read from a file, as a text or an object.

        Skips the case where the target has nothing of the kind. Raises ControlRefused, ControlBroken.
        """
        try:
            return self._do(words, input)
        except ControlUnsupported as problem:
            pytest.skip(str(problem))

    def refusal(self, *words: str, input: Any = None) -> ControlRefused:  # noqa: A002 -- as in `call`
        """Have a command refused. Raises Violation when the target does it."""
        try:
            output = self.call(*words, input=input)
        except ControlRefused as problem:
            return problem
        raise Violation(
            f"`{' '.join(words)}` is refused", expected="a refusal", actual=json.dumps(output, ensure_ascii=False)
        )

    def user(self, *options: str) -> Account:
        """A new user of the case's own, with a password; removed at the end of the case.

        Args:
            options: further ones of `user add`, such as `--hidden`.
        """
        self._users += 1
        local = f"mp{self._token}{self._users if self._users > 1 else ''}".lower()
        account = Account(f"{local}@{self._domain}", f"Case-{secrets.token_hex(8)}-1", username=local)
        self._transcript.secret(account.password)
        self.call("user", "add", account.address, "--password-stdin", *options, input=account.password)
        self.undo("user", "remove", account.address, "--yes")
        return account

    def undo(self, *words: str, input: Any = None) -> None:  # noqa: A002 -- as in `call`
        """Have this done at the end of the case, the last one first; a refusal then becomes a note."""
        self._undo.append((words, input))

    def close(self) -> None:
        """Undo."""
        while self._undo:
            words, given = self._undo.pop()
            try:
                self._do(words, given)
            except (ControlRefused, ControlUnsupported) as problem:
                note(f"not undone: {problem}")

    def _do(self, words: tuple[str, ...], given: Any) -> Any:
        if self._hook is None:
            raise ControlUnsupported(f"{' '.join(words)}: the profile has no [control]")
        self._hide(given)
        shown = "" if given is None else f" < {json.dumps(given, ensure_ascii=False)}"
        self._transcript.sent(CONNECTION, f"{' '.join(words)}{shown}\r\n".encode())
        try:
            output = self._hook.call(*words, input=given)
        except ControlError as problem:
            self._transcript.received(CONNECTION, f"{problem}\r\n".encode())
            raise
        self._hide(output)
        self._transcript.received(CONNECTION, json.dumps(output, ensure_ascii=False).encode() + b"\r\n")
        return output

    def _hide(self, value: Any) -> None:
        if isinstance(value, Mapping):
            for name, each in value.items():
                if name in SECRET_KEYS and isinstance(each, str):
                    self._transcript.secret(each)
                self._hide(each)
        elif isinstance(value, list):
            for each in value:
                self._hide(each)

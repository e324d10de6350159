"""`mailproof admin batch`: commands line by line from another program, on a store that is opened once.

    > {"id": 1, "command": ["user", "add", "x@example.test", "--password-stdin"], "input": "Correct-Horse-1"}
    < {"id": 1, "status": 0, "output": {"address": "x@example.test"}}
    > {"id": 2, "command": ["user", "add", "x@nowhere.test"]}
    < {"id": 2, "status": 2, "error": "domain nowhere.test is not accepted here", "refusal": "NotFound"}

`input` is what a command would read from a file or from standard input: a text, or the object that a document holds.
Answers come in the order of the lines; the end of the input ends the program.
"""

import contextlib
import io
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from mailproof_server.app.admin.operator import Operator, Refused, Verb, document
from mailproof_server.app.config import Config

OUR_FAULT = 70
"""Status of a command that failed for a reason that nobody foresaw (EX_SOFTWARE)."""


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command."""

    command: list[str]
    id: int | str | None = None
    input: Any = None


@click.command("batch", cls=Verb)
@click.pass_obj
def batch(operator: Operator) -> None:
    """Do the commands that arrive as JSON lines on standard input; answer each with a JSON line."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what is printed by mistake must not look like an answer
    try:
        with contextlib.closing(BatchOperator(operator.settings, operator.commands)) as worker:
            for raw in sys.stdin.buffer:
                if raw.strip():
                    answers.write(msgspec.json.encode(worker.answer_line(raw)).decode() + "\n")
                    answers.flush()
    except BrokenPipeError:
        # Nobody reads any more; the interpreter must not try to flush what is left.
        answers = io.StringIO()
    finally:
        sys.stdout = answers


class BatchOperator(Operator):
    """Keeps the store open, takes the input from the line, and keeps what a command answers."""

    def __init__(self, settings: Config, commands: click.Group) -> None:
        super().__init__(settings, commands, as_json=True)
        self._input: Any = None
        self._output: object = None

    def answer_line(self, raw: bytes) -> dict[str, object]:
        """Do what one line says; every outcome is an answer."""
        try:
            line = msgspec.json.decode(raw, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return {"id": None, "status": 2, "error": f"not a line of a batch: {error}"}
        self._input, self._output = line.input, None
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                _invoke(line.command, self)
            output = printed.getvalue() if self._output is None else self._output
            return {"id": line.id, "status": 0, "output": msgspec.to_builtins(output)}
        except click.ClickException as error:
            answer: dict[str, object] = {"id": line.id, "status": 2, "error": error.format_message()}
            return {**answer, "refusal": error.refusal} if isinstance(error, Refused) and error.refusal else answer
        except click.Abort:
            return {"id": line.id, "status": 2, "error": "not done"}
        except Exception as error:  # noqa: BLE001 -- a bug in one command must not cost the others their answers
            traceback.print_exc(file=sys.stderr)
            return {"id": line.id, "status": OUR_FAULT, "error": f"{type(error).__name__}: {error}"}

    # -- as commands see it ------------------------------------------------------------------------------------------
    def answer(self, value: object, text: Callable[[], str]) -> None:
        del text
        self._output = value

    def given_text(self, file: Path | None = None) -> str:
        if file is not None and str(file) != "-":
            return super().given_text(file)
        if self._input is None:
            raise Refused("the command reads an input, and the line has none")
        return self._input if isinstance(self._input, str) else msgspec.json.encode(self._input).decode()

    def given_document(self, file: Path | None = None) -> Any:
        if file is None or str(file) == "-":
            return self._input if isinstance(self._input, dict | list) else document(self.given_text(), "input")
        return super().given_document(file)

    def given_secret(self) -> str:
        return self.given_text().partition("\n")[0].rstrip("\r")

    def confirm(self, question: str, *, yes: bool) -> None:
        if not yes:
            raise Refused(f"{question} Say --yes")


def _invoke(words: list[str], operator: BatchOperator) -> None:
    """As if the words stood behind `mailproof admin --data …`."""
    root = operator.commands
    with click.Context(root, info_name="mailproof admin", obj=operator, **root.context_settings) as context:
        if not words:
            raise click.UsageError("the command is empty", context)
        name, command, rest = root.resolve_command(context, list(words))
        if command is None or command is batch:
            raise click.UsageError(f"no such command in a batch: {name or words[0]}", context)
        try:
            with command.make_context(name, rest, parent=context) as inner:
                command.invoke(inner)
        except click.exceptions.Exit:
            pass  # --help has said what there is

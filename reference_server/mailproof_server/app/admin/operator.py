"""What every command of the operator shares: the store, what it is given, and how it answers (FEATURES OPER-01)."""

import asyncio
import json
import sqlite3
import sys
import threading
import tomllib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from mailproof_server.app.config import Config, ConfigError
from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.clock import SystemClock
from mailproof_server.model.errors import Invalid, Refusal
from mailproof_server.model.ids import AccountId
from mailproof_server.services.bundle import Services
from mailproof_server.services.sinks import DirectorySink
from mailproof_server.store.migrate import NewerStoreError
from mailproof_server.store.sqlite import SqliteStore

T = TypeVar("T")
Work = Callable[[Services], Awaitable[T]]
Row = Mapping[str, object]
RowT = TypeVar("RowT", bound=Mapping[str, Any])


class Refused(click.ClickException):
    """A command that ends with one line and exit status 2; `refusal` is the kind of the refusal, or ''."""

    exit_code = 2

    def __init__(self, text: str, refusal: str = "") -> None:
        super().__init__(text)
        self.refusal = refusal


class Entry(click.Command):
    """What the registry looks for in the files of this package."""


class Verb(Entry):
    """A command without a noun: `@click.command("apply", cls=Verb)`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.append(_json_option())


class Noun(click.Group, Entry):
    """A noun with its verbs: `@click.group("user", cls=Noun)`. Every verb takes --json."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not isinstance(cmd, Noun):
            cmd.params.append(_json_option())
        super().add_command(cmd, name)


def _json_option() -> click.Option:
    return click.Option(
        ["--json"], is_flag=True, expose_value=False, is_eager=True, callback=_say_json, help="Answer in JSON."
    )


def _say_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        context.find_root().obj.as_json = True


class Operator:
    """The store of one run of the tool, opened at the first command that needs it, and the run's way of answering."""

    def __init__(self, settings: Config, commands: click.Group, *, as_json: bool) -> None:
        self.settings = settings
        self.commands = commands
        """All that there are, for those that list or call the others."""
        self.as_json = as_json
        self._opened: _Opened | None = None

    # -- doing -------------------------------------------------------------------------------------------------------
    def run(self, work: Work[T]) -> T:
        """Do `work` on the services; a refusal becomes one line and exit status 2 (Refused)."""
        try:
            if self._opened is None:
                self._opened = _Opened(self.settings)
            return self._opened.do(work)
        except ConfigError as error:
            raise Refused(str(error)) from error
        except Refusal as refusal:
            raise Refused(str(refusal), type(refusal).__name__) from refusal
        except sqlite3.Error as error:
            raise Refused(f"{self.settings.data}: {error}") from error

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    # -- answering ---------------------------------------------------------------------------------------------------
    def show(self, rows: Sequence[RowT], line: str | Callable[[RowT], str]) -> None:
        """A list: JSON where it is asked for, else one line per row: by the template `line`, or as it says."""

        def told(row: RowT) -> str:
            return (line.format(**row) if isinstance(line, str) else line(row)).rstrip()

        self.answer(list(rows), lambda: "\n".join(told(row) for row in rows))

    def show_one(self, facts: Row) -> None:
        """One object, every fact on a line of its own."""
        width = max((len(name) for name in facts), default=0)
        self.answer(dict(facts), lambda: "\n".join(f"{name:<{width}}  {_told(value)}" for name, value in facts.items()))

    def done(self, text: str, **facts: object) -> None:
        """What was done, as a sentence; the facts of it in JSON."""
        self.answer(facts, lambda: text)

    def answer(self, value: object, text: Callable[[], str]) -> None:
        """The one way out. A batch takes the value; everybody else gets a text that is built when it is wanted."""
        told = to_json(value) if self.as_json else text()
        if told:
            click.echo(told)

    # -- being given something ---------------------------------------------------------------------------------------
    def given_text(self, file: Path | None = None) -> str:
        """The text of `file`; of standard input for None or `-`. Raises Refused when it cannot be read."""
        try:
            return sys.stdin.read() if file is None or str(file) == "-" else file.read_text(encoding="utf-8")
        except OSError as error:
            raise Refused(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise Refused(f"{file or 'standard input'}: not UTF-8: {error.reason} at byte {error.start}") from error

    def given_document(self, file: Path | None = None) -> Any:
        """The JSON or TOML of `file`, or of standard input. Raises Refused that says where it is broken."""
        text = self.given_text(file)
        return document(text, str(file) if file is not None and str(file) != "-" else "standard input")

    def given_secret(self) -> str:
        """A password: asked for twice on a terminal, else the first line of standard input."""
        if sys.stdin.isatty():
            return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
        return sys.stdin.readline().rstrip("\r\n")

    def confirm(self, question: str, *, yes: bool) -> None:
        """Before what cannot be undone. Raises Abort."""
        if not yes:
            click.confirm(question, abort=True)


class _Opened:
    """An open store with its services, on an event loop in a thread of its own.

    The loop must run while the tool waits for its next command: other processes of the store send wake-ups, and a
    socket that nobody reads keeps them trying.
    """

    def __init__(self, settings: Config) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="operator", daemon=True)
        self._thread.start()
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = SqliteStore(settings.data)
            self._call(self._store.open())
        except (NewerStoreError, sqlite3.Error, OSError) as error:
            self._stop()
            raise ConfigError(f"{settings.data}: cannot open the store: {error}") from error
        self._services = Services.join(
            self._store,
            SystemClock(),
            settings.limits,
            host_name=settings.listen.name,
            sink=DirectorySink(settings.data / "outbound"),
        )

    def do(self, work: Work[T]) -> T:
        async def done() -> T:
            return await work(self._services)

        return self._call(done())

    def close(self) -> None:
        try:
            self._call(self._store.close())
        finally:
            self._stop()

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def document(text: str, where: str) -> Any:
    """JSON when it begins like an object or a list of objects, else TOML. Raises Refused naming `where`."""
    try:
        if text.lstrip()[:1] in ("{", "["):
            try:
                return json.loads(text)
            except json.JSONDecodeError:
                if text.lstrip()[:1] == "{":
                    raise
        return tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(f"{where}: not JSON: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{where}: neither JSON nor TOML: {error}") from error


def to_json(value: object) -> str:
    """Instants in UTC as RFC 3339, bytes in base64, dataclasses and msgspec's structs as objects."""
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)


def _told(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_told(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_told(each)}" for name, each in value.items())
    return str(value)


def account_of(entry: DirectoryEntry) -> AccountId:
    """Raises Invalid for a group."""
    if entry.account_id is None:
        raise Invalid(f"{entry.address} is a group and has no folders")
    return entry.account_id

"""How defects get at the built objects: commands, what they write, and methods of services."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, cast

from mailproof_server.app.build import Server
from mailproof_server.protocols.imap.command import Command, Reply
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.stream import CommandLine

Wrapper = Callable[[Callable[[Session, CommandLine], Awaitable[Reply]], Session, CommandLine], Awaitable[Reply]]


def change_command(server: Server, name: bytes, **changes: Any) -> None:
    """Replace fields of an IMAP command, of its UID form too."""
    table = cast("dict[bytes, Command]", server.imap.commands)
    for full_name in (name, b"UID " + name):
        if full_name in table:
            table[full_name] = dataclasses.replace(table[full_name], **changes)


def wrap_command(server: Server, name: bytes, wrapper: Wrapper) -> None:
    """Let `wrapper(run, session, line)` stand in for an IMAP command's `run`."""
    original = server.imap.commands[name].run

    async def run(session: Session, line: CommandLine) -> Reply:
        return await wrapper(original, session, line)

    change_command(server, name, run=run)


def rewrite_untagged(server: Server, name: bytes, rewrite: Callable[[bytes], bytes]) -> None:
    """Send everything that an IMAP command writes before its completion through `rewrite`; b"" says nothing."""

    async def wrapper(
        run: Callable[[Session, CommandLine], Awaitable[Reply]], session: Session, line: CommandLine
    ) -> Reply:
        write = session.write

        def rewritten(data: bytes) -> None:
            changed = rewrite(data)
            if changed:
                write(changed)

        session.write = rewritten  # type: ignore[method-assign]
        try:
            return await run(session, line)
        finally:
            del session.write  # type: ignore[misc]

    wrap_command(server, name, wrapper)


def rewrite_reply(server: Server, name: bytes, rewrite: Callable[[Reply], Reply]) -> None:
    """Send an IMAP command's completion through `rewrite`."""

    async def wrapper(
        run: Callable[[Session, CommandLine], Awaitable[Reply]], session: Session, line: CommandLine
    ) -> Reply:
        return rewrite(await run(session, line))

    wrap_command(server, name, wrapper)


def replace_method(owner: object, name: str, make: Callable[[Any], Any]) -> None:
    """Replace a method of one built object: `make` is given the original and returns what stands in for it."""
    setattr(owner, name, make(getattr(owner, name)))

"""Defects of what is computed at arrival, and of signing in, in the parts that need more than a line."""

import re

from mailproof_server.app.build import Server
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.model.account import Principal
from mailproof_server.model.errors import Refusal
from mailproof_server.model.item import Content
from mailproof_server.protocols.imap.names import resolve
from mailproof_server.protocols.imap.session import Session
from mailproof_server.services import messages as storing
from mailproof_server.wire.imap.errors import WireError
from mailproof_server.wire.imap.parse import Parser
from mailproof_server.wire.imap.stream import CommandLine

# ENVELOPE: date, subject, then from, sender, reply-to as lists of addresses.
_DEFAULTED = re.compile(rb"(\(\(.*?\)\)) \1 \1 ", re.DOTALL)


def replace_summary(_server: Server, change) -> None:
    """Let `change(content)` stand for the content of every message that APPEND stores."""
    original = storing.make_content

    async def make_content(data: bytes) -> Content:
        return change(await original(data))

    storing.make_content = make_content


def without_defaults(envelope: bytes) -> bytes:
    """An ENVELOPE whose sender and reply-to are NIL where they were From's."""
    return _DEFAULTED.sub(rb"\1 NIL NIL ", envelope, count=1)


def append_head_name(line: CommandLine) -> str | None:
    """The folder that an APPEND names; None when the command is broken."""
    parser = Parser(line.text, line.literals)
    try:
        parser.sp()
        return parser.mailbox()
    except WireError:  # the command itself will say what is wrong
        return None


async def create_quietly(session: Session, name: str) -> None:
    """Make a folder unless it is there."""
    try:
        where = await resolve(session.signed_in, session.services.folders, name)
        await session.services.folders.create(session.signed_in, where.owner, where.path)
    except Refusal:
        return


def accept_any_password(server: Server) -> None:
    """Sign in whoever names an account."""
    services = server.services

    def make(original):
        async def authenticate(login: str, password: str, *, protocol: str, address: str, authorize: str = ""):
            try:
                return await original(login, password, protocol=protocol, address=address, authorize=authorize)
            except Refusal:
                entry = await services.directory.entry_by_address(login.lower())
                if entry.account_id is None:
                    raise
                return Principal(entry.id, entry.address, entry.account_id, entry.display_name)

        return authenticate

    replace_method(services.credentials, "authenticate", make)

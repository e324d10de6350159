"""Identifiers, obsolete rights and the order of commands, RFC 4314 sections 2.1.1, 3 and 5.1.1."""

from __future__ import annotations

import pytest

from mailproof_suites.case import expect, needs, requirement
from mailproof_suites.clients.imap import AclData, ListRightsData
from mailproof_suites.imap.sharing import Shared

pytestmark = needs("imap:ACL", "role:other")


@requirement("RFC4314:2.1.1-3")
def test_listrights_shows_obsolete_rights(shared: Shared) -> None:
    """Where a delete right can be granted d can, too, and c where a create right can."""
    told = shared.owner.command("LISTRIGHTS", shared.folder, shared.account.address).require_ok().only(ListRightsData)
    offered = {chr(letter) for group in (told.required, *told.optional) for letter in group}
    for right, members in {"d": "tex", "c": "kx"}.items():
        if offered & set(members) - {"x"}:
            expect.contains(offered, right, "rights that LISTRIGHTS offers")


@requirement("RFC4314:3-2")
@pytest.mark.parametrize("command", ["SETACL {} {} lr", "DELETEACL {} {}", "LISTRIGHTS {} {}"])
@pytest.mark.parametrize("identifier", [b'""', b'"\x07"'], ids=["empty", "control"])
def test_no_identifier_is_bad(shared: Shared, command: str, identifier: bytes) -> None:
    """What is empty, or cannot be prepared by SASLprep, makes the command BAD."""
    verb, _, rest = command.format(shared.folder, "\0").partition(" ")
    expect.bad(shared.owner.command(verb, rest.encode().replace(b"\0", identifier)))


@requirement("RFC4314:5.1.1-5")
def test_commands_behind_setacl_are_done_after_it(shared: Shared) -> None:
    """SETACL and GETACL are sent at once: GETACL tells the new entry; then DELETEACL and GETACL, and it is gone."""
    who, owner = shared.account.address, shared.owner
    for change in (("SETACL", shared.folder, who, "lr"), ("DELETEACL", shared.folder, who)):
        tags = [owner.start(*change), owner.start("GETACL", shared.folder)]
        answers = [owner.finish(tag) for tag in tags]
        told = {name for data in answers[1].of(AclData) for name, _ in data.entries}
        expect.equal(who.encode() in told, change[0] == "SETACL", f"whether GETACL tells the entry behind {change[0]}")

"""Mailbox names that are not normalised, RFC 9051 sections 5.1, 6.3.2 to 6.3.12 and 6.3.9.7.

A server may refuse such a name (any NO is right), or take it for its normalised form, and then says so by OLDNAME.
"""

import unicodedata

import pytest

from mailproof_suites.case import Completion, ImapClient, Literal, MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, quoted
from mailproof_suites.clients.imap.command import Part

pytestmark = needs("imap:IMAP4rev2")

SUFFIX = "-Gru\u0308\u00dfe"
OLD = {
    "CREATE": "RFC9051:6.3.4-9",
    "SELECT": "RFC9051:6.3.2-7",
    "DELETE": "RFC9051:6.3.5-7",
    "RENAME": "RFC9051:6.3.6-9",
    "APPEND": "RFC9051:6.3.12-13",
}


def plain(name: str) -> bytes:
    """The name in form C."""
    return unicodedata.normalize("NFC", name).encode()


def as_sent(name: str) -> bytes:
    """The name as it is, in quotes."""
    return quoted(name.encode())


def told(answer: Completion) -> dict[bytes, str]:
    """Old names by the new ones, as LIST responses tell them."""
    return {each.mailbox: str(each.extended["OLDNAME"]) for each in answer.of(ListData) if "OLDNAME" in each.extended}


@requirement("RFC9051:5.1-4", "RFC9051:6.3.4-8")
@pytest.mark.parametrize(
    "suffix", [SUFFIX, "-A\u030a", "-\u212b", "-\u1100\u1161", "-q\u0323\u0307"], ids=lambda each: each.encode().hex()
)
def test_no_name_is_made_that_is_not_normalised(rev2: ImapClient, world: World, suffix: str) -> None:
    """CREATE refuses the name, or makes the one in form C; a name in form C is not refused."""
    name = world.folder_name(suffix)
    answer = rev2.command("CREATE", as_sent(name))
    made = {each.mailbox for each in rev2.command("LIST", '""', quoted(world.folder_name("*"))).of(ListData)}
    already = unicodedata.is_normalized("NFC", name)
    allowed = {plain(name)} if answer.ok else set()
    expect.equal(made, allowed, f"names after CREATE, which was answered {answer.status}")
    expect.that(answer.ok or not already, "CREATE", expected="OK for a normalised name", actual=answer.line)


@requirement("RFC9051:5.1-5")
@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE", "STATUS", "SUBSCRIBE", "APPEND", "RENAME", "DELETE"])
def test_a_name_that_create_took_is_taken_by_other_commands(
    rev2: ImapClient, world: World, make_message: MakeMessage, verb: str
) -> None:
    """Where CREATE takes a name that is not normalised, the same name works everywhere."""
    name = as_sent(world.folder_name(SUFFIX))
    if not rev2.command("CREATE", name).ok:
        expect.note("the server takes no names that are not normalised")
        return
    arguments: dict[str, list[Part]] = {
        "STATUS": ["(MESSAGES)"],
        "APPEND": [Literal(make_message())],
        "RENAME": [rev2.mailbox(world.folder_name("-new"))],
    }
    expect.ok(rev2.command(verb, name, *arguments.get(verb, [])))


@requirement("RFC9051:6.3.9.7-1", *OLD.values())
@pytest.mark.parametrize("verb", OLD)
def test_a_normalised_name_is_told(rev2: ImapClient, world: World, make_message: MakeMessage, verb: str) -> None:
    """The command is refused, or a LIST response has the normalised name and OLDNAME."""
    name = world.folder_name(SUFFIX)
    if verb != "CREATE":
        rev2.command("CREATE", quoted(plain(name))).require_ok()
    new = world.folder_name("-Za\u0308hlung")
    arguments: dict[str, list[Part]] = {"RENAME": [as_sent(new)], "APPEND": [Literal(make_message())]}
    answer = rev2.command(verb, as_sent(name), *arguments.get(verb, []))
    if not answer.ok:
        expect.refused(answer)
        return
    wanted = plain(new if verb == "RENAME" else name)
    expect.contains(told(answer), wanted, f"names with OLDNAME in the answer to {verb}", requirement=OLD[verb])

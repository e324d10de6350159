"""SPECIAL-USE and CREATE-SPECIAL-USE, RFC 6154."""

from __future__ import annotations

import pytest

from mailproof_suites.case import ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, MetadataData

USES = {rb"\all", rb"\archive", rb"\drafts", rb"\flagged", rb"\junk", rb"\sent", rb"\trash", rb"\important"}
"""RFC 6154 section 2 and RFC 8457."""
LISTS = needs("imap:SPECIAL-USE|IMAP4rev2")
CREATES = needs("imap:CREATE-SPECIAL-USE")


def uses(data: ListData) -> set[bytes]:
    """Special uses among the attributes, in lower case."""
    return {attribute.lower() for attribute in data.attributes} & USES


@LISTS
@needs("imap:LIST-EXTENDED|IMAP4rev2")
@requirement("RFC6154:2-1", "RFC6154:2-2")
def test_selection_and_return_option_agree(imap: ImapClient) -> None:
    """The names that LIST (SPECIAL-USE) selects are those to which RETURN (SPECIAL-USE) gives a use."""
    every = {data.mailbox: uses(data) for data in imap.list_mailboxes("", "*", returns="SPECIAL-USE")}
    marked = {name: found for name, found in every.items() if found}
    if not marked:
        pytest.skip("no mailbox of the account has a special use")
    selected = {data.mailbox for data in imap.list_mailboxes("", "*", select="SPECIAL-USE")}
    expect.equal(selected, set(marked), "names selected", requirement="RFC6154:2-2")


@LISTS
@needs("imap:LIST-EXTENDED|IMAP4rev2")
@requirement("RFC6154:2-2")
def test_the_selection_shows_the_uses(imap: ImapClient, folder: str) -> None:
    """Every name that LIST (SPECIAL-USE) selects is told with its use; an ordinary one is not selected."""
    found = imap.list_mailboxes("", "*", select="SPECIAL-USE", returns="SPECIAL-USE")
    expect.equal([data.mailbox for data in found if not uses(data)], [], "names selected without a use")
    expect.lacks([data.mailbox for data in found], folder.encode(), "names selected")


@CREATES
@requirement("RFC6154:3-1", "FOLD-01")
@pytest.mark.parametrize("use", [r"\Archive", r"\Junk", r"\sent"])
def test_create_with_a_use(imap: ImapClient, world: World, use: str) -> None:
    """The new mailbox has the use, unless the server says NO: one such mailbox may be enough."""
    name = world.folder_name("-special")
    answer = imap.command("CREATE", name, f"(USE ({use}))")
    expect.graded(answer.status, {"OK": "", "NO": f"the server makes no second {use}"}, "CREATE")
    found = imap.list_mailboxes("", name, returns="SPECIAL-USE")
    expected = [{use.lower().encode()}] if answer.ok else []
    expect.equal([uses(data) for data in found], expected, "special uses of the new mailbox")


@CREATES
@requirement("RFC6154:3-1")
def test_create_with_no_use(imap: ImapClient, world: World) -> None:
    """The list of uses may be empty: an ordinary mailbox."""
    name = world.folder_name("-ordinary")
    expect.ok(imap.command("CREATE", name, "(USE ())"))
    expect.equal([uses(data) for data in imap.list_mailboxes("", name, returns="SPECIAL-USE")], [set()], "special uses")


@CREATES
@requirement("RFC6154:3-2", "RFC6154:3-3")
@pytest.mark.parametrize("use", [r"\NoSuchUse", r"\Archive \NoSuchUse", r"\Seen"])
def test_an_unknown_use_is_refused(imap: ImapClient, world: World, use: str) -> None:
    """NO [USEATTR], and there is no such mailbox afterwards."""
    name = world.folder_name("-special")
    answer = imap.command("CREATE", name, f"(USE ({use}))")
    expect.no(answer, requirement="RFC6154:3-2")
    expect.equal(imap.list_mailboxes("", name), [], "mailboxes of this name", requirement="RFC6154:3-2")
    expect.no(answer, code="USEATTR", requirement="RFC6154:3-3")


@CREATES
@requirement("RFC6154:3-4")
@pytest.mark.parametrize(
    "parameter", ["()", "(USE)", r"(USE \Sent)", r"USE (\Sent)", r"(USE (\Sent)", "(COLOUR (blue))"]
)
def test_a_broken_parameter_is_bad(imap: ImapClient, world: World, parameter: str) -> None:
    """What the grammar lacks is BAD, and nothing is made."""
    name = world.folder_name("-special")
    expect.bad(imap.command("CREATE", name, parameter, on_purpose=True))
    expect.equal(imap.list_mailboxes("", name), [], "mailboxes of this name")


@LISTS
@needs("imap:METADATA")
@requirement("RFC6154:4-1")
def test_metadata_takes_no_nonsense(imap: ImapClient, folder: str) -> None:
    r"""SETMETADATA with a use that nobody knows does not give the mailbox a use."""
    answer = imap.command("SETMETADATA", folder, r'(/private/specialuse "\\NoSuchUse")')
    untied = "/private/specialuse is an entry like any other"
    expect.graded(answer.status, {"NO": "", "BAD": "", "OK": untied}, "the answer")
    attributes = [data.attributes for data in imap.list_mailboxes("", folder, returns="SPECIAL-USE")]
    expect.lacks({each.lower() for each in attributes[0]}, rb"\nosuchuse", "attributes")


@LISTS
@needs("imap:METADATA")
@requirement("RFC6154:4-2")
def test_metadata_tells_the_uses(imap: ImapClient, folder: str) -> None:
    """GETMETADATA /private/specialuse tells what LIST tells, and nothing for an ordinary mailbox."""
    for data in [*imap.list_mailboxes("", folder), *imap.list_mailboxes("", "*", returns="SPECIAL-USE")]:
        if data.has(rb"\Noselect"):
            continue
        answer = imap.command("GETMETADATA", imap.mailbox(data.mailbox), "/private/specialuse").require_ok()
        told = b" ".join(value for each in answer.of(MetadataData) for value in each.entries.values() if value)
        expect.equal({use.lower() for use in told.split()}, uses(data), f"/private/specialuse of {data.mailbox!r}")

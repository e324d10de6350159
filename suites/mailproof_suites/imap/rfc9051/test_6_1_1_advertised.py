"""What a server can do it says, RFC 9051 section 6.1.1 and the extensions: no capability works without its name."""

import pytest

from mailproof_suites.case import Append, Capabilities, ImapClient, World, expect, requirement

PROBES = {
    "NAMESPACE": ("RFC2342:4-1", "NAMESPACE", "NAMESPACE"),
    "BINARY": ("RFC3516:4.1-1", "BINARY", "FETCH 1 (BINARY.SIZE[1])"),
    "WITHIN": ("RFC5032:2-3", "WITHIN", "SEARCH YOUNGER 1000"),
    "SPECIAL-USE": ("RFC6154:2-3", "SPECIAL-USE", 'LIST (SPECIAL-USE) "" "*"'),
    "CREATE-SPECIAL-USE": ("RFC6154:3-5", "CREATE-SPECIAL-USE SPECIAL-USE", r"CREATE {folder}-use (USE (\Drafts))"),
    "OBJECTID": ("RFC8474:3-1", "OBJECTID", "FETCH 1 (EMAILID)"),
    "SAVEDATE": ("RFC8514:4.1-1", "SAVEDATE", "FETCH 1 (SAVEDATE)"),
}
INSIDE_REV2 = {"NAMESPACE", "BINARY", "SPECIAL-USE"}
"""RFC 9051 Appendix E: part of IMAP4rev2, and need not be advertised beside it."""


@pytest.mark.parametrize(
    ("names", "command"),
    [pytest.param(names, command, marks=requirement(row)) for row, names, command in PROBES.values()],
    ids=list(PROBES),
)
def test_what_works_is_advertised(
    imap: ImapClient, folder: str, append: Append, world: World, names: str, command: str
) -> None:
    """A command of an extension that is answered by OK belongs to a capability that is listed."""
    append(folder)
    imap.select(folder)
    world.folder_name("-use")
    if not imap.command(command.format(folder=folder)).ok:
        return
    wanted = set(names.split()) - (INSIDE_REV2 if "IMAP4REV2" in imap.capabilities else set())
    missing = sorted(wanted - imap.capabilities)
    expect.equal(missing, [], "capabilities that work and are not advertised")


@requirement("RFC5182:2.1-9", "RFC5182:2.4-3")
def test_searchres_comes_with_esearch(capabilities: Capabilities, imap: ImapClient) -> None:
    """A server with SEARCHRES advertises ESEARCH, or speaks IMAP4rev2, which has it."""
    del capabilities
    if "SEARCHRES" in imap.capabilities:
        known = imap.capabilities & {"ESEARCH", "IMAP4REV2"}
        expect.that(known, "capabilities", expected="ESEARCH", actual=sorted(imap.capabilities))


@requirement("RFC9208:1-1")
def test_quota_comes_with_a_resource(imap: ImapClient) -> None:
    """A server with QUOTA advertises one resource at least (RFC 2087 had none: a server of it lists QUOTA alone)."""
    resources = [name for name in imap.capabilities if name.startswith("QUOTA=RES-")]
    if "QUOTASET" in imap.capabilities or resources:
        expect.that(resources, "capabilities", expected="one QUOTA=RES- at least", actual=sorted(imap.capabilities))
    elif "QUOTA" in imap.capabilities:
        expect.note("the server knows QUOTA as RFC 2087 had it")

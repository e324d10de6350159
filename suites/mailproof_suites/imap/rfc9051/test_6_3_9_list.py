"""LIST, RFC 9051 section 6.3.9 in its basic form (RFC 3501 section 6.3.8)."""

import pytest

from mailproof_suites.case import Capabilities, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import ListData, quoted


def listed(imap: ImapClient, reference: str, pattern: str) -> set[str]:
    """Names that LIST finds, without the case's own base name."""
    return {each.mailbox.decode() for each in imap.list_mailboxes(reference, pattern)}


@pytest.fixture
def base(imap: ImapClient, world: World, capabilities: Capabilities) -> str:
    """A tree: base, base/alpha, base/alpha/beta, base/gamma, baseZ. Returns the name of base."""
    if capabilities.delimiter != "/":
        pytest.skip("these patterns are written for the delimiter '/'")
    top = world.folder_name()
    for name in (top, f"{top}/alpha", f"{top}/alpha/beta", f"{top}/gamma", f"{top}Z"):
        imap.create(name)
    return top


@requirement("RFC9051:6.3.9-1", "RFC9051:6.3.9-8", "RFC3501:6.3.8-1", "RFC3501:6.3.8-2", "FOLD-01")
@pytest.mark.parametrize(
    ("reference", "pattern", "expected"),
    [
        ("", "{}", {""}),
        ("", "{}*", {"", "/alpha", "/alpha/beta", "/gamma", "Z"}),
        ("", "{}%", {"", "Z"}),
        ("", "{}/*", {"/alpha", "/alpha/beta", "/gamma"}),
        ("", "{}/%", {"/alpha", "/gamma"}),
        ("", "{}/%/%", {"/alpha/beta"}),
        ("", "{}/a%a", {"/alpha"}),
        ("", "{}/a*a", {"/alpha", "/alpha/beta"}),
        ("", "{}/*a", {"/alpha", "/alpha/beta", "/gamma"}),
        ("", "{}/%ta", set()),
        ("", "{}*ta", {"/alpha/beta"}),
        ("", "{}**", {"", "/alpha", "/alpha/beta", "/gamma", "Z"}),
        ("", "{}/nothing", set()),
        ("{}/", "%", {"/alpha", "/gamma"}),
        ("{}/alpha/", "*", {"/alpha/beta"}),
        ("{}/", "alpha", {"/alpha"}),
    ],
)
def test_wildcards_find_the_names_that_they_should(
    imap: ImapClient, base: str, reference: str, pattern: str, expected: set[str]
) -> None:
    """The star matches anything, the percent sign anything but the delimiter, and the reference comes before."""
    found = listed(imap, reference.format(base), pattern.format(base))
    expect.equal(found, {base + end for end in expected}, "names listed")


@requirement("RFC9051:6.3.9-2", "FOLD-01")
@pytest.mark.parametrize("reference", ["", "some-reference"])
def test_an_empty_name_asks_for_the_delimiter(imap: ImapClient, capabilities: Capabilities, reference: str) -> None:
    r"""LIST with an empty name gives one \Noselect response with delimiter and root, no mailbox."""
    found = imap.list_mailboxes(reference, "")
    expect.equal(len(found), 1, "number of LIST responses")
    expect.that(found[0].has(rb"\Noselect"), "attributes", expected=r"\Noselect", actual=found[0].attributes)
    expect.equal((found[0].delimiter or b"").decode(), capabilities.delimiter, "delimiter")


@requirement("RFC9051:6.3.9-3", "FOLD-01")
@pytest.mark.parametrize("pattern", ["*", "%", "INBOX", "inbox", "InB%", "iNBO*"])
def test_inbox_is_listed_in_capitals_for_every_pattern_that_fits(imap: ImapClient, pattern: str) -> None:
    """INBOX is always there, once, and it is sent as INBOX; patterns may match it in any letter case."""
    found = [each.mailbox for each in imap.list_mailboxes("", pattern) if each.mailbox.upper() == b"INBOX"]
    # interpretations.md: a pattern in small letters need not match "the uppercase string INBOX".
    absent = {} if pattern == pattern.upper() else {(): "INBOX is listed for patterns in capitals only"}
    expect.graded(tuple(found), {(b"INBOX",): "", **absent}, "INBOX among the names listed")


@requirement("RFC9051:6.3.9-4", "FOLD-01")
def test_the_same_mailbox_is_listed_once(imap: ImapClient, base: str) -> None:
    """No name comes twice."""
    names = [each.mailbox.decode() for each in imap.list_mailboxes("", f"{base}*")]
    expect.equal(sorted(names), sorted(set(names)), "names listed")


@requirement("RFC9051:6.3.9-5", "FOLD-01")
@needs("imap:CHILDREN|IMAP4rev2")
def test_attributes_tell_whether_there_are_children(imap: ImapClient, base: str) -> None:
    r"""\HasChildren for a parent, \HasNoChildren for a leaf, once asked for or told without asking."""
    found = {each.mailbox.decode(): each for each in imap.list_mailboxes("", f"{base}*")}
    for end, attribute in {"": rb"\HasChildren", "/alpha/beta": rb"\HasNoChildren", "Z": rb"\HasNoChildren"}.items():
        entry: ListData = found[base + end]
        expect.that(entry.has(attribute), f"attributes of …{end}", expected=attribute, actual=entry.attributes)


@requirement("RFC9051:6.3.9-6")
@pytest.mark.parametrize("form", ["atom", "quoted"])
def test_wildcards_need_no_quotes(imap: ImapClient, base: str, form: str) -> None:
    """The list wildcards may stand in an atom, unlike elsewhere."""
    pattern = f"{base}/%"
    answer = imap.command("LIST", '""', pattern if form == "atom" else quoted(pattern))
    expect.ok(answer)
    expect.equal(len(answer.of(ListData)), 2, "number of names")

"""Keywords that every server should know, RFC 9051 section 2.3.2."""

import pytest

from mailproof_suites.case import Append, ImapClient, World, expect, requirement

KEYWORDS = ["$MDNSent", "$Forwarded", "$Junk", "$NonJunk", "$Phishing"]


def has(imap: ImapClient, keyword: str) -> bool:
    """Whether the only message of the selected mailbox has the keyword, by FETCH and by SEARCH."""
    flags = {flag.lower() for flag in imap.fetch(1, "FLAGS").only().flags or ()}
    found = imap.search("KEYWORD", keyword)
    expect.equal(bool(found), keyword.lower().encode() in flags, f"found by KEYWORD {keyword}")
    return bool(found)


@requirement("RFC9051:2.3.2-1")
@pytest.mark.parametrize("way", ["STORE", "APPEND", "COPY", "MOVE"])
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_well_known_keywords_are_kept(
    imap: ImapClient, folder: str, world: World, append: Append, keyword: str, way: str
) -> None:
    """Set by STORE or given to APPEND they stay, and go along with COPY and MOVE."""
    if way == "MOVE" and "MOVE" not in imap.capabilities:
        pytest.skip("the server has no MOVE")
    append(folder, flags=[] if way == "STORE" else [keyword])
    imap.select(folder)
    if way == "STORE":
        imap.store(1, "+FLAGS", [keyword])
    elif way in ("COPY", "MOVE"):
        destination = world.folder_name("-destination")
        imap.create(destination)
        imap.command(way, "1", imap.mailbox(destination)).require_ok()
        folder = destination
    imap.select(folder)
    expect.that(has(imap, keyword), "the keyword", expected=keyword, actual="no such keyword")

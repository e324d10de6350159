"""CHILDREN, RFC 3348: attributes that every LIST tells. What they say: RFC 9051 section 6.3.9.5."""

from mailproof_suites.case import ImapClient, expect, requirement


@requirement("RFC3348:3-1")
def test_who_tells_of_children_says_so(imap: ImapClient, folder: str) -> None:
    r"""A server whose plain LIST has \HasChildren or \HasNoChildren advertises CHILDREN, or is one of RFC 9051."""
    told = imap.list_mailboxes("", folder)[0]
    if told.has(rb"\HasChildren") or told.has(rb"\HasNoChildren"):
        known = imap.capabilities & {"CHILDREN", "LIST-EXTENDED", "IMAP4REV2"}
        expect.that(known, "capabilities", expected="CHILDREN", actual=sorted(imap.capabilities))

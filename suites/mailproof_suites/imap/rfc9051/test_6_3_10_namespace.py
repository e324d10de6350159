"""NAMESPACE, RFC 9051 section 6.3.10 (first in RFC 2342)."""

from mailproof_suites.case import ImapClient, World, expect, needs, requirement

pytestmark = needs("imap:NAMESPACE|IMAP4rev2")


@requirement("RFC9051:6.3.10-1")
def test_there_is_a_personal_namespace_that_works(imap: ImapClient, world: World) -> None:
    """A mailbox created below the personal prefix is listed with the delimiter that NAMESPACE told."""
    personal = imap.namespace().personal
    expect.that(personal, "personal namespaces", expected="at least one", actual=personal)
    name = world.folder_name("-space")
    imap.create(name)
    found = imap.list_mailboxes("", name)
    expect.equal([each.delimiter for each in found], [(personal or ())[0].delimiter], "delimiter in LIST")


@requirement("RFC9051:6.3.10-2")
def test_namespace_takes_no_arguments(imap: ImapClient) -> None:
    """An argument is answered by BAD."""
    expect.bad(imap.command('NAMESPACE ""', on_purpose=True))

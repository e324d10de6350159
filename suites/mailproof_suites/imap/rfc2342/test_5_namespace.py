"""NAMESPACE, RFC 2342."""

from mailproof_suites.case import ConnectImap, ImapClient, expect, needs, requirement
from mailproof_suites.clients.imap import NamespaceData, is_utf7

pytestmark = needs("imap:NAMESPACE")


@requirement("RFC2342:5-1")
def test_one_response_tells_the_namespaces(imap: ImapClient) -> None:
    """Exactly one NAMESPACE response comes, and there is a personal namespace."""
    answer = imap.command("NAMESPACE")
    expect.ok(answer)
    expect.equal(len(answer.of(NamespaceData)), 1, "NAMESPACE responses")
    expect.given(answer.of(NamespaceData)[0].personal, "personal namespace")


@requirement("RFC2342:5-1")
def test_strangers_are_told_nothing(connect_imap: ConnectImap) -> None:
    """Before signing in the command is refused, without a NAMESPACE response."""
    answer = connect_imap(login=False).command("NAMESPACE")
    expect.refused(answer)
    expect.equal(answer.named("NAMESPACE"), [], "NAMESPACE responses")


@requirement("RFC2342:5-2", "FOLD-01")
def test_mailboxes_are_made_below_the_personal_prefix(imap: ImapClient, folder: str) -> None:
    """A mailbox that was made with the prefix is listed by prefix and %, with the delimiter that NAMESPACE tells."""
    personal = (imap.namespace().personal or ())[0]
    found = {each.mailbox: each.delimiter for each in imap.list_mailboxes("", personal.prefix + b"%")}
    expect.contains(found, folder.encode(), "names in the personal namespace")
    expect.equal(found[folder.encode()], personal.delimiter, "delimiter in LIST")
    root = imap.command('LIST "" ""').require_ok().named("LIST")
    expect.equal([each.data.delimiter for each in root], [personal.delimiter], "delimiter of the root")


@requirement("RFC2342:5-3")
def test_namespace_takes_no_argument(imap: ImapClient) -> None:
    """With an argument it is BAD."""
    expect.bad(imap.command("NAMESPACE INBOX", on_purpose=True))


@requirement("RFC2342:5-4", "RFC2342:6-1")
def test_prefixes_and_extensions_have_their_form(imap: ImapClient) -> None:
    """Prefixes are modified UTF-7; extensions begin with X-, the one of RFC 5255 aside."""
    spaces = imap.namespace()
    for entry in (*(spaces.personal or ()), *(spaces.other_users or ()), *(spaces.shared or ())):
        expect.that(
            is_utf7(entry.prefix), "prefix", expected="modified UTF-7", actual=entry.prefix, requirement="RFC2342:6-1"
        )
        strange = [
            name
            for name, _ in entry.extensions
            if not name.upper().startswith(b"X-") and name.upper() != b"TRANSLATION"
        ]
        expect.equal(strange, [], "extensions of no standard without X-", requirement="RFC2342:5-4")

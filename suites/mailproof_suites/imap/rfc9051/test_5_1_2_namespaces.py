"""Namespaces and who is found in them, RFC 9051 sections 5.1.2, 6.3.10 and 11.5 (RFC 2342 sections 2, 5 and 7)."""

from mailproof_suites.case import ConnectImap, ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import NamespaceEntry
from mailproof_suites.imap.sharing import find_shared

pytestmark = needs("imap:NAMESPACE|IMAP4rev2")


@requirement("RFC9051:5.1.2-1", "RFC2342:2-1")
def test_inbox_is_personal(imap: ImapClient) -> None:
    """A personal prefix is empty, or it is that of INBOX and its inferior names."""
    prefixes = [(each.prefix, each.delimiter or b"") for each in imap.namespace().personal or ()]
    right = any(not prefix or b"INBOX" + delimiter == prefix.upper() for prefix, delimiter in prefixes)
    expect.that(right, "personal prefixes", expected="one to which INBOX belongs", actual=prefixes)


@requirement("RFC9051:5.1.2-2", "RFC9051:5.1.2-3", "RFC2342:2-2", "RFC2342:2-3")
def test_there_is_one_namespace_of_a_kind(imap: ImapClient) -> None:
    """One personal namespace, and at most one of other users."""
    spaces = imap.namespace()
    expect.equal(len(spaces.personal or ()), 1, "personal namespaces", requirement="RFC9051:5.1.2-2")
    others = len(spaces.other_users or ())
    expect.that(
        others <= 1, "namespaces of other users", expected="1 at most", actual=others, requirement="RFC9051:5.1.2-3"
    )


def below(entry: NamespaceEntry, name: bytes) -> bytes:
    """The first level of a name below the prefix."""
    return name.removeprefix(entry.prefix).split(entry.delimiter or b"\0")[0]


@requirement("RFC9051:6.3.10-3", "RFC2342:5-5")
@needs("imap:ACL", "role:other")
def test_other_users_are_listed_by_their_names(
    imap: ImapClient, folder: str, world: World, connect_imap: ConnectImap
) -> None:
    """Behind the prefix there stands the user name with which LOGIN signs in."""
    guest = world.lease("other")
    shared = find_shared(imap, folder, guest, lambda: connect_imap(guest))
    spaces = shared.enter("lr").namespace()
    entries = [each for each in spaces.other_users or () if shared.name.startswith(each.prefix)]
    if not entries:
        expect.note("the server shows shared mailboxes outside of the namespace of other users")
        return
    expect.equal(below(entries[0], shared.name), world.lease().address.encode(), "the level below the prefix")


@requirement("RFC9051:6.3.10-4", "RFC9051:11.5-1", "RFC2342:5-6", "RFC2342:7-1")
@needs("imap:ACL", "role:other")
def test_users_who_granted_nothing_are_not_listed(
    imap: ImapClient, folder: str, world: World, connect_imap: ConnectImap
) -> None:
    """LIST of prefix and % names the owner while a folder is shared, and not once the right is taken away."""
    guest = world.lease("other")
    shared = find_shared(imap, folder, guest, lambda: connect_imap(guest))

    def users(client: ImapClient) -> set[bytes]:
        found: set[bytes] = set()
        for entry in client.namespace().other_users or ():
            for pattern in (b"%", b"*"):
                names = client.list_mailboxes("", entry.prefix + pattern)
                found |= {below(entry, each.mailbox) for each in names if each.mailbox.startswith(entry.prefix)}
        return found

    owner = world.lease().address.encode()
    before = users(shared.enter("lr"))
    if owner not in before:
        expect.note("the server shows shared mailboxes outside of the namespace of other users")
    expect.lacks(users(shared.enter("")), owner, "users told to somebody without any right")

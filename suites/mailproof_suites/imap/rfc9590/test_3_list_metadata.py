"""LIST with the return option METADATA, RFC 9590 section 3."""

from mailproof_suites.case import ImapClient, World, expect, needs, requirement
from mailproof_suites.clients.imap import MetadataData

pytestmark = needs("imap:LIST-METADATA", "imap:METADATA")

ENTRIES = (b"/private/comment", b"/shared/comment")


@requirement("RFC9590:3-1", "RFC9590:3-2", "RFC9590:3-3")
def test_each_mailbox_has_its_entries(imap: ImapClient, world: World) -> None:
    """A METADATA response for each LIST response, behind it, with the values; NIL where there is none."""
    values = {"-one": b"first", "-two": None, "-three": b"third"}
    names = {world.folder_name(suffix).encode(): value for suffix, value in values.items()}
    for name, value in names.items():
        imap.create(name)
        if value is not None:
            imap.command("SETMETADATA", imap.mailbox(name), b'(/private/comment "%b")' % value).require_ok()
    pattern = world.folder_name("-*")
    entries = b" ".join(ENTRIES).decode()
    answer = imap.command("LIST", '""', f'"{pattern}"', f"RETURN (METADATA ({entries}))").require_ok()
    told = {data.mailbox: {key.lower(): each for key, each in data.entries.items()} for data in answer.of(MetadataData)}
    expect.equal(
        told,
        {name: {ENTRIES[0]: value, ENTRIES[1]: None} for name, value in names.items()},
        "entries by mailbox",
        requirement="RFC9590:3-1",
    )
    order = [(each.data.mailbox, each.name) for each in answer.named("LIST", "METADATA")]
    first = {name: [kind for listed, kind in order if listed == name] for name in names}
    expect.equal(
        first,
        {name: ["LIST", "METADATA"] for name in names},
        "responses of each mailbox in order",
        requirement="RFC9590:3-2",
    )

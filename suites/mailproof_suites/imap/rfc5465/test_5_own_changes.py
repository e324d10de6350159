"""What a client does itself is no news for it, RFC 5465 section 5."""

from mailproof_suites.case import Append, World, expect, needs, requirement
from mailproof_suites.imap.rfc5465.conftest import Watch

pytestmark = needs("imap:NOTIFY")


@requirement("RFC5465:5-1")
def test_own_changes_are_not_told_with_the_next_answer(watch: Watch, folder: str, world: World, append: Append) -> None:
    """CREATE and APPEND, each followed by NOOP: neither LIST nor STATUS comes for what the client did."""
    client = watch("(PERSONAL (MessageNew MessageExpunge MailboxName))", select=folder)
    name = world.folder_name("-own")
    client.create(name)
    expect.equal(client.noop().named("LIST"), [], "LIST responses after the client's own CREATE")
    append(name, client=client)
    expect.equal(client.noop().named("STATUS"), [], "STATUS responses after the client's own APPEND")
    client.delete(name)
    expect.equal(client.noop().named("LIST"), [], "LIST responses after the client's own DELETE")

"""ENABLE (RFC 5161, RFC 9051 6.3.1)."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, State, bad, command, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.session import parse_enable
from mailproof_server.wire.imap.stream import CommandLine

ENABLABLE: dict[bytes, bytes] = {
    b"IMAP4REV2": b"IMAP4rev2",
    b"CONDSTORE": b"CONDSTORE",
    b"QRESYNC": b"QRESYNC",
    b"UTF8=ACCEPT": b"UTF8=ACCEPT",
}
"""Upper case as compared -> as advertised."""


@command(b"ENABLE", SIGNED_IN, capability=b"ENABLE", extra=(b"UTF8=ACCEPT",))
async def enable(session: Session, line: CommandLine) -> Reply:
    wanted = parse_enable(session.parser(line))
    if session.state is State.SELECTED and {b"UTF8=ACCEPT", b"IMAP4REV2"} & set(wanted):
        # RFC 9051 6.3.1: "only valid in the authenticated state, before any mailbox is selected". For these two it
        # matters: names already shown would change their spelling, and \\Recent would cease to be.
        return bad(b"This cannot be enabled in the selected state")
    fresh: list[bytes] = []
    for name in wanted:
        advertised = ENABLABLE.get(name)
        if advertised is not None and session.has(advertised) and name not in session.enabled:
            session.enabled.add(name)
            fresh.append(advertised)
    if session.enabled & {b"CONDSTORE", b"QRESYNC"}:
        # RFC 7162 3.2.3: enabling QRESYNC enables CONDSTORE too.
        session.enable_condstore()
    session.write(b"* ENABLED%b\r\n" % b"".join(b" " + name for name in fresh))
    return ok(b"ENABLE completed")

"""Keywords of extensions in any letter case, RFC 9051 section 9; every extension says the same of its own grammar."""

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, World, expect, needs, requirement
from mailproof_suites.clients.imap import Literal

LINES = {
    "UNSELECT": ("RFC3691:4-1", "imap:UNSELECT|IMAP4rev2", "unSelect"),
    "ACL": ("RFC4314:7-1", "imap:ACL", "myRights {folder}"),
    "ESEARCH": ("RFC4731:4-1", "imap:ESEARCH", "search return (mIn Max cOunt alL) all"),
    "ENABLE": ("RFC5161:4-1", "imap:ENABLE", "enAble x-NO-such-extension"),
    "SEARCHRES": ("RFC5182:3-1", "imap:SEARCHRES", "search return (sAve) all"),
    "METADATA": ("RFC5464:5-1", "imap:METADATA", "getMetadata (depth Infinity) {folder} /private/Comment"),
    "MOVE": ("RFC6851:5-1", "imap:MOVE", "uid mOve 4000000 {folder}"),
    "CONDSTORE": ("RFC7162:7-1", "imap:CONDSTORE", "uid fetch 1:* (flags modSeq) (changedSince 1)"),
    "UNCHANGEDSINCE": ("RFC7162:7-1", "imap:CONDSTORE", "uid store 1:* (unchangedsince 1) +Flags.silent (\\draft)"),
    "APPENDLIMIT": ("RFC7889:5-1", "imap:APPENDLIMIT", "status {folder} (appendLimit)"),
    "OBJECTID": ("RFC8474:7-1", "imap:OBJECTID", "fetch 1 (emailId threadid)"),
    "MAILBOXID": ("RFC8474:7-1", "imap:OBJECTID", "status {folder} (mailboxId)"),
    "QUOTA": ("RFC9208:7-1", "imap:QUOTA", "getQuotaRoot {folder}"),
    "PARTIAL": ("RFC9394:4-2", "imap:PARTIAL", "uid search return (partIal 1:5) all"),
    "NOTIFY": ("RFC5465:8-1", "imap:NOTIFY", "noTify sEt (selected (messageNew messageExpunge)) (Personal none)"),
}


@pytest.mark.parametrize(
    "line",
    [pytest.param(line, marks=[requirement(row), needs(need)]) for row, need, line in LINES.values()],
    ids=list(LINES),
)
def test_extensions_are_known_in_any_letter_case(imap: ImapClient, folder: str, append: Append, line: str) -> None:
    """Lower and mixed case mean the same as capitals."""
    append(folder)
    imap.select(folder)
    expect.ok(imap.command(line.format(folder=folder)))


@requirement("RFC4978:5-1")
@needs("imap:COMPRESS=DEFLATE")
def test_compress_is_known_in_any_letter_case(imap: ImapClient) -> None:
    """`compress Deflate` is OK, and the session goes on compressed."""
    expect.ok(imap.command("compress Deflate"))
    imap.stream.start_deflate()
    expect.ok(imap.command("NOOP"))


@requirement("RFC8508:5-1")
@needs("imap:REPLACE")
def test_replace_is_known_in_any_letter_case(
    imap: ImapClient, folder: str, world: World, append: Append, make_message: MakeMessage
) -> None:
    """`uid rePlace` replaces."""
    del world
    uid = append(folder)
    imap.select(folder)
    expect.ok(imap.command("uid rePlace", uid, imap.mailbox(folder), Literal(make_message())))

"""COMPRESS DEFLATE (RFC 4978): from the tagged OK on, both directions are raw deflate."""

from mailproof_server.protocols.imap.command import SIGNED_IN, Reply, bad, command, no, ok
from mailproof_server.protocols.imap.session import Session
from mailproof_server.wire.imap.session import parse_compress
from mailproof_server.wire.imap.stream import CommandLine


@command(b"COMPRESS", SIGNED_IN, capability=b"COMPRESS=DEFLATE")
async def compress(session: Session, line: CommandLine) -> Reply:
    algorithm = parse_compress(session.parser(line))
    if algorithm != b"DEFLATE":
        return bad(b"Unknown compression algorithm")  # RFC 4978 3: "BAD: … unknown argument"
    if session.stream.compressed:
        return no(b"DEFLATE is active already", b"COMPRESSIONACTIVE")
    session.after_completion = lambda: session.stream.start_deflate(session.reader.take_buffered())
    return ok(b"DEFLATE active")

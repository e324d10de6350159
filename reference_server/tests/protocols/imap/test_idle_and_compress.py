"""IDLE (RFC 2177, RFC 9051 6.3.13) and COMPRESS (RFC 4978)."""

import asyncio
import zlib
from typing import Any

from mailproof_server.model.item import Flag, FlagAction, Flags
from tests.protocols.imap.watching import watched

OPEN = """
a> 1 SELECT INBOX
a< ***
a< 1 OK [READ-WRITE] SELECT completed
"""


def test_changes_are_told_as_they_happen(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN + "a> 2 IDLE\na< + idling")
        await world.deliver(b"a: b\r\n\r\n")
        await world.script("a< * 2 EXISTS\na< * 2 RECENT")
        await world.script(
            r"""
            a2> 1 SELECT INBOX
            a2> 2 STORE 1 +FLAGS.SILENT (\Seen \Deleted)
            a2< ***
            a2< 2 OK STORE completed
            a< * 1 FETCH (UID 1 FLAGS (\Deleted \Seen \Recent))
            a2> 3 EXPUNGE
            a2< * 1 EXPUNGE
            a2< 3 OK EXPUNGE completed
            a< * 1 EXPUNGE
            a> done
            a< 2 OK IDLE completed
            a> 3 NOOP
            a< 3 OK NOOP completed
            """
        )

    converse(scenario, inbox=1)


def test_what_happened_before_is_told_at_the_start(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN)
        await world.deliver(b"a: b\r\n\r\n")
        await world.script("a> 2 IDLE\na< + idling\na< * 1 EXISTS\na< * 1 RECENT\na> DONE\na< 2 OK IDLE completed")

    converse(scenario)


def test_idle_without_a_folder(play: Any) -> None:
    play("a> 1 IDLE\na< + idling\na> DONE\na< 1 OK IDLE completed\na> 2 NOOP\na< 2 OK NOOP completed")


def test_anything_but_done_is_bad(play: Any) -> None:
    play(
        """
        a> 1 IDLE
        a> 2 NOOP
        a> 3 NOOP
        a< + idling
        a< 1 BAD Expected DONE
        a< 3 OK NOOP completed
        """
    )


def test_a_long_line_instead_of_done(play: Any) -> None:
    play(f"a> 1 IDLE\na> {'x' * 1000}\na> 3 NOOP\na< + idling\na< 1 BAD Expected DONE\na< 3 OK NOOP completed")


def test_done_in_pieces(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN + "a> 2 IDLE\na< + idling")
        client = await world.client("a")
        for octet in b"DONE\r":
            client.send(bytes([octet]))
            await world.quiet()
        assert client._lines() == []
        client.send(b"\n")
        await world.script("a< 2 OK IDLE completed")

    converse(scenario)


def test_watches_end_with_idle_and_with_the_connection(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN + "a> 2 IDLE\na< + idling")
        assert watched(world)
        await world.script("a> DONE\na< 2 OK IDLE completed")
        assert not watched(world)
        await world.script("a> 3 IDLE\na< + idling")
        (await world.client("a")).stream.eof_received()
        await world.quiet()
        assert not watched(world)

    converse(scenario)


def test_a_burst_of_changes(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        await world.script(OPEN + "a> 2 IDLE\na< + idling")
        folder_id = await world.folder_id(world.alice)
        for number in range(20):
            await world.deliver(b"a: %d\r\n\r\n" % number)
            await world.services.messages.set_flags(
                world.alice, folder_id, [(number + 1, number + 1)], FlagAction.ADD, Flags(Flag.SEEN)
            )
        await world.quiet()
        await world.script("a> DONE\na< ***\na< * 20 EXISTS\na< ***\na< 2 OK IDLE completed")
        await world.script(r"a> 3 SEARCH UNSEEN" + "\na< * SEARCH\na< 3 OK SEARCH completed")

    converse(scenario)


def test_both_directions_are_deflated(converse: Any) -> None:
    async def scenario(world: Any) -> None:
        client = await world.client("a")
        packer, unpacker = zlib.compressobj(6, zlib.DEFLATED, -15), zlib.decompressobj(-15)

        async def ask(octets: bytes, end: bytes = b"") -> bytes:
            """The answer, up to what it must end with."""
            client.send(packer.compress(octets) + packer.flush(zlib.Z_SYNC_FLUSH))
            answer = b""
            async with asyncio.timeout(10):
                while not answer or not answer.endswith(end):
                    await world.quiet()
                    answer += unpacker.decompress(client.transport.take())
            return answer

        # What follows COMPRESS in the same burst is deflated already.
        rest = packer.compress(b"2 NOOP\r\n") + packer.flush(zlib.Z_SYNC_FLUSH)
        client.send(b"1 COMPRESS DEFLATE\r\n" + rest)
        await world.quiet()
        plain, _, packed = client.transport.take().partition(b"\r\n")
        assert plain == b"1 OK DEFLATE active"
        assert unpacker.decompress(packed) == b"2 OK NOOP completed\r\n"
        assert await ask(b"3 COMPRESS DEFLATE\r\n") == b"3 NO [COMPRESSIONACTIVE] DEFLATE is active already\r\n"
        await ask(b"4 SELECT INBOX\r\n", b"4 OK [READ-WRITE] SELECT completed\r\n")
        assert (await ask(b"5 FETCH 1 BODY.PEEK[TEXT]\r\n")).startswith(b"* 1 FETCH (BODY[TEXT] {7}\r\nHello\r\n")
        assert (await ask(b"6 APPEND INBOX {4}\r\n")) == b"+ OK\r\n"
        await ask(b"a: b\r\n", b" APPEND completed\r\n")
        assert (await ask(b"7 IDLE\r\n")) == b"+ idling\r\n"
        assert (await ask(b"DONE\r\n")) == b"7 OK IDLE completed\r\n"
        client.send(b"\xff\xff\xff\xff damaged")
        await world.quiet()
        assert client.closed

    converse(scenario, inbox=1)


def test_unknown_algorithms(play: Any) -> None:
    play(
        """
        x> 1 COMPRESS DEFLATE
        x< 1 BAD Command not allowed in this state
        a> 1 COMPRESS LZ4
        a> 2 COMPRESS
        a< 1 BAD Unknown compression algorithm
        a< 2 BAD missing argument
        """
    )

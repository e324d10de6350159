"""The deflate layer of a connection: raw deflate both ways, flushed per hand-over (RFC 4978)."""

import zlib


class DeflateLayer:
    """Packs what leaves and unpacks what arrives, piece by piece."""

    __slots__ = ("_packer", "_piece_bytes", "_tail", "_unpacker")

    def __init__(self, *, level: int, piece_bytes: int, pending: bytes) -> None:
        """`pending`: deflated input that had arrived before the layer was switched on."""
        # A 4 KiB window and small tables: 40 KiB per connection instead of 300, for a few per cent of ratio.
        self._packer = zlib.compressobj(level, zlib.DEFLATED, -12, 5)
        # The peer may use the full window: only -15 understands every stream.
        self._unpacker = zlib.decompressobj(-15)
        self._piece_bytes = piece_bytes
        self._tail = pending

    @property
    def holds_input(self) -> bool:
        """Whether deflated input waits here for the next `unpack`."""
        return bool(self._tail)

    @property
    def ended(self) -> bool:
        """Whether the peer has ended its deflate stream: nothing it sends afterwards can be understood."""
        return self._unpacker.eof

    def pack(self, data: bytes | bytearray | memoryview) -> bytes:
        """Deflate `data` and flush, so that the peer can read all of it now; without the flush it waits for ever."""
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def unpack(self, packed: bytes = b"") -> bytes:
        """At most `piece_bytes` of the input; the rest stays for the next call. b"" when more input is needed.

        A kilobyte of deflate may unpack to a megabyte: the piece size is what bounds the memory.
        Raises zlib.error on a damaged stream.
        """
        data = self._unpacker.decompress(self._tail + packed if self._tail else packed, self._piece_bytes)
        self._tail = b"" if self._unpacker.eof else self._unpacker.unconsumed_tail
        return data

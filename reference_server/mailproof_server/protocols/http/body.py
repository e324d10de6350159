"""Request bodies, whole and with a limit that is checked before they are in memory (RFC 9110 section 15.5.14)."""

import zlib

from starlette.requests import Request

from mailproof_server.model.errors import Invalid, TooLarge


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The body, unpacked where Content-Encoding is gzip.

    Raises TooLarge past `max_bytes` (also of the unpacked body: a small one may unpack to anything), Invalid for what
    is no gzip and for other encodings.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise TooLarge(f"A request has at most {max_bytes} bytes")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise Invalid(f"The content encoding {encoding} is not supported")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
    pieces: list[bytes] = []
    size_bytes = 0
    async for piece in request.stream():
        try:
            piece = piece if unpack is None else unpack.decompress(piece, max_bytes - size_bytes + 1)
        except zlib.error as error:
            raise Invalid("The body is not gzip") from error
        size_bytes += len(piece)
        if size_bytes > max_bytes:
            raise TooLarge(f"A request has at most {max_bytes} bytes")
        pieces.append(piece)
    if unpack is not None and not unpack.eof:
        raise Invalid("The body is not gzip")
    return b"".join(pieces)

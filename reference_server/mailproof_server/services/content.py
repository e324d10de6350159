"""From bytes to what the store keeps of them: parsed once, when they arrive (ARCHITECTURE, walk of a message)."""

import asyncio

from mailproof_server.model.item import Content
from mailproof_server.wire.mime.digest import summarise

THREAD_ABOVE_BYTES = 256 * 1024
"""A smaller message is parsed faster than a thread is handed the work."""


async def make_content(data: bytes) -> Content:
    """Describe a message; every sequence of bytes is one (a broken one is described as far as it goes)."""
    if len(data) > THREAD_ABOVE_BYTES:
        return await asyncio.to_thread(content_of, data)
    return content_of(data)


def content_of(data: bytes) -> Content:
    """The same, in this thread."""
    summary = summarise(data)
    return Content(
        data=data,
        size_bytes=summary.size_bytes,
        structure=summary.structure,
        envelope=summary.envelope,
        body=summary.body,
        body_structure=summary.body_structure,
        preview=summary.preview,
        headers_text=summary.search_headers,
        body_text=summary.search_body,
        sent_at=summary.sent_date,
        message_id=summary.message_id or "",
        # RFC 5256 section 3: of In-Reply-To "the first (if any) valid Message ID" counts.
        in_reply_to=summary.in_reply_to[0] if summary.in_reply_to else "",
        references=tuple(summary.references),
        subject=summary.subject,
        # The store sorts by these as they are, so they are the folded ones.
        base_subject=summary.sort_subject,
        sort_from=summary.sort_from,
        sort_to=summary.sort_to,
        sort_cc=summary.sort_cc,
        display_from=summary.sort_display_from,
        display_to=summary.sort_display_to,
        has_attachment=summary.has_attachment,
    )

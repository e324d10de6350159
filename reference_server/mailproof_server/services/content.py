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
        size_bytes=len(data),
        structure=summary.structure,
        envelope=summary.envelope,
        body=summary.body,
        body_structure=summary.body_structure,
        preview=summary.preview,
        headers_text=summary.headers_text,
        body_text=summary.body_text,
        sent_at=summary.sent_at,
        message_id=summary.message_id,
        in_reply_to=summary.in_reply_to,
        references=summary.references,
        subject=summary.subject,
        base_subject=summary.base_subject,
        sort_from=summary.sort_from,
        sort_to=summary.sort_to,
        sort_cc=summary.sort_cc,
        display_from=summary.display_from,
        display_to=summary.display_to,
        has_attachment=summary.has_attachment,
    )

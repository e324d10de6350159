"""The fixture `preview` of the PREVIEW cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailproof_suites.case import Append, ImapClient, MakeMessage, expect

Preview = Callable[[str, str, bytes], str]


@pytest.fixture
def preview(imap: ImapClient, folder: str, append: Append, make_message: MakeMessage) -> Preview:
    """`preview(content_type, encoding, body)`: the preview of a message like that, which has to be UTF-8."""

    def fetch(content_type: str, encoding: str, body: bytes) -> str:
        headers = {"Content-Type": content_type, "Content-Transfer-Encoding": encoding}
        append(folder, make_message(headers=headers, body=body))
        imap.select(folder)
        data = imap.fetch("*", "(PREVIEW)").only()
        value = expect.given(data.get("PREVIEW"), "PREVIEW without LAZY", requirement="RFC8970:3.2-1")
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            raise expect.fail("PREVIEW", expected="UTF-8", actual=value, requirement="RFC8970:3.3-1") from None

    return fetch

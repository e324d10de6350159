"""Ids come back as they were given out, and nothing else is an id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailproof_server.model.ids import AccountId, FolderId, FolderUid, Modseq
from mailproof_server.protocols.ews import ids
from mailproof_server.protocols.ews.errors import EwsError

NUMBER = st.integers(1, 2**31 - 1)
ITEMS = st.builds(
    ids.ItemKey,
    NUMBER.map(AccountId),
    NUMBER.map(FolderId),
    st.integers(1, 2**32 - 1).map(FolderUid),
    st.integers(0, 2**33),
)


@given(ITEMS)
def test_items_come_back(key: ids.ItemKey) -> None:
    assert ids.parse_item_id(ids.item_id(key)) == key


@given(NUMBER.map(AccountId), NUMBER.map(FolderId))
def test_folders_come_back(account_id: AccountId, folder_id: FolderId) -> None:
    key = ids.FolderKey(account_id, folder_id)
    assert ids.parse_folder_id(ids.folder_id(key)) == key


@given(st.integers(1, 2**63 - 1).map(Modseq))
def test_change_keys_come_back(modseq: Modseq) -> None:
    assert ids.parse_change_key(ids.change_key(modseq)) == modseq


@given(ITEMS, st.lists(st.integers(0, 65535), min_size=1, max_size=5).map(tuple))
def test_attachments_come_back(item: ids.ItemKey, path: tuple[int, ...]) -> None:
    key = ids.AttachmentKey(item, path)
    text = ids.attachment_id(key)
    assert ids.parse_attachment_id(text) == key
    assert len(text) <= ids.MAX_ID_CHARACTERS


PARSERS = (ids.parse_item_id, ids.parse_folder_id, ids.parse_change_key, ids.parse_attachment_id)


@pytest.mark.parametrize("parse", PARSERS)
@given(st.text(max_size=80))
def test_any_text_is_refused_in_the_words_of_ews(parse: object, text: str) -> None:
    with pytest.raises(EwsError) as caught:
        parse(text)  # type: ignore[operator]
    assert caught.value.code.startswith("ErrorInvalid")


def test_kinds_are_told_apart() -> None:
    item = ids.ItemKey(AccountId(1), FolderId(2), FolderUid(3))
    folder = ids.FolderKey(AccountId(1), FolderId(2))
    for parse, text, code in (
        (ids.parse_item_id, ids.folder_id(folder), "ErrorCannotUseFolderIdForItemId"),
        (ids.parse_folder_id, ids.item_id(item), "ErrorCannotUseItemIdForFolderId"),
        (ids.parse_attachment_id, ids.item_id(item), "ErrorInvalidIdNotAnItemAttachmentId"),
        (ids.parse_item_id, "", "ErrorInvalidIdEmpty"),
        (ids.parse_item_id, ids.change_key(Modseq(1)), "ErrorInvalidIdMalformed"),
        (ids.parse_change_key, ids.item_id(item), "ErrorInvalidChangeKey"),
    ):
        with pytest.raises(EwsError) as caught:
            parse(text)
        assert caught.value.code == code


def test_one_object_has_one_id() -> None:
    """Base64 has several texts for the same octets where its last bits are free."""
    text = ids.item_id(ids.ItemKey(AccountId(1), FolderId(2), FolderUid(3)))
    assert text.endswith("A==")
    for other in (text[:-3] + "B==", text.rstrip("="), text + "\n"):
        with pytest.raises(EwsError) as caught:
            ids.parse_item_id(other)
        assert caught.value.code == "ErrorInvalidIdMalformed"

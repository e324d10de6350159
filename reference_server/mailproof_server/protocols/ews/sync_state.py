"""SyncState: a folder and a place in the change log, opaque to clients (MS-OXWSSYNC 2.2.2)."""

import base64
import binascii
import struct
from dataclasses import dataclass

from mailproof_server.model.ids import FolderId, Modseq
from mailproof_server.protocols.ews.errors import EwsError

_FORM = struct.Struct(">BIQ")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class State:
    """Everything up to `cursor` is known to the client."""

    folder_id: FolderId
    cursor: Modseq


def text(state: State) -> str:
    return base64.b64encode(_FORM.pack(_VERSION, state.folder_id, state.cursor)).decode("ascii")


def parse(given: str, folder_id: FolderId) -> State:
    """A state of that folder. Raises EwsError: ErrorInvalidSyncStateData."""
    try:
        version, known, cursor = _FORM.unpack(base64.b64decode(given.strip(), validate=True))
    except (binascii.Error, ValueError, struct.error) as error:
        raise EwsError("ErrorInvalidSyncStateData", "The synchronisation state is damaged") from error
    if version != _VERSION or known != folder_id:
        raise EwsError("ErrorInvalidSyncStateData", "The synchronisation state is not of this folder")
    return State(folder_id, Modseq(cursor))

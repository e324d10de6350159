"""The fixture `shared`: a folder of the case's own account, and a second account that gets rights on it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mailproof_suites.case import Append, ConnectImap, ImapClient, World
from mailproof_suites.imap.sharing import Shared, find_shared


@dataclass
class _Factory:
    connect: ConnectImap
    world: World

    def guest(self) -> ImapClient:
        return self.connect(self.world.lease("other"))


@pytest.fixture
def shared(imap: ImapClient, folder: str, append: Append, connect_imap: ConnectImap, world: World) -> Shared:
    """A folder with one message, its name as the second account sees it; nobody has rights yet.

    The case declares `imap:ACL` and `role:other`.
    """
    append(folder)
    return find_shared(imap, folder, world.lease("other"), _Factory(connect_imap, world).guest)

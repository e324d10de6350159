"""Run as a process: stores items from several concurrent writers until killed, printing each acknowledgement.

`python storm.py DATA TOKEN`. A line `added FOLDER UIDVALIDITY UID MODSEQ NAME` follows the awaited commit that stored
the item of that name; `moved NAME` the one that moved it to another folder; `created` the making of the account.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from mailproof_server.model.account import PrincipalKind
from mailproof_server.model.errors import AlreadyExists
from mailproof_server.model.folder import Folder, FolderRole
from mailproof_server.model.item import Flag, FlagAction, Flags, NewItem
from mailproof_server.store.base import Placement, Store, Transaction
from mailproof_server.store.sqlite import SqliteStore
from tests.store.making import NOW, content

WRITERS = 6


def say(*words: object) -> None:
    """One write for one line: a kill cannot leave half of it."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def create(tx: Transaction) -> None:
    if not tx.domains():
        tx.add_domain("example.test")
    tx.add_entry(PrincipalKind.USER, "alice@example.test", username="alice", now=NOW)


SEEN_AND_GONE = Flags(Flag.SEEN | Flag.DELETED, frozenset({"moved"}))


async def write_for_ever(store: Store, name: str, inbox: Folder, archive: Folder) -> None:
    dice = random.Random(name)
    number = 0
    while True:
        names = [f"{name}-{number + n}" for n in range(dice.choice((1, 1, 1, 3)))]
        number += len(names)
        items = [
            NewItem(content(os.urandom(dice.choice((10, 2000, 20_000))), preview=each, message_id=f"<{each}>"))
            for each in names
        ]
        placement = await store.write(lambda tx, new=items: tx.add_items(inbox.id, new, NOW))
        for each, uid in zip(names, placement.uids, strict=True):
            say("added", inbox.id, placement.uid_validity, uid, placement.modseq, each)
        if dice.random() < 0.3:

            def move(tx: Transaction, uid: int = placement.uids[0]) -> Placement:
                tx.set_flags(
                    inbox.id, [(uid, uid)], FlagAction.ADD, Flags(Flag.SEEN | Flag.DELETED, frozenset({"moved"}))
                )
                return tx.move_items(inbox.id, [(uid, uid)], archive.id, NOW).placement

            await store.write(move)
            say("moved", names[0])


async def main(data: Path, token: str) -> None:
    store: Store = SqliteStore(data)
    await store.open()
    try:
        await store.write(create)
    except AlreadyExists:
        pass  # a storm before this one has made it
    say("created")
    entry = await store.read(lambda view: view.entry_by_username("alice"))
    assert entry is not None
    assert entry.account_id is not None
    account_id = entry.account_id
    inbox = await store.read(lambda view: view.folder_by_role(account_id, FolderRole.INBOX))
    archive = await store.read(lambda view: view.folder_by_role(account_id, FolderRole.ARCHIVE))
    assert inbox is not None
    assert archive is not None
    await asyncio.gather(*(write_for_ever(store, f"{token}-{n}", inbox, archive) for n in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))

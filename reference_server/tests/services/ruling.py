"""What the tests of rules and automatic replies share: messages by a few words, and deliveries that come to rest."""

from collections.abc import Mapping
from typing import Any

from mailproof_server.model.account import Principal
from mailproof_server.model.envelope import EnvelopeRecipient, SmtpEnvelope
from mailproof_server.model.folder import FolderRole

HEAD = b"From: Alice <alice@example.test>\r\nTo: bob@example.test\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n"
IDENTIFIER = b"Message-ID: <one@example.test>\r\n"


def mail(*fields: bytes, body: bytes = b"Hello\r\n", head: bytes = HEAD, subject: bytes = b"News") -> bytes:
    """A message to bob from alice; `fields` are whole header fields without their line ends."""
    more = b"".join(field + b"\r\n" for field in fields)
    return head + IDENTIFIER + b"Subject: " + subject + b"\r\n" + more + b"\r\n" + body


def rule(actions: Mapping[str, Any], name: str = "one", **rest: Any) -> dict[str, Any]:
    return {"name": name, "actions": actions, **rest}


def put(world: Any, owner: Principal, actions: Mapping[str, Any], name: str = "one", **rest: Any) -> Any:
    return world.run(world.services.rules.put(owner, owner.account_id, rule(actions, name, **rest)))


def error_of(world: Any, owner: Principal, name: str = "one") -> str:
    rules = world.run(world.services.rules.list(owner, owner.account_id))
    return next(each.error for each in rules if each.name == name)


def deliver(world: Any, data: bytes, *recipients: str, sender: str = "alice@example.test", settle: bool = True) -> None:
    """Dispatch to recipients, and let everything happen that follows from it."""
    wanted = tuple(EnvelopeRecipient(each) for each in recipients or ("bob@example.test",))
    world.run(world.services.delivery.dispatch(SmtpEnvelope(sender, wanted), data))
    if settle:
        world.run(world.services.outbound.drain())


def held(world: Any, owner: Principal, path: str = "INBOX") -> list[bytes]:
    """Every message of a folder, oldest first."""
    folder = world.folder(owner, path)
    messages = world.services.messages
    uids = world.run(messages.uids(owner, folder.id))
    return [world.run(messages.data(owner, folder.id, uid)) for uid in uids]


def places(world: Any, owner: Principal) -> dict[str, int]:
    """How many messages each folder holds, of those that hold any."""
    views = world.run(world.services.folders.list(owner, owner.account_id))
    return {each.folder.path: each.folder.total for each in views if each.folder.total}


def items(world: Any, owner: Principal, path: str = "INBOX") -> list[Any]:
    folder = world.folder(owner, path)
    return world.run(world.services.messages.rows(owner, folder.id))


def fields_of(data: bytes, name: bytes) -> list[bytes]:
    """The values of a header field, folds undone."""
    head = data.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    lines = [line.partition(b":") for line in head.split(b"\r\n")]
    return [value.strip() for field, _, value in lines if field.lower() == name.lower()]


def sent_outside(world: Any) -> list[tuple[str, list[str], bytes]]:
    """(envelope sender, recipients, message) of all that has left."""
    return [
        (each.envelope.sender, [one.address for one in each.envelope.recipients], each.data) for each in world.sink.sent
    ]


TRASH = FolderRole.TRASH

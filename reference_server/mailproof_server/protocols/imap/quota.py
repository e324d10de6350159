"""Quota roots (RFC 9208): one per account; one's own is called "", another's `Other Users/<address>`."""

from mailproof_server.model.errors import NotFound
from mailproof_server.model.ids import AccountId
from mailproof_server.protocols.imap.names import OTHER_USERS
from mailproof_server.protocols.imap.session import Session
from mailproof_server.protocols.imap.status import STORAGE_UNIT_BYTES
from mailproof_server.wire.imap.format import astring


async def root_of(session: Session, owner: AccountId) -> str:
    """The name of an account's quota root."""
    if owner == session.signed_in.account_id:
        return ""
    return f"{OTHER_USERS}/{(await session.services.directory.owner_of(owner)).address}"


async def owner_of(session: Session, root: str) -> AccountId:
    """The account behind a quota root. Raises NotFound."""
    if not root:
        return session.signed_in.account_id
    prefix, _, address = root.partition("/")
    entry = await session.services.folders.owner(address)
    if prefix != OTHER_USERS or entry.account_id is None:
        raise NotFound("No such quota root")
    return entry.account_id


async def quota_response(session: Session, owner: AccountId, root: str) -> bytes:
    """`* QUOTA "" (STORAGE 10 512)`: in units of 1024 octets, usage rounded up and the limit down."""
    usage = await session.services.quota.usage(session.signed_in, owner)
    used = -(-usage.used_bytes // STORAGE_UNIT_BYTES)
    limit = usage.quota_bytes // STORAGE_UNIT_BYTES
    return b"* QUOTA %b (STORAGE %d %d)\r\n" % (astring(root.encode("utf-8"), utf8=session.utf8), used, limit)

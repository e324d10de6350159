"""Taking a message from one of the organisation's own users (RFC 6409, FEATURES sections 5 and 8).

Who may write as whom
---------------------
Every address in From must be one that the principal may use: its own primary address, or that of an account on which
the operator granted send as or send on behalf. Aliases and sub-addresses are refused (ADDR-02, ADDR-07). Then Sender:

    From                     Sender given                    what happens
    own address              none, or own                    stays as it is
    own, or send as          own, or one held with send as   stays as it is
    own, or send as          one held on behalf              becomes the principal
    own, or send as          anybody else                    refused: it claims another's authorship as From would
    any address on behalf    anything, or none               becomes the principal (DELE-02)
    several addresses        none                            becomes the principal (RFC 5322 section 3.6.2 requires one)

A refused author is told twice (DELE-04): by the refusal, and by a notice in the own inbox.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime

from mailproof_server.model.account import Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.envelope import SmtpEnvelope
from mailproof_server.model.errors import (
    Invalid,
    LoopDetected,
    NotQualified,
    OverQuota,
    SendAsDenied,
    TooLarge,
    TooMany,
)
from mailproof_server.services.addresses import MailAddress, parse
from mailproof_server.services.arrivals import put_into_inbox
from mailproof_server.services.content import make_content
from mailproof_server.services.delegation import SendRight, send_right
from mailproof_server.services.delivery import Delivery
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.message_head import MessageHead, address_field
from mailproof_server.services.notices import message_id, notice
from mailproof_server.services.quota import has_room
from mailproof_server.services.resolution import resolve
from mailproof_server.store.base import Store, Transaction, View
from mailproof_server.wire.mime.encoded_words import decode_header

QUEUE_ID = "queue_id"
"""Key of `SmtpEnvelope.extras`: the id under which the trace field already names the message."""
MAX_SUBJECT_OCTETS = 1000
_NEVER_SENT = frozenset({b"bcc", b"resent-bcc", b"return-path"})


class Submission:
    """From a signed-in principal to delivery; nothing is acknowledged before it is committed."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, delivery: Delivery) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._delivery = delivery

    async def check_sender(self, principal: Principal, address: str) -> None:
        """Whether the principal may be the envelope's sender.

        Anybody may send with the null sender (""): RFC 6409 section 3.2, it "is permitted and MUST NOT, in itself, be
        cause for rejecting a message". Raises SendAsDenied; Invalid for what is no address.
        """
        wanted = _sender(address)
        if wanted is not None:
            await self._store.read(lambda view: send_right(view, principal, wanted))

    async def check_recipient(self, principal: Principal, address: str, size_bytes: int = 0) -> None:
        """Whether mail to the address can be taken now; outside addresses can.

        `size_bytes`: what the client has announced, 0 when nothing. Raises NotFound for an unknown local address,
        NotQualified for a single-level domain outside, OverQuota when no account that it reaches has room, TooMany for
        a group beyond the limits, Invalid.
        """

        def work(view: View) -> None:
            resolution = resolve(view, address, self._limits)
            domain = resolution.address.rpartition("@")[2]
            if resolution.is_external and "." not in domain and not domain.startswith("["):
                # RFC 6409 section 4.2: "The MSA MUST ensure that all domains in the SMTP envelope are fully qualified".
                raise NotQualified(f"The domain {domain} is not fully qualified")
            accounts = [view.account(each.account_id) for each in resolution.accounts if each.account_id is not None]
            if accounts and not any(has_room(account, size_bytes) for account in accounts):
                raise OverQuota("The mailbox is full")

        await self._store.read(work)

    async def submit(self, principal: Principal, envelope: SmtpEnvelope, data: bytes) -> str:
        """Check, complete and dispatch a message; returns its queue id after COMMIT.

        The header gets what may be added (the trace field of `envelope.received`, Sender, Date, Message-ID) and loses
        Bcc, Resent-Bcc and Return-Path; every other byte stays.

        Raises TooLarge, TooMany (recipients), Invalid (no recipient, no single From, a loop), SendAsDenied, and
        NotFound or OverQuota when nobody can be reached.
        """
        if len(data) > self._limits.message_bytes:
            raise TooLarge(f"A message has at most {self._limits.message_bytes} bytes")
        if not envelope.recipients:
            raise Invalid("The message has no recipient")
        if len(envelope.recipients) > self._limits.recipients:
            raise TooMany(f"A message has at most {self._limits.recipients} recipients")
        sender = _sender(envelope.sender)
        head = MessageHead(data)
        if len(head.named(b"received")) > self._limits.received_hops:
            raise LoopDetected("The message has passed through too many servers: a loop is assumed")
        authors = head.authors()
        given = head.sender()

        def check(view: View) -> bool:
            if sender is not None:
                send_right(view, principal, sender)
            return _must_name_sender(view, principal, authors, given)

        try:
            names_sender = await self._store.read(check)
        except SendAsDenied as refusal:
            await self._tell_denied(principal, head, refusal)
            raise
        removed = _NEVER_SENT | {b"sender"} if names_sender else _NEVER_SENT
        data = head.edited(self._top(principal, envelope, head, names_sender), removed)

        def check_again(view: View) -> None:
            # Rights may have gone since: what was decided then must be what is decided in the transaction.
            if check(view) and not names_sender:
                raise SendAsDenied("The permission to send has just changed")

        await self._delivery.dispatch(replace(envelope, sender=str(sender or "")), data, check_again)
        return envelope.extras.get(QUEUE_ID) or secrets.token_hex(8)

    def _top(self, principal: Principal, envelope: SmtpEnvelope, head: MessageHead, names_sender: bool) -> list[bytes]:
        """The fields that go on top, newest trace first (RFC 5321 section 4.4)."""
        top = [envelope.received]
        if names_sender:
            top.append(address_field("Sender", principal.display_name, principal.address))
        if not head.named(b"date"):
            top.append(b"Date: " + format_datetime(self._clock.now()).encode() + b"\r\n")
        if not head.named(b"message-id"):
            top.append(b"Message-ID: " + message_id(parse(principal.address).domain).encode() + b"\r\n")
        return top

    async def _tell_denied(self, principal: Principal, head: MessageHead, refusal: SendAsDenied) -> None:
        now = self._clock.now()
        subject = decode_header((head.value(b"subject") or b"")[:MAX_SUBJECT_OCTETS])
        content = await make_content(
            notice(
                principal.address,
                principal.display_name,
                "Your message was not sent",
                f"{refusal.text}.\n\nYour message was not sent to anybody. Its subject was:\n\n    {subject}\n\n"
                "Ask your administrator for the permission, or send the message from your own address.\n",
                now,
            )
        )

        def put(transaction: Transaction) -> None:
            # One may fill the own account so far, and no further.
            if has_room(transaction.account(principal.account_id), content.size_bytes):
                put_into_inbox(transaction, principal.account_id, content, now)

        await self._store.write(put)


def _sender(address: str) -> MailAddress | None:
    """None for the null sender, to whom nothing is ever reported."""
    return parse(address) if address else None


def _must_name_sender(
    view: View, principal: Principal, authors: Sequence[MailAddress], given: MailAddress | None
) -> bool:
    """Whether Sender has to be (made) the principal's. Raises SendAsDenied; see the table at the top."""
    rights = {send_right(view, principal, author) for author in authors}
    if SendRight.ON_BEHALF in rights:
        return True
    if given is None:
        return len(authors) > 1
    return send_right(view, principal, given) is SendRight.ON_BEHALF

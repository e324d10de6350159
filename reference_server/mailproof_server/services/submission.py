"""Taking a message from one of the organisation's own users (RFC 6409, FEATURES sections 5 and 8).

Who may write as whom
---------------------
Every address in From must be one that the principal may use (`delegation`). Then Sender:

    From                     Sender given                    what happens
    own address              none, or own                    stays as it is
    own, or send as          own, or one held with send as   stays as it is
    own, or send as          one held on behalf              becomes the principal
    own, or send as          anybody else                    refused: it claims another's authorship as From would
    any address on behalf    anything, or none               becomes the principal (DELE-02)
    several addresses        none                            becomes the principal (RFC 5322 section 3.6.2 requires one)

An own alias stands for the own address, where it may be used at all. Recipients outside see it, in the envelope as
well; those inside see the primary address (ADDR-03).

A refused author is told twice (DELE-04): by the refusal, and by a notice in the own inbox.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from mailproof_server.model.item import Content
from mailproof_server.services import event_log
from mailproof_server.services.addresses import MailAddress, parse
from mailproof_server.services.arrivals import put_into_inbox
from mailproof_server.services.content import make_content
from mailproof_server.services.delegation import SendRight, Via, send_right
from mailproof_server.services.delivery import Delivery
from mailproof_server.services.event_log import Event
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.message_head import MessageHead, address_field
from mailproof_server.services.notices import message_id, notice
from mailproof_server.services.quota import has_room
from mailproof_server.services.resolution import resolve
from mailproof_server.services.sent_items import keep_sent
from mailproof_server.store.base import Store, Transaction, View
from mailproof_server.wire.mime.encoded_words import decode_header

QUEUE_ID = "queue_id"
"""Key of `SmtpEnvelope.extras`: the id under which the trace field already names the message."""
MAX_SUBJECT_OCTETS = 1000
_BLIND = frozenset({b"bcc", b"resent-bcc"})
_NEVER_SENT = _BLIND | {b"return-path"}


@dataclass(frozen=True, slots=True)
class _Authorship:
    """What was found out about From and Sender."""

    names_sender: bool
    """Sender has to be (made) the principal's."""
    is_alias: bool
    """The author is an own alias."""
    sender_is_alias: bool
    """So is the envelope's sender."""


@dataclass(frozen=True, slots=True)
class _Forms:
    """One message as it is told to different people."""

    inside: bytes
    outside: bytes
    kept: bytes | None
    """For Sent Items; None: what is delivered will do."""


class Submission:
    """From a signed-in principal to delivery; nothing is acknowledged before it is committed."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits, delivery: Delivery) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._delivery = delivery

    async def check_sender(self, principal: Principal, address: str, via: Via = Via.SMTP) -> None:
        """Whether the principal may be the envelope's sender.

        Anybody may send with the null sender (""): RFC 6409 section 3.2, it "is permitted and MUST NOT, in itself, be
        cause for rejecting a message". Raises SendAsDenied; Invalid for what is no address.
        """
        wanted = _sender(address)
        if wanted is not None:
            await self._store.read(lambda view: send_right(view, principal, wanted, self._aliases(via)))

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

    async def submit(
        self,
        principal: Principal,
        envelope: SmtpEnvelope,
        data: bytes,
        *,
        via: Via = Via.SMTP,
        keeps_copy: bool | None = None,
    ) -> str:
        """Check, complete and dispatch a message; returns its queue id after COMMIT.

        The header gets what may be added (the trace field of `envelope.received`, Sender, Date, Message-ID) and loses
        Bcc, Resent-Bcc and Return-Path; every other byte stays, but for what the limits `message_ids` and
        `alias_over_clients` say. `keeps_copy`: whether Sent Items gets one; None: as the limits say for SMTP, and
        always for clients that would store none.

        Raises TooLarge, TooMany (recipients), Invalid (no recipient, no single From, a loop), SendAsDenied, OverQuota
        (no room for a copy that must be kept), and NotFound or OverQuota when nobody can be reached.
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
        head.require_qualified_domains()
        aliases = self._aliases(via)

        def check(view: View) -> _Authorship:
            right = SendRight.OWN if sender is None else send_right(view, principal, sender, aliases)
            return _authorship(view, principal, authors, given, right, aliases)

        try:
            authorship = await self._store.read(check)
        except SendAsDenied as refusal:
            await self._tell_denied(principal, head, refusal)
            raise
        forms = self._forms(principal, envelope, head, authorship, via)
        kept = None if forms.kept is None else await make_content(forms.kept)
        keeps = keeps_copy if keeps_copy is not None else via is not Via.SMTP or self._limits.sent_copies_over_smtp

        def check_again(view: View) -> None:
            # Rights may have gone since: what was decided then must be what is decided in the transaction.
            if check(view) != authorship:
                raise SendAsDenied("The permission to send has just changed")

        def also(transaction: Transaction, delivered: Content) -> None:
            if keeps:
                copy = delivered if kept is None else kept
                self._keep(transaction, principal, authors, copy, must=via is not Via.SMTP)

        inside = replace(envelope, sender=principal.address if authorship.sender_is_alias else str(sender or ""))
        outside = replace(envelope, sender=self._outside_sender(principal, sender, authorship, via))
        await self._delivery.dispatch(inside, forms.inside, check_again, outside=(outside, forms.outside), also=also)
        queue_id = envelope.extras.get(QUEUE_ID) or secrets.token_hex(8)
        _record_submitted(principal, envelope, head, authors, authorship, queue_id)
        return queue_id

    # -- parts -------------------------------------------------------------------------------------------------------
    def _aliases(self, via: Via) -> Via:
        """Whose rules hold for aliases: where they are rewritten, any client may use them as the web client does."""
        return Via.WEB if self._limits.alias_over_clients == "rewrite" else via

    def _outside_sender(
        self, principal: Principal, sender: MailAddress | None, authorship: _Authorship, via: Via
    ) -> str:
        is_hidden = authorship.sender_is_alias and via is not Via.WEB
        return principal.address if is_hidden else str(sender or "")

    def _forms(
        self, principal: Principal, envelope: SmtpEnvelope, head: MessageHead, authorship: _Authorship, via: Via
    ) -> _Forms:
        added = self._added(principal, head, authorship)
        removed = frozenset({b"sender"}) if authorship.names_sender or authorship.is_alias else frozenset[bytes]()
        # RFC 6409 section 8.3: replaced, too, "if it is not valid syntax".
        is_renewable = self._limits.message_ids == "rewrite" or not head.has_valid_message_id()
        renews = is_renewable and bool(head.named(b"message-id"))
        travelling = [envelope.received, *added]
        if renews:
            travelling.append(b"Message-ID: " + message_id(parse(principal.address).domain).encode() + b"\r\n")
        gone = _NEVER_SENT | removed | ({b"message-id"} if renews else frozenset())
        outside = inside = head.edited(travelling, gone)
        if authorship.is_alias:
            primary = address_field("From", head.author_name(), principal.address)
            inside = head.edited([*travelling, primary], gone | {b"from"})
            outside = outside if via is Via.WEB else inside
        # A copy of one's own says who got a blind copy, and what the client called the message.
        differs = renews or authorship.is_alias or any(head.named(name) for name in _BLIND)
        kept = head.edited(added, removed | {b"return-path"}) if differs else None
        return _Forms(inside, outside, kept)

    def _added(self, principal: Principal, head: MessageHead, authorship: _Authorship) -> list[bytes]:
        """The fields that the message lacks."""
        added = []
        if authorship.names_sender:
            added.append(address_field("Sender", principal.display_name, principal.address))
        if not head.named(b"date"):
            added.append(b"Date: " + format_datetime(self._clock.now()).encode() + b"\r\n")
        if not head.named(b"message-id"):
            added.append(b"Message-ID: " + message_id(parse(principal.address).domain).encode() + b"\r\n")
        return added

    def _keep(
        self,
        transaction: Transaction,
        principal: Principal,
        authors: Sequence[MailAddress],
        copy: Content,
        *,
        must: bool,
    ) -> None:
        now = self._clock.now()
        keep_sent(transaction, principal.account_id, copy, now, must=must)
        if not self._limits.sent_copy_to_owner:
            return
        for author in authors:
            owner = transaction.entry_by_address(str(author))
            if owner is not None and owner.account_id not in (None, principal.account_id):
                keep_sent(transaction, owner.account_id, copy, now, creator=principal.id)

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


def _authorship(
    view: View,
    principal: Principal,
    authors: Sequence[MailAddress],
    given: MailAddress | None,
    sender_right: SendRight,
    via: Via,
) -> _Authorship:
    """Raises SendAsDenied; see the table at the top."""
    rights = {send_right(view, principal, author, via) for author in authors}
    if SendRight.ALIAS in rights and len(authors) > 1:
        raise SendAsDenied("An alias is a message's only author")
    if SendRight.ON_BEHALF in rights:
        names_sender = True
    elif given is None:
        names_sender = len(authors) > 1
    else:
        names_sender = send_right(view, principal, given, via) is SendRight.ON_BEHALF
    return _Authorship(names_sender, SendRight.ALIAS in rights, sender_right is SendRight.ALIAS)


def _record_submitted(
    principal: Principal,
    envelope: SmtpEnvelope,
    head: MessageHead,
    authors: Sequence[MailAddress],
    authorship: _Authorship,
    queue_id: str,
) -> None:
    event_log.record(
        Event.OUTGOING_EMAIL_SUBMITTED,
        recipients=[each.address for each in envelope.recipients],
        sender=principal.address if authorship.names_sender else None,
        from_=str(authors[0]),
        subject=decode_header((head.value(b"subject") or b"")[:MAX_SUBJECT_OCTETS]),
        messageId=decode_header((head.value(b"message-id") or b"")[:MAX_SUBJECT_OCTETS]),
        queueId=queue_id,
    )

"""Automatic replies: on, off or on schedule, one text for colleagues and one for others (RULE-10, RFC 3834, MS-OXWOOF).

    {"state": "scheduled", "external_audience": "known", "start": "2026-03-02T17:00:00Z", "end": "2026-03-09T08:00:00Z",
     "internal_reply": "I am away.", "external_reply": "<p>I am away until Monday.</p>"}

Theory
------
* Once per sender's address while it is on: who has been answered is kept beside the settings, and forgotten when the
  reply is turned on again. "On" is a matter of the injected clock; a schedule's end is not part of it.
* Whom not to answer is the table `REASONS`, row by row from RFC 3834 and RFC 5230 section 4.5. The answer itself has
  the null return path and says Auto-Submitted, so two absent people write to each other once and no more.
* It goes to the return path and nowhere else (RFC 3834 section 4), never to From or Reply-To.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Invalid, NotFound, PermissionDenied, Refusal, TooLarge
from mailproof_server.model.folder import FolderKind
from mailproof_server.model.ids import AccountId
from mailproof_server.services.addresses import parse
from mailproof_server.services.composing import (
    MAX_SUBJECT,
    addresses_field,
    multipart,
    text_field,
    text_part,
    thread_fields,
)
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.message_head import address_field
from mailproof_server.services.notices import message_id
from mailproof_server.services.permissions import has_full_access
from mailproof_server.services.posting import Letter, post
from mailproof_server.services.rules.message import Arrival, is_address_of
from mailproof_server.store.base import Store, Transaction, View
from mailproof_server.wire.mime.html import strip_markup

KIND = "auto_reply"
"""Of the document; its key is SETTINGS."""
SETTINGS = "settings"
ANSWERED = "auto_reply_answered"
"""Kind of the documents that tell who has been answered; their keys are addresses."""
STATES = ("disabled", "enabled", "scheduled")
AUDIENCES = ("none", "known", "all")
MAX_CACHED = 4096
_OWNER_FIELDS = (b"to", b"cc", b"bcc", b"resent-to", b"resent-cc", b"resent-bcc")
_MACHINES = frozenset({"mailer-daemon", "postmaster", "listserv", "majordomo", "noreply", "no-reply", "donotreply"})
_MACHINES_AT_END = ("-request", "-owner", "-bounces", "-bounce", "-noreply", "-no-reply")
_MACHINES_AT_START = ("owner-", "bounce-", "bounces+", "bounce+", "no-reply-", "noreply-", "do-not-reply", "prvs=")


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """What an account answers by itself."""

    state: str = "disabled"
    external_audience: str = "all"
    """Who outside the organisation gets the external text: nobody, the owner's contacts, everybody."""
    start: datetime | None = None
    end: datetime | None = None
    """The schedule, as instants; the end is no longer part of it."""
    internal_reply: str = ""
    """Plain text or HTML; nobody inside is answered when it is empty."""
    external_reply: str = ""

    def is_on(self, now: datetime) -> bool:
        if self.state == "scheduled" and self.start is not None and self.end is not None:
            return self.start <= now < self.end
        return self.state == "enabled"

    def as_json(self) -> dict[str, Any]:
        values = {key: getattr(self, key) for key in _KEYS}
        return {key: _text_of(each) if isinstance(each, datetime) else each for key, each in values.items()}


_KEYS = ("state", "external_audience", "start", "end", "internal_reply", "external_reply")


def settings_from_json(value: Mapping[str, Any]) -> ReplySettings:
    """What is left out has its default. Raises Invalid, naming what is wrong."""
    unknown = sorted(set(value) - set(_KEYS))
    if unknown:
        raise Invalid(f"An automatic reply has no {', '.join(unknown)}")
    state, audience = value.get("state", "disabled"), value.get("external_audience", "all")
    if state not in STATES:
        raise Invalid(f"state is one of {', '.join(STATES)}")
    if audience not in AUDIENCES:
        raise Invalid(f"external_audience is one of {', '.join(AUDIENCES)}")
    start, end = (_moment(key, value.get(key)) for key in ("start", "end"))
    if state == "scheduled" and (start is None or end is None):
        raise Invalid("A schedule has a start and an end")
    if start is not None and end is not None and end <= start:
        raise Invalid("The schedule ends before it begins")
    texts = [value.get(key) or "" for key in ("internal_reply", "external_reply")]
    if not all(isinstance(each, str) for each in texts):
        raise Invalid("The replies are texts")
    return ReplySettings(state, audience, start, end, *texts)


# -- whom not to answer ----------------------------------------------------------------------------------------------


def _suppresses(arrival: Arrival) -> bool:
    wishes = ",".join(arrival.message.values(b"x-auto-response-suppress")).lower().replace(";", ",").split(",")
    return not {"oof", "autoreply", "all"}.isdisjoint(each.strip() for each in wishes)


def _is_machine(arrival: Arrival) -> bool:
    local = arrival.message.return_path.rpartition("@")[0].strip('"').lower()
    return local in _MACHINES or local.endswith(_MACHINES_AT_END) or local.startswith(_MACHINES_AT_START)


def _is_not_to_owner(arrival: Arrival) -> bool:
    named = (each for name in _OWNER_FIELDS for each in arrival.message.addresses(name))
    return not any(is_address_of(arrival.owner, each) for each in named)


REASONS: tuple[tuple[str, Callable[[Arrival], bool]], ...] = (
    # RFC 3834 section 2 forbids what would go to the null address: the answer to a report.
    ("the return path is null", lambda arrival: not arrival.message.return_path),
    # Section 2: an Auto-Submitted field with any value but "no". Two absent people write to each other once.
    ("it is automatic itself", lambda arrival: arrival.message.word(b"auto-submitted") not in ("", "no")),
    # RFC 5230 section 4.5 on List-Id; the other fields of RFC 2369 as well.
    ("it comes from a list", lambda arrival: any(each.startswith(b"list-") for each in arrival.message.field_names)),
    # Section 2 on the "Precedence" that older lists and mass mailers set.
    ("its precedence is low", lambda arrival: arrival.message.word(b"precedence") in ("bulk", "list", "junk")),
    # MS-OXCMAIL: the field by which Exchange's senders say so.
    ("its sender wants none", _suppresses),
    ("a rule has sent it on", lambda arrival: arrival.owner.address in arrival.message.forwarders),
    ("it is a report", lambda arrival: bool(arrival.message.report_type)),
    # Section 2 on names that stand for programs: MAILER-DAEMON, owner-…, …-request.
    ("its sender is a program", _is_machine),
    ("the owner wrote it", lambda arrival: is_address_of(arrival.owner, arrival.message.return_path.lower())),
    # RFC 5230 section 4.5: "MUST NOT respond to a message unless the recipient user's email address is in a 'To', 'Cc',
    # 'Bcc', 'Resent-To', 'Resent-Cc', or 'Resent-Bcc' line of the original message".
    ("the owner is not named in it", _is_not_to_owner),
)


def reason_not_to_answer(arrival: Arrival) -> str:
    """Why an automatic answer of any kind must not be sent; empty when it may be."""
    for reason, applies in REASONS:
        if applies(arrival):
            return reason
    try:
        return "" if parse(arrival.message.return_path).domain else "the return path is no address"
    except Refusal:
        return "the return path is no address"


# -- answering -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided on an arrival."""

    stamp: int
    """Of the settings' documents."""
    letter: Letter | None = None
    sender: str = ""
    """Whom it answers, comparable."""


class AutoReplies:
    """Deciding on answers, and sending them; settings are kept in memory beside their stamps."""

    def __init__(self, limits: ServiceLimits) -> None:
        self._limits = limits
        self._known: dict[AccountId, tuple[int, ReplySettings]] = {}

    def look(self, view: View, arrival: Arrival) -> Answer:
        """Decide on a snapshot; never raises, whatever the message."""
        account_id = arrival.owner.account_id
        if account_id is None:
            return Answer(0)
        stamp = view.document_stamp(account_id, KIND)
        if not stamp:
            return Answer(0)
        settings = self._settings(view, account_id, stamp)
        if not settings.is_on(arrival.at) or reason_not_to_answer(arrival):
            return Answer(stamp)
        sender = arrival.message.return_path.lower()
        text = _text_for(view, arrival.owner, settings, sender)
        if not text or view.document(account_id, ANSWERED, sender) is not None:
            return Answer(stamp)
        return Answer(stamp, _letter(arrival, text), sender)

    def is_current(self, view: View, account_id: AccountId, answer: Answer) -> bool:
        return view.document_stamp(account_id, KIND) == answer.stamp

    def store(self, transaction: Transaction, account_id: AccountId, answer: Answer, now: datetime) -> bool:
        """Post the answer, unless another delivery has just done so; whether it did."""
        if answer.letter is None or transaction.document(account_id, ANSWERED, answer.sender) is not None:
            return False
        post(transaction, answer.letter, now)
        transaction.put_document(account_id, ANSWERED, answer.sender, {"at": _text_of(now)})
        return True

    def _settings(self, view: View, account_id: AccountId, stamp: int) -> ReplySettings:
        known = self._known.get(account_id)
        if known is not None and known[0] == stamp:
            return known[1]
        settings = read_settings(view, account_id)
        if len(self._known) >= MAX_CACHED:
            self._known.clear()
        self._known[account_id] = stamp, settings
        return settings


def read_settings(view: View, account_id: AccountId) -> ReplySettings:
    """As they are kept; off when they cannot be read."""
    try:
        return settings_from_json(view.document(account_id, KIND, SETTINGS) or {})
    except Invalid:
        return ReplySettings()


def _text_for(view: View, owner: DirectoryEntry, settings: ReplySettings, sender: str) -> str:
    """The text that the sender gets; empty for none."""
    if sender.rpartition("@")[2] in view.domains():
        return settings.internal_reply.strip()
    if settings.external_audience == "all" or (
        settings.external_audience == "known" and _is_known(view, owner, sender)
    ):
        return settings.external_reply.strip()
    return ""


def _is_known(view: View, owner: DirectoryEntry, sender: str) -> bool:
    """Whether one of the owner's contacts has the address, whatever property it stands in."""
    if owner.account_id is None:
        return False
    return any(
        _holds(view.properties(row.id), sender)
        for folder in view.folders(owner.account_id)
        if folder.kind is FolderKind.CONTACTS
        for row in view.rows(folder.id)
    )


def _holds(value: object, text: str) -> bool:
    if isinstance(value, str):
        return value.strip().lower() == text
    if isinstance(value, Mapping):
        return any(_holds(each, text) for each in value.values())
    return isinstance(value, list) and any(_holds(each, text) for each in value)


def _letter(arrival: Arrival, text: str) -> Letter:
    return make_answer(arrival, f"Automatic reply: {arrival.message.content.subject[:MAX_SUBJECT]}", text)


def make_answer(arrival: Arrival, subject: str, text: str, *, outside: int = 0) -> Letter:
    """An answer from the owner to the return path, with the null return path of its own (RFC 3834 section 3)."""
    owner, message = arrival.owner, arrival.message
    if _is_html(text):
        body = multipart("alternative", [text_part(" ".join(strip_markup(text).split())), text_part(text, "html")])
    else:
        body = b"MIME-Version: 1.0\r\n" + text_part(text)
    head = [
        address_field("From", owner.display_name, owner.address),
        addresses_field("To", [message.return_path]),
        text_field("Subject", subject),
        b"Date: " + format_datetime(arrival.at).encode() + b"\r\n",
        b"Message-ID: " + message_id(owner.address.rpartition("@")[2]).encode() + b"\r\n",
        *thread_fields(message.value(b"message-id"), message.value(b"references")),
        b"Auto-Submitted: auto-replied\r\n",
        b"X-Auto-Response-Suppress: All\r\n",
    ]
    return Letter("", (message.return_path,), b"".join(head) + body, outside=outside, reports_failure=False)


def _is_html(text: str) -> bool:
    return text.lstrip().startswith("<") and ">" in text


def _moment(key: str, value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Invalid(f"{key} is a moment like 2026-03-02T09:30:00Z")
    return moment.astimezone(UTC)


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


# -- settings --------------------------------------------------------------------------------------------------------


class AutoReply:
    """Showing and changing settings; a principal of None is the operator."""

    def __init__(self, store: Store, clock: Clock, limits: ServiceLimits) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits

    async def settings(self, principal: Principal | None, owner: AccountId) -> ReplySettings:
        """Raises PermissionDenied for others than the owner and who has full access, NotFound."""

        def work(view: View) -> ReplySettings:
            _check(view, principal, owner)
            return read_settings(view, owner)

        return await self._store.read(work)

    async def is_on(self, principal: Principal | None, owner: AccountId) -> bool:
        """Whether it answers now: what the web client reminds of (RULE-11)."""
        return (await self.settings(principal, owner)).is_on(self._clock.now())

    async def set(self, principal: Principal | None, owner: AccountId, settings: ReplySettings) -> None:
        """Replace them whole. Turned on anew, it answers everybody once more.

        Raises as `settings`; Invalid for a schedule that ends before it begins; TooLarge.
        """
        checked = settings_from_json(settings.as_json())
        for text in (checked.internal_reply, checked.external_reply):
            if len(text.encode("utf-8", "replace")) > self._limits.automatic_reply_bytes:
                raise TooLarge(f"A reply has at most {self._limits.automatic_reply_bytes} bytes")
        now = self._clock.now()

        def work(transaction: Transaction) -> None:
            _check(transaction, principal, owner)
            was_on = read_settings(transaction, owner).is_on(now)
            transaction.put_document(owner, KIND, SETTINGS, checked.as_json())
            if not was_on or not checked.is_on(now):
                for sender in transaction.documents(owner, ANSWERED):
                    transaction.put_document(owner, ANSWERED, sender, None)

        await self._store.write(work)


def _check(view: View, principal: Principal | None, owner: AccountId) -> None:
    if view.entry_of_account(owner) is None:
        raise NotFound("No such account")
    if principal is not None and not has_full_access(view, principal, owner):
        raise PermissionDenied("Automatic replies are the owner's")

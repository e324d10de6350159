"""Rooms and equipment: how they decide on booking requests, and who decides for them (WorkMail's BookingOptions).

Kept as a document of the resource's account, so that whoever answers a request reads them in the same snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mailproof_server.model.account import DirectoryEntry, PrincipalKind
from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.folder import FolderRole
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.model.permission import PROFILE_RIGHTS, Profile
from mailproof_server.store.base import Store, Transaction, View

DOCUMENT = "resource"
BOOKING = "booking"
MAX_DELEGATES = 100
NOBODY_ANSWERS = (
    "A resource must either be able to auto-respond to requests or have at least one delegate that can do so"
)


@dataclass(frozen=True, slots=True)
class BookingOptions:
    """What a resource does with a request by itself."""

    auto_accept: bool = True
    """False: its delegates answer."""
    decline_conflicts: bool = True
    decline_recurring: bool = False
    delegates: tuple[PrincipalId, ...] = ()
    """Users who get a copy of every request and own the resource's calendar."""


def booking_options(view: View, account_id: AccountId) -> BookingOptions:
    """Of a resource; what nobody has set has its default. Delegates that are gone are left out."""
    kept = view.document(account_id, DOCUMENT, BOOKING) or {}
    delegates = tuple(PrincipalId(each) for each in kept.get("delegates", ()))
    return BookingOptions(
        auto_accept=kept.get("auto_accept", True),
        decline_conflicts=kept.get("decline_conflicts", True),
        decline_recurring=kept.get("decline_recurring", False),
        delegates=tuple(each for each in delegates if view.entry(each) is not None),
    )


class Resources:
    """Booking options; changing them is the operator's."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def options(self, principal_id: PrincipalId) -> BookingOptions:
        """Raises NotFound; Invalid for what is no resource."""
        return await self._store.read(lambda view: booking_options(view, _account(view, principal_id)))

    async def set_options(
        self,
        principal_id: PrincipalId,
        *,
        auto_accept: bool | None = None,
        decline_conflicts: bool | None = None,
        decline_recurring: bool | None = None,
        delegates: Sequence[PrincipalId] | None = None,
    ) -> BookingOptions:
        """None leaves a value; delegates replace those before, and own the calendar from now on. Returns the outcome.

        Raises NotFound; Invalid for what is no resource, a delegate that is no user, or a resource that nobody would
        answer for.
        """

        def work(transaction: Transaction) -> BookingOptions:
            account_id = _account(transaction, principal_id)
            before = booking_options(transaction, account_id)
            after = BookingOptions(
                auto_accept=before.auto_accept if auto_accept is None else auto_accept,
                decline_conflicts=before.decline_conflicts if decline_conflicts is None else decline_conflicts,
                decline_recurring=before.decline_recurring if decline_recurring is None else decline_recurring,
                delegates=before.delegates if delegates is None else _users(transaction, delegates),
            )
            if not after.auto_accept and not after.delegates:
                raise Invalid(NOBODY_ANSWERS)
            transaction.put_document(
                account_id,
                DOCUMENT,
                BOOKING,
                {
                    "auto_accept": after.auto_accept,
                    "decline_conflicts": after.decline_conflicts,
                    "decline_recurring": after.decline_recurring,
                    "delegates": list(after.delegates),
                },
            )
            _hand_over_calendar(transaction, account_id, before.delegates, after.delegates)
            return after

        return await self._store.write(work)


def _hand_over_calendar(
    transaction: Transaction, account_id: AccountId, before: Sequence[PrincipalId], after: Sequence[PrincipalId]
) -> None:
    """WorkMail: delegates have "full access to the resource calendar"."""
    calendar = transaction.folder_by_role(account_id, FolderRole.CALENDAR)
    if calendar is None:
        return
    for each in before:
        if each not in after:
            transaction.set_grant(calendar.id, each, None)
    for each in after:
        if each not in before:
            transaction.set_grant(calendar.id, each, PROFILE_RIGHTS[Profile.OWNER])


def _account(view: View, principal_id: PrincipalId) -> AccountId:
    entry = view.entry(principal_id)
    if entry is None:
        raise NotFound("No such resource")
    if entry.kind is not PrincipalKind.RESOURCE or entry.account_id is None:
        raise Invalid(f"{entry.address} is no resource")
    return entry.account_id


def _users(view: View, delegates: Sequence[PrincipalId]) -> tuple[PrincipalId, ...]:
    if len(delegates) > MAX_DELEGATES:
        raise Invalid(f"At most {MAX_DELEGATES} delegates")
    found: dict[PrincipalId, DirectoryEntry] = {}
    for each in delegates:
        entry = view.entry(each)
        if entry is None:
            raise NotFound("No such user")
        if entry.kind is not PrincipalKind.USER:
            raise Invalid(f"{entry.address} is no user, and cannot answer for a resource")
        found[each] = entry
    return tuple(found)

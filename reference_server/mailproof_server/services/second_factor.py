"""Sign-in with a second factor: with it on, protocols take personal access tokens alone (FEATURES AUTH-05, AUTH-06).

It is on for everybody or for single accounts, as a document of the organisation or of the account, so that it is read
in the snapshot that a sign-in is decided on.
"""

from mailproof_server.model.errors import Invalid, NotFound
from mailproof_server.model.ids import AccountId, PrincipalId
from mailproof_server.store.base import Transaction, View

DOCUMENT = "authentication"
KEY = "second_factor"
ASKS_FOR_IT = frozenset({"web"})
"""Protocols with a place to ask for the second factor, where the password stays half of the sign-in."""


def is_on(view: View, account_id: AccountId | None) -> bool:
    """By the account's own setting or by the organisation's; None: by the latter alone."""
    return is_set(view, None) or (account_id is not None and is_set(view, account_id))


def is_set(view: View, account_id: AccountId | None) -> bool:
    """By this very setting."""
    setting = view.document(account_id, DOCUMENT, KEY)
    return setting is not None and bool(setting["on"])


def switch(transaction: Transaction, principal_id: PrincipalId | None, *, on: bool) -> None:
    """Of one user or resource; None: of the organisation. Raises NotFound, Invalid for a group."""
    entry = None if principal_id is None else transaction.entry(principal_id)
    if principal_id is not None and entry is None:
        raise NotFound("No such user")
    if entry is not None and entry.account_id is None:
        raise Invalid(f"{entry.address} is a group: nobody signs in as a group")
    transaction.put_document(None if entry is None else entry.account_id, DOCUMENT, KEY, {"on": on})
    transaction.tell_directory()

"""Sign-in: passwords and personal access tokens, with limits on guessing (FEATURES section 2, RFC 4616).

Theory
------
* A wrong login costs the server and tells the guesser the same as a wrong password: one argon2 verification against a
  decoy, one refusal. Attempts beyond the limits per address and per login are refused without looking at the password.
* Verifying is slow on purpose. A verified credential is remembered for a while under a keyed hash of login and
  password, together with the stored hash that it was verified against. A hit is good only while that very hash is
  still among the account's credentials, read afresh: a change made by any worker takes effect at the next sign-in.
* A right password that protocols may not use, because the second factor is on, is refused like a wrong one.
* Gates (access-control rules) say whether somebody may come in this way. Who may not is refused like a wrong password
  as well: what rules there are is nothing to tell a guesser.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mailproof_server.model.account import DirectoryEntry, Principal
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import AlreadyExists, Invalid, NotAuthenticated, NotFound, TooMany, TooManyAttempts
from mailproof_server.model.ids import PrincipalId
from mailproof_server.services import event_log, second_factor
from mailproof_server.services.event_log import PROTOCOLS, Event
from mailproof_server.services.failed_logins import FailureWindow
from mailproof_server.services.limits import ServiceLimits
from mailproof_server.services.passwords import (
    MAX_CHARACTERS,
    PASSWORD,
    TOKEN,
    PasswordHashing,
    check_policy,
    is_token,
    new_token,
    token_hash,
)
from mailproof_server.services.revocations import NOBODY, Revocations, Standing, alive, standing_of
from mailproof_server.services.second_factor import ASKS_FOR_IT
from mailproof_server.store.base import Credential, Store, Transaction, View

MAX_TOKEN_NAME = 64
MAX_TOKEN_DAYS = 3653
DEFAULT_TOKEN_LIFETIME = timedelta(days=365)
MAX_DELAY_STEPS = 10
MAX_CACHED = 10_000
MAX_LOGIN = 320
HASHING_AT_ONCE = 4
"""Each takes a thread and `login_hash_memory_kib`."""
Gate = Callable[[View, PrincipalId, str, str], bool]
"""(view, who, protocol, the client's address) -> whether they may come in."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What one snapshot tells of a login."""

    entry: DirectoryEntry | None
    credentials: list[Credential]
    """Those that have not expired."""
    second_factor: bool
    admitted: bool
    """By every gate."""
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Verified:
    credential_id: int
    secret_hash: str
    until: float


class Credentials:
    """Proving who somebody is."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: ServiceLimits,
        revocations: Revocations,
        *,
        gates: Sequence[Gate] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._revocations = revocations
        self._gates = tuple(gates)
        self._sleep = sleep
        self._hashing = PasswordHashing(limits)
        self._slots = asyncio.Semaphore(HASHING_AT_ONCE)
        self._key = secrets.token_bytes(32)
        self._verified: OrderedDict[bytes, _Verified] = OrderedDict()
        window_s = limits.failed_login_window_s
        self._by_address = FailureWindow(clock, limits.failed_logins_per_address, window_s)
        self._by_login = FailureWindow(clock, limits.failed_logins_per_login, window_s)

    async def authenticate(
        self, login: str, password: str, *, protocol: str, address: str, authorize: str = ""
    ) -> Principal:
        """The principal whose primary address is `login` and whose password, or one of whose tokens, is given.

        `protocol` (imap, smtp, ews, eas, autodiscover, web, …) and `address` (the client's) are for limits, rules and
        logs. `authorize` (RFC 4616 authzid) is empty or names the same account: acting for others is a matter of
        rights, not of sign-in.

        Raises NotAuthenticated for everything that is wrong, after a delay that grows with each failure;
        TooManyAttempts once there were too many.
        """
        # Lone surrogates have no place in the store; replaced they name nobody. Nor does what is longer than an
        # address, of which no more than so much is kept when it fails.
        wanted = login.strip().lower()[:MAX_LOGIN].encode("utf-8", "replace").decode()
        if self._by_address.is_exhausted(address) or self._by_login.is_exhausted(wanted):
            raise TooManyAttempts("Too many failed sign-ins, try again later")
        now = self._clock.now()

        def look_up(view: View) -> _Known:
            entry = _who(view, wanted)
            if entry is None:
                return NOBODY_KNOWN
            return _Known(
                entry,
                alive(view.credentials(entry.id), now),
                second_factor=second_factor.is_on(view, entry.account_id),
                admitted=all(gate(view, entry.id, protocol, address) for gate in self._gates),
                standing=standing_of(view, entry, now),
            )

        known = await self._store.read(look_up)
        proven = await self._prove(wanted, password, known.credentials)
        if proven is not None and proven.kind == PASSWORD and known.second_factor and protocol not in ASKS_FOR_IT:
            proven = None
        if proven is not None and not known.admitted:
            _record(wanted, protocol, address, "DENY", kind=Event.ACCESS_CONTROL)
            proven = None
        principal = None if known.entry is None or proven is None else _principal(known.entry)
        if principal is None or proven is None or (authorize and authorize.strip().lower()[:MAX_LOGIN] != wanted):
            _record(wanted, protocol, address, "FAILURE")
            failures = max(self._by_address.add(address), self._by_login.add(wanted))
            await self._sleep(self._limits.failed_login_delay_s * min(failures, MAX_DELAY_STEPS))
            raise NotAuthenticated("Authentication failed")
        self._by_login.forget(wanted)
        self._revocations.note(principal.id, known.standing)
        if proven.kind == TOKEN:
            await self._touch(proven)
        _record(wanted, protocol, address, "SUCCESS", proven)
        return principal

    # -- the operator's and the user's own ---------------------------------------------------------------------------
    async def set_password(self, principal_id: PrincipalId, password: str) -> None:
        """Ends the sessions of the account. Raises Invalid that says what the password lacks, NotFound."""
        check_policy(password)
        secret_hash = await self._hash(password)

        def work(transaction: Transaction) -> None:
            _require_account(transaction, principal_id)
            transaction.set_password_hash(principal_id, secret_hash, self._clock.now())

        await self._store.write(work)
        self._revocations.announce(principal_id)

    async def add_token(
        self, principal_id: PrincipalId, name: str, lifetime: timedelta = DEFAULT_TOKEN_LIFETIME
    ) -> str:
        """A personal access token's value: shown now and never again.

        Raises Invalid (name, lifetime of 1 to 3653 days), AlreadyExists (a name used by another token), TooMany,
        NotFound.
        """
        if not 0 < len(name) <= MAX_TOKEN_NAME or not name.isprintable():
            raise Invalid(f"A token's name has 1 to {MAX_TOKEN_NAME} characters, none of them a control character")
        if not timedelta(days=1) <= lifetime <= timedelta(days=MAX_TOKEN_DAYS):
            raise Invalid(f"A token lives 1 to {MAX_TOKEN_DAYS} days")
        token = new_token()
        now = self._clock.now()

        def work(transaction: Transaction) -> None:
            _require_account(transaction, principal_id)
            tokens = [each for each in transaction.credentials(principal_id) if each.kind == TOKEN]
            if any(each.name == name for each in tokens):
                raise AlreadyExists(f"There is a token called {name}")
            if len(tokens) >= self._limits.tokens_per_user:
                raise TooMany(f"At most {self._limits.tokens_per_user} tokens; revoke one first")
            transaction.add_credential(principal_id, TOKEN, name, token_hash(token), now, now + lifetime)

        await self._store.write(work)
        return token

    async def tokens(self, principal_id: PrincipalId) -> list[Credential]:
        """Name, made, expires, last used; the value is not kept."""
        found = await self._store.read(lambda view: view.credentials(principal_id))
        return [each for each in found if each.kind == TOKEN]

    async def revoke_token(self, principal_id: PrincipalId, name: str) -> None:
        """It is no longer accepted from now on, and the account's sessions end. Raises NotFound."""

        def work(transaction: Transaction) -> None:
            transaction.remove_credential(_token(transaction, principal_id, name).id)

        await self._store.write(work)
        self._revocations.announce(principal_id)

    async def expire_token(self, principal_id: PrincipalId, name: str) -> None:
        """Let it have expired now: it is still listed, no longer accepted, and the account's sessions end.

        Raises NotFound; Invalid for one that has expired already.
        """
        now = self._clock.now()

        def work(transaction: Transaction) -> None:
            token = _token(transaction, principal_id, name)
            if token.expires_at is not None and token.expires_at <= now:
                raise Invalid(f"The token {name} has expired already")
            transaction.remove_credential(token.id)
            anew = transaction.add_credential(principal_id, TOKEN, name, token.secret_hash, token.created_at, now)
            if token.last_used_at is not None:
                transaction.touch_credential(anew, token.last_used_at)

        await self._store.write(work)
        self._revocations.announce(principal_id)

    async def set_second_factor(self, principal_id: PrincipalId | None, *, on: bool) -> None:
        """Of one user; None: of everybody. Once on, sessions of protocols end, and none begins with a password.

        Raises NotFound; Invalid for a group.
        """
        await self._store.write(lambda transaction: second_factor.switch(transaction, principal_id, on=on))
        await self._revocations.check()

    async def has_second_factor(self, principal_id: PrincipalId | None, *, own: bool = False) -> bool:
        """Whether it is on for a user (`own`: by the user's own setting) or for everybody. Raises NotFound, Invalid."""

        def work(view: View) -> bool:
            account_id = None if principal_id is None else _require_account(view, principal_id).account_id
            return second_factor.is_set(view, account_id) if own else second_factor.is_on(view, account_id)

        return await self._store.read(work)

    def watch(self, principal_id: PrincipalId, revoked: Callable[[], None]) -> Callable[[], None]:
        """Call `revoked()` when a sign-in of the principal no longer holds; returns the undo.

        At once for what this process revokes, within `revocation_check_s` for what others do.
        """
        return self._revocations.watch(principal_id, revoked)

    # -- parts -------------------------------------------------------------------------------------------------------
    async def _prove(self, login: str, password: str, alive: list[Credential]) -> Credential | None:
        """The credential that the password is; always at the cost of one verification, unless remembered."""
        key = hmac.digest(self._key, f"{login}\0{password}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        remembered = self._recall(key, alive)
        if remembered is not None:
            return remembered
        proven: Credential | None = None
        for each in alive:
            if each.kind == TOKEN and is_token(each.secret_hash, password):
                proven = each
        if proven is None:
            candidate = next((each for each in alive if each.kind == PASSWORD), None)
            secret_hash = None if candidate is None else candidate.secret_hash
            # A password longer than any that could be set is wrong: hashing megabytes of it would be a gift.
            async with self._slots:
                is_right = await asyncio.to_thread(self._hashing.verify, secret_hash, password[: MAX_CHARACTERS + 1])
            if candidate is None or not is_right:
                return None
            proven = candidate
            if self._hashing.is_outdated(proven.secret_hash):
                proven = await self._rehash(proven, password)
        self._remember(key, proven)
        return proven

    def _recall(self, key: bytes, alive: list[Credential]) -> Credential | None:
        verified = self._verified.get(key)
        if verified is None:
            return None
        if verified.until > self._clock.monotonic():
            for each in alive:
                if each.id == verified.credential_id and each.secret_hash == verified.secret_hash:
                    return each
        del self._verified[key]
        return None

    def _remember(self, key: bytes, proven: Credential) -> None:
        until = self._clock.monotonic() + self._limits.credential_cache_s
        self._verified[key] = _Verified(proven.id, proven.secret_hash, until)
        self._verified.move_to_end(key)
        if len(self._verified) > MAX_CACHED:
            self._verified.popitem(last=False)

    async def _hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hashing.hash, password)

    async def _rehash(self, proven: Credential, password: str) -> Credential:
        """Bring a hash to the configured cost, unless the password was changed meanwhile."""
        secret_hash = await self._hash(password)

        def work(transaction: Transaction) -> Credential:
            for each in transaction.credentials(proven.principal_id):
                if each.kind == PASSWORD and each.secret_hash == proven.secret_hash:
                    transaction.set_password_hash(proven.principal_id, secret_hash, each.created_at)
            for each in transaction.credentials(proven.principal_id):
                if each.kind == PASSWORD:
                    return each
            return proven

        return await self._store.write(work)

    async def _touch(self, token: Credential) -> None:
        """Note the last use, to the minute: a client that signs in every second must not cost a commit each time."""
        now = self._clock.now()
        if token.last_used_at is None or now - token.last_used_at >= timedelta(minutes=1):
            await self._store.write(lambda transaction: transaction.touch_credential(token.id, now))


NOBODY_KNOWN = _Known(None, [], second_factor=False, admitted=True, standing=NOBODY)


def _who(view: View, login: str) -> DirectoryEntry | None:
    """By primary address: an alias is a name for mail, not for sign-in. Disabled ones are nobody."""
    entry = view.entry_by_address(login)
    signs_in = entry is not None and entry.address == login and entry.enabled and entry.account_id is not None
    return entry if signs_in else None


def _token(view: View, principal_id: PrincipalId, name: str) -> Credential:
    for each in view.credentials(principal_id):
        if each.kind == TOKEN and each.name == name:
            return each
    raise NotFound(f"No such token: {name}")


def _principal(entry: DirectoryEntry) -> Principal | None:
    if entry.account_id is None:
        return None
    return Principal(entry.id, entry.address, entry.account_id, entry.display_name)


def _require_account(view: View, principal_id: PrincipalId) -> DirectoryEntry:
    entry = view.entry(principal_id)
    if entry is None:
        raise NotFound("No such user")
    if entry.account_id is None:
        raise Invalid(f"{entry.address} is a group: nobody signs in as a group")
    return entry


def _record(
    user: str,
    protocol: str,
    address: str,
    result: str,
    proven: Credential | None = None,
    kind: Event = Event.AUTHENTICATION,
) -> None:
    if proven is not None and proven.kind == TOKEN:
        kind = Event.PERSONAL_ACCESS_TOKEN
    event_log.record(
        kind,
        user=user,
        protocol=PROTOCOLS.get(protocol, protocol),
        sourceIp=address,
        result=result,
        tokenName=None if proven is None else proven.name,
    )

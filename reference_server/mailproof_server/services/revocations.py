"""Telling live sessions that their sign-in no longer holds: password changed, token revoked, account disabled or gone.

Theory
------
What this process does itself is announced at once. What another one does (the operator's command, another worker) is
found by looking: when the store's feed tells of a change to the directory, and every `check_s` seconds, for tokens that
expire while they are in use. Looking means to read the *standing* of everybody watched, in one snapshot: the address
and the credentials that would sign in now, each with the time it was made, or nothing for who may not sign in at all.
What is gone from it, or was made anew, is a revocation. The first standing is noted at sign-in, from the snapshot that
the sign-in was decided on, so that no change falls into a gap.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog

from mailproof_server.model.account import DirectoryEntry
from mailproof_server.model.clock import Clock
from mailproof_server.model.errors import Unavailable
from mailproof_server.model.ids import Modseq, PrincipalId
from mailproof_server.services.second_factor import is_on
from mailproof_server.store.base import DIRECTORY, Credential, Store, View

Standing = frozenset[tuple[int, float | str]]
"""(credential id, when made) of each, ADDRESS with the address, PASSWORDS where protocols take them; empty for who may
not sign in."""
ADDRESS = 0
PASSWORDS = (-1, "")
NOBODY: Standing = frozenset()
MAX_NOTED = 10_000
"""Sign-ins remembered that have not become a session yet, or never will."""
MANY = 200
"""More than so many are looked at in a thread: the others need the event loop meanwhile."""
log = structlog.get_logger()


def alive(credentials: Iterable[Credential], now: datetime) -> list[Credential]:
    """Those that have not expired."""
    return [each for each in credentials if each.expires_at is None or each.expires_at > now]


def standing_of(view: View, entry: DirectoryEntry | None, now: datetime) -> Standing:
    """Of whoever it is, at that moment."""
    if entry is None or not entry.enabled:
        return NOBODY
    made = [(each.id, each.created_at.timestamp()) for each in alive(view.credentials(entry.id), now)]
    passwords = () if is_on(view, entry.account_id) else (PASSWORDS,)
    return frozenset([(ADDRESS, entry.address), *passwords, *made])


class Revocations:
    """Callbacks by principal, called on the event loop. `check_s` 0: this process alone is listened to."""

    def __init__(self, store: Store, clock: Clock, check_s: float) -> None:
        self._store = store
        self._clock = clock
        self._check_s = check_s
        self._watchers: dict[PrincipalId, dict[object, Callable[[], None]]] = {}
        self._standings: dict[PrincipalId, Standing] = {}
        self._noted: OrderedDict[PrincipalId, Standing] = OrderedDict()
        self._checking: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()
        self._undo_feed: Callable[[], None] | None = None
        self._also: list[Callable[[], Awaitable[None]]] = []

    def also(self, look: Callable[[], Awaitable[None]]) -> None:
        """Have `look` called at every look, too, from now on."""
        self._also.append(look)

    def watch(self, principal_id: PrincipalId, revoked: Callable[[], None]) -> Callable[[], None]:
        """Call `revoked()` at each revocation until the returned undo is called."""
        token = object()
        self._watchers.setdefault(principal_id, {})[token] = revoked
        noted = self._noted.pop(principal_id, None)
        if noted is not None:
            self._standings.setdefault(principal_id, noted)
        if self._check_s > 0 and (self._checking is None or self._checking.done()):
            self._checking = asyncio.get_running_loop().create_task(self._check_always(), name="revocations")
            if self._undo_feed is None:
                self._undo_feed = self._store.feed.watch(DIRECTORY, self._wake)

        def undo() -> None:
            watchers = self._watchers.get(principal_id, {})
            watchers.pop(token, None)
            if not watchers:
                self._watchers.pop(principal_id, None)
                self._standings.pop(principal_id, None)
            if not self._watchers and self._checking is not None:
                self._checking.cancel()
                self._checking = None
            if not self._watchers and self._undo_feed is not None:
                self._undo_feed()
                self._undo_feed = None

        return undo

    def note(self, principal_id: PrincipalId, standing: Standing) -> None:
        """A sign-in was decided on this; those who watch already keep what theirs were decided on."""
        if principal_id not in self._watchers:
            self._noted[principal_id] = standing
            self._noted.move_to_end(principal_id)
            if len(self._noted) > MAX_NOTED:
                self._noted.popitem(last=False)

    def announce(self, principal_id: PrincipalId) -> None:
        """Everybody who watches is told; a callback may undo its own watch."""
        self._standings.pop(principal_id, None)
        self._noted.pop(principal_id, None)
        for revoked in list(self._watchers.get(principal_id, {}).values()):
            revoked()

    async def check(self) -> None:
        """Look once for what others have revoked, and for what has expired."""
        watched, now = list(self._watchers), self._clock.now()

        def work(view: View) -> dict[PrincipalId, Standing]:
            return {each: standing_of(view, view.entry(each), now) for each in watched}

        for principal_id, standing in (await self._store.read(work, slow=len(watched) > MANY)).items():
            before = self._standings.get(principal_id, standing)
            if standing == NOBODY or not before <= standing:
                self.announce(principal_id)
            if principal_id in self._watchers:
                self._standings[principal_id] = standing
        for look in self._also:
            await look()

    def _wake(self, _newest: Modseq) -> None:
        self._woken.set()

    async def _check_always(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), self._check_s)
            except TimeoutError:
                pass  # nobody has told of a change, and tokens expire without one
            self._woken.clear()
            try:
                await self.check()
            except Unavailable:
                log.info("revocations_store_unavailable")
            except Exception:  # a bug, or a store in trouble: sessions must go on being looked after
                log.exception("revocations_failed")

"""Telling live sessions that their sign-in no longer holds: password changed, token revoked, account disabled or gone.

Theory
------
What this process does itself is announced at once. What another one does (the operator's command, another worker) is
found by looking: every `check_s` seconds, while anybody watches, the watched principals' *standing* is read in one
snapshot. It is the set of their credentials, each with the time it was made, or nothing for who may not sign in at
all; a credential that is gone from it, or was made anew, is a revocation. The first standing is noted at sign-in, from
the snapshot that the sign-in was decided on, so that no change falls into a gap.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

import structlog

from mailproof_server.model.errors import Unavailable
from mailproof_server.model.ids import PrincipalId
from mailproof_server.store.base import Credential, Store, View

Standing = frozenset[tuple[int, float]]
"""(credential id, when made) of each; empty for who may not sign in."""
NOBODY: Standing = frozenset()
MAX_NOTED = 10_000
"""Sign-ins remembered that have not become a session yet, or never will."""
log = structlog.get_logger()


def standing_of(credentials: list[Credential]) -> Standing:
    """Of one who may sign in."""
    return frozenset((each.id, each.created_at.timestamp()) for each in credentials)


class Revocations:
    """Callbacks by principal, called on the event loop. `check_s` 0: this process alone is listened to."""

    def __init__(self, store: Store, check_s: float) -> None:
        self._store = store
        self._check_s = check_s
        self._watchers: dict[PrincipalId, dict[object, Callable[[], None]]] = {}
        self._standings: dict[PrincipalId, Standing] = {}
        self._noted: OrderedDict[PrincipalId, Standing] = OrderedDict()
        self._checking: asyncio.Task[None] | None = None

    def watch(self, principal_id: PrincipalId, revoked: Callable[[], None]) -> Callable[[], None]:
        """Call `revoked()` at each revocation until the returned undo is called."""
        token = object()
        self._watchers.setdefault(principal_id, {})[token] = revoked
        noted = self._noted.pop(principal_id, None)
        if noted is not None:
            self._standings.setdefault(principal_id, noted)
        if self._check_s > 0 and (self._checking is None or self._checking.done()):
            self._checking = asyncio.get_running_loop().create_task(self._check_always(), name="revocations")

        def undo() -> None:
            watchers = self._watchers.get(principal_id, {})
            watchers.pop(token, None)
            if not watchers:
                self._watchers.pop(principal_id, None)
                self._standings.pop(principal_id, None)
            if not self._watchers and self._checking is not None:
                self._checking.cancel()
                self._checking = None

        return undo

    def note(self, principal_id: PrincipalId, credentials: list[Credential]) -> None:
        """A sign-in was decided on these; those who watch already keep what theirs were decided on."""
        if principal_id not in self._watchers:
            self._noted[principal_id] = standing_of(credentials)
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
        """Look once for what others have revoked."""
        watched = list(self._watchers)
        found = await self._store.read(lambda view: {each: _standing(view, each) for each in watched})
        for principal_id, standing in found.items():
            before = self._standings.get(principal_id, standing)
            if standing == NOBODY or not before <= standing:
                self.announce(principal_id)
            if principal_id in self._watchers:
                self._standings[principal_id] = standing

    async def _check_always(self) -> None:
        while True:
            await asyncio.sleep(self._check_s)
            try:
                await self.check()
            except Unavailable:
                log.info("revocations_store_unavailable")
            except Exception:  # a bug, or a store in trouble: sessions must go on being looked after
                log.exception("revocations_failed")


def _standing(view: View, principal_id: PrincipalId) -> Standing:
    entry = view.entry(principal_id)
    return standing_of(view.credentials(principal_id)) if entry is not None and entry.enabled else NOBODY

"""Telling live sessions that their sign-in no longer holds: password changed, token revoked, account gone."""

from collections.abc import Callable

from mailproof_server.model.ids import PrincipalId


class Revocations:
    """Callbacks by principal, called on the event loop, in this process."""

    def __init__(self) -> None:
        self._watchers: dict[PrincipalId, dict[object, Callable[[], None]]] = {}

    def watch(self, principal_id: PrincipalId, revoked: Callable[[], None]) -> Callable[[], None]:
        """Call `revoked()` at each revocation until the returned undo is called."""
        token = object()
        self._watchers.setdefault(principal_id, {})[token] = revoked

        def undo() -> None:
            watchers = self._watchers.get(principal_id, {})
            watchers.pop(token, None)
            if not watchers:
                self._watchers.pop(principal_id, None)

        return undo

    def announce(self, principal_id: PrincipalId) -> None:
        """Everybody who watches is told; a callback may undo its own watch."""
        for revoked in list(self._watchers.get(principal_id, {}).values()):
            revoked()

"""The closed set of refusals: what the server may say no with, in the domain's words.

    Refusal
    ├── NotFound            the folder, item, address or entry does not exist (or must seem not to)
    │   └── FolderNotFound      `can_create`: the same command would work after creating it
    ├── AlreadyExists
    ├── NotAuthenticated    wrong, expired or revoked credentials; disabled account
    ├── TooManyAttempts     failed sign-ins: come back later
    ├── PermissionDenied
    │   └── SendAsDenied        From or Sender that the principal may not use
    ├── OverQuota
    ├── TooLarge
    ├── TooMany             a count limit: recipients, connections, entries
    ├── HasChildren         a folder that cannot go while it has subfolders
    ├── Stale               the item changed since the caller looked
    ├── CursorExpired       the change log was pruned past the caller's cursor
    ├── Invalid             well-formed, but impossible: bad name, bad value, not allowed on this folder
    │   ├── LoopDetected        a message that has passed through too many hops
    │   └── NotQualified        a recipient's domain that is no fully qualified name
    └── Unavailable         a dependency is down or the server is shutting down: try again

Every protocol maps each of them in its own `errors.py`; a test proves that none is missing. What is not a Refusal and
not a WireError is a bug.
"""


class Refusal(Exception):  # noqa: N818 -- a refusal is an outcome, not an error of ours
    """Base. `text` is for people and holds no secret; it may name the folder, address or limit at fault."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text or type(self).__doc__ or type(self).__name__)
        self.text = str(self)


class NotFound(Refusal):
    """No such object."""


class FolderNotFound(NotFound):
    """No such folder."""

    def __init__(self, text: str = "", *, can_create: bool = False) -> None:
        super().__init__(text)
        self.can_create = can_create


class AlreadyExists(Refusal):
    """Already exists."""


class NotAuthenticated(Refusal):
    """Authentication failed."""


class TooManyAttempts(Refusal):
    """Too many failed attempts."""


class PermissionDenied(Refusal):
    """Permission denied."""


class SendAsDenied(PermissionDenied):
    """Not permitted to send as this address."""


class OverQuota(Refusal):
    """Quota exceeded."""


class TooLarge(Refusal):
    """Larger than the limit."""


class TooMany(Refusal):
    """More than the limit."""


class HasChildren(Refusal):
    """The folder has subfolders."""


class Stale(Refusal):
    """Changed in the meantime."""


class CursorExpired(Refusal):
    """The change log no longer reaches back that far."""


class Invalid(Refusal):
    """Not possible."""


class NotQualified(Invalid):
    """The domain of an address outside is not fully qualified."""


class LoopDetected(Invalid):
    """The message has passed through too many hops."""


class Unavailable(Refusal):
    """Temporarily unavailable."""

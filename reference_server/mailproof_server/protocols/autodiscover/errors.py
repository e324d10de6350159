"""Refusals as error codes of POX and of SOAP (MS-OXDSCLI 2.2.4.1.1.1.2, MS-OXWSADISC 2.2.5.1)."""

from dataclasses import dataclass

from mailproof_server.model import errors


@dataclass(frozen=True, slots=True)
class Told:
    """How one refusal is said in each dialect."""

    pox: int
    soap: str


NOT_FOUND = 500
"""No such address, as far as whoever asks may know."""
NOT_CONFIGURED = 501
"""A known address that has no configuration: a group."""
BAD_REQUEST = 600
NO_PROVIDER = 601
"""Nobody answers in the schema that is asked for."""
NOT_WORKING = 602
"""A known address whose configuration is not in force: a disabled user."""
INTERNAL = 603

_NOBODY = Told(NOT_FOUND, "InvalidUser")
_WRONG = Told(BAD_REQUEST, "InvalidRequest")
_BUSY = Told(INTERNAL, "ServerBusy")

TOLD: dict[type[errors.Refusal], Told] = {
    errors.NotFound: _NOBODY,
    errors.FolderNotFound: _NOBODY,
    errors.AlreadyExists: _WRONG,
    errors.NotAuthenticated: _NOBODY,
    errors.TooManyAttempts: _BUSY,
    errors.PermissionDenied: _NOBODY,
    errors.SendAsDenied: _NOBODY,
    errors.OverQuota: _BUSY,
    errors.TooLarge: _WRONG,
    errors.TooMany: _WRONG,
    errors.HasChildren: _WRONG,
    errors.Stale: _BUSY,
    errors.CursorExpired: _BUSY,
    errors.Invalid: _NOBODY,  # what is no address is nobody's address
    errors.NotQualified: _NOBODY,
    errors.LoopDetected: _WRONG,
    errors.Unavailable: _BUSY,
}


class AutodiscoverError(Exception):
    """One request, or one address in it, that cannot be served, in the words of AutoDiscover."""

    def __init__(self, pox: int, soap: str, message: str) -> None:
        super().__init__(message)
        self.pox = pox
        self.soap = soap
        self.message = message


def told(problem: errors.Refusal | AutodiscoverError) -> AutodiscoverError:
    """Any expected error as an AutodiscoverError."""
    if isinstance(problem, AutodiscoverError):
        return problem
    words = TOLD[type(problem)]
    return AutodiscoverError(words.pox, words.soap, problem.text)

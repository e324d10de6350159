"""Refusals as ResponseCodes (MS-OXWSCDATA 2.2.5.24), and the errors that only EWS has."""

from collections.abc import Mapping

from mailproof_server.model import errors
from mailproof_server.wire.soap.errors import WireError

CODES: dict[type[errors.Refusal], str] = {
    errors.NotFound: "ErrorItemNotFound",
    errors.FolderNotFound: "ErrorFolderNotFound",
    errors.AlreadyExists: "ErrorFolderExists",
    errors.NotAuthenticated: "ErrorAccessDenied",
    errors.TooManyAttempts: "ErrorServerBusy",
    errors.PermissionDenied: "ErrorAccessDenied",
    errors.SendAsDenied: "ErrorSendAsDenied",
    errors.OverQuota: "ErrorQuotaExceeded",
    errors.TooLarge: "ErrorMessageSizeExceeded",
    errors.TooMany: "ErrorExceededConnectionCount",
    errors.HasChildren: "ErrorCannotDeleteObject",
    errors.Stale: "ErrorIrresolvableConflict",
    errors.CursorExpired: "ErrorInvalidSyncStateData",
    errors.Invalid: "ErrorInvalidArgument",
    errors.NotQualified: "ErrorInvalidRecipients",
    errors.LoopDetected: "ErrorInvalidRecipients",
    errors.Unavailable: "ErrorServerBusy",
}
BACK_OFF_MS = 10_000
"""What a busy server asks for in MessageXml; clients wait so long."""


class EwsError(Exception):
    """One item, or one request, that cannot be served, in the words of EWS.

    `values`: what MessageXml tells machines.
    """

    def __init__(self, code: str, message: str, values: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values or {}


def told(problem: errors.Refusal | WireError | EwsError) -> EwsError:
    """Any expected error as an EwsError."""
    if isinstance(problem, EwsError):
        return problem
    if isinstance(problem, WireError):
        return EwsError(problem.code, problem.message)
    code = CODES[type(problem)]
    values = {"BackOffMilliseconds": str(BACK_OFF_MS)} if code == "ErrorServerBusy" else {}
    return EwsError(code, problem.text, values)

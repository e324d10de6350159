"""Refusals that a protocol does not put into its own words, as statuses of HTTP (RFC 9110 section 15)."""

from starlette.responses import PlainTextResponse, Response

from mailproof_server.model import errors

REALM = "mailproof"
CHALLENGE = f'Basic realm="{REALM}", charset="UTF-8"'
"""RFC 7617 section 2.1. The only scheme: clients prefer NTLM or Digest where they are offered."""

STATUS: dict[type[errors.Refusal], int] = {
    errors.NotFound: 404,
    errors.FolderNotFound: 404,
    errors.AlreadyExists: 409,
    errors.NotAuthenticated: 401,
    errors.TooManyAttempts: 429,
    errors.PermissionDenied: 403,
    errors.SendAsDenied: 403,
    errors.OverQuota: 507,
    errors.TooLarge: 413,
    errors.TooMany: 503,
    errors.HasChildren: 409,
    errors.Stale: 412,
    errors.CursorExpired: 410,
    errors.Invalid: 400,
    errors.NotQualified: 400,
    errors.LoopDetected: 400,
    errors.Unavailable: 503,
}


def answer(refusal: errors.Refusal) -> Response:
    """The whole response; 401 with the challenge that RFC 9110 section 11.6.1 requires."""
    status = STATUS[type(refusal)]
    headers = {"WWW-Authenticate": CHALLENGE} if status == 401 else {}
    if status in (429, 503):
        headers["Retry-After"] = "30"
    return PlainTextResponse(f"{refusal.text}\n", status_code=status, headers=headers)

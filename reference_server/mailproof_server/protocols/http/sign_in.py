"""Basic authentication (RFC 7617): every request carries the address and the password, or a token."""

import base64
import binascii

from starlette.requests import Request

from mailproof_server.model.account import Principal
from mailproof_server.model.errors import NotAuthenticated
from mailproof_server.services.credentials import Credentials

MAX_CREDENTIALS_BYTES = 4096


async def signed_in(request: Request, credentials: Credentials, protocol: str) -> Principal:
    """Who makes the request. `DOMAIN\\user@example.test` is taken for `user@example.test`, as Exchange does.

    Raises NotAuthenticated for a request without credentials, with malformed ones or with wrong ones, TooManyAttempts.
    """
    login, password = _credentials(request.headers.get("authorization", ""))
    login = login.rpartition("\\")[2]
    return await credentials.authenticate(login, password, protocol=protocol, address=address_of(request))


def address_of(request: Request) -> str:
    """The client's network address, as the connection shows it; no header can change it."""
    host: str = request.scope["state"]["peer"].host
    return host


def _credentials(value: str) -> tuple[str, str]:
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > MAX_CREDENTIALS_BYTES:
        raise NotAuthenticated("Sign in with your e-mail address and password")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NotAuthenticated("The credentials cannot be read") from error
    login, colon, password = text.partition(":")
    if not colon:
        raise NotAuthenticated("The credentials cannot be read")
    return login, password

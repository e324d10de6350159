"""AutoDiscover V2: one URL for a protocol, in JSON, for whoever asks (Exchange's `autodiscover.json`).

It says nothing of people: every address of an accepted domain gets the same answer, whether or not somebody has it.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from mailproof_server.protocols.autodiscover.config import Endpoints

URLS: Mapping[str, Callable[[Endpoints], str]] = {
    "ActiveSync": lambda endpoints: endpoints.activesync,
    "AutodiscoverV1": lambda endpoints: endpoints.autodiscover,
    "Ews": lambda endpoints: endpoints.ews,
}
_BY_NAME = {name.lower(): name for name in URLS}


class JsonError(Exception):
    """An answer that is none."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def protocol_of(asked: str) -> str:
    """The name as it is written in answers, whatever letters it was asked in. Raises JsonError."""
    if not asked:
        raise missing("Protocol")
    if asked.lower() not in _BY_NAME:
        raise JsonError(
            HTTPStatus.BAD_REQUEST,
            "InvalidProtocol",
            f"The given protocol value '{asked}' is invalid. Supported values are '{','.join(URLS)}'",
        )
    return _BY_NAME[asked.lower()]


def domain_of(address: str) -> str:
    """Raises JsonError for what is no address."""
    if not address:
        raise missing("Email")
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise JsonError(HTTPStatus.BAD_REQUEST, "InvalidUserId", f"The given user id '{address}' is no e-mail address")
    return domain


def missing(parameter: str) -> JsonError:
    return JsonError(
        HTTPStatus.BAD_REQUEST, "MandatoryParameterMissing", f"The parameter '{parameter}' is missing or empty"
    )


def settings(protocol: str, endpoints: Endpoints) -> bytes:
    return json.dumps({"Protocol": protocol, "Url": URLS[protocol](endpoints)}).encode()


def error(problem: JsonError) -> bytes:
    return json.dumps({"ErrorCode": problem.code, "ErrorMessage": problem.message}).encode()

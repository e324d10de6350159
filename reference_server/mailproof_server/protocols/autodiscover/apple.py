"""Configuration profiles of iOS and macOS (Apple, Configuration Profile Reference): mail, Exchange, ActiveSync.

A profile holds no password: the device asks for it.
"""

import plistlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from mailproof_server.protocols.autodiscover.settings import Facts

CONTENT_TYPE = "application/x-apple-aspen-config"
_NAMESPACE = uuid.UUID("1c1d2f5e-7f0a-4f3e-9a43-35a4a1d0c7b2")


def _mail(facts: Facts) -> dict[str, Any]:
    imap, smtp = facts.endpoints.imap, facts.endpoints.smtp
    return {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountName": facts.display_name,
        "EmailAddress": facts.address,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerHostName": imap.host,
        "IncomingMailServerPortNumber": imap.port,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerUsername": facts.address,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerHostName": smtp.host,
        "OutgoingMailServerPortNumber": smtp.port,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerUsername": facts.address,
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def _activesync(facts: Facts) -> dict[str, Any]:
    url = urlsplit(facts.endpoints.activesync)
    return {
        "PayloadType": "com.apple.eas.account",
        "EmailAddress": facts.address,
        "Host": url.netloc,
        "SSL": True,
        "UserName": facts.address,
    }


def _ews(facts: Facts) -> dict[str, Any]:
    url = urlsplit(facts.endpoints.ews)
    place = {"Host": url.hostname, "Path": url.path, "Port": url.port or 443, "SSL": True}
    return {
        "PayloadType": "com.apple.ews.account",
        "EmailAddress": facts.address,
        "UserName": facts.address,
        **place,
        **{f"External{name}": value for name, value in place.items()},
    }


KINDS: Mapping[str, Callable[[Facts], dict[str, Any]]] = {"mail": _mail, "eas": _activesync, "ews": _ews}
"""`?kind=`: one account is set up, since the same mail twice is in nobody's interest."""


def settings(facts: Facts, kind: str) -> bytes:
    """A profile for one account; the same one at every download, so that it replaces itself."""
    name = f"mailproof.{facts.address.rpartition('@')[2]}.{kind}"
    common = {"PayloadVersion": 1, "PayloadOrganization": facts.address.rpartition("@")[2]}
    payload = {
        **KINDS[kind](facts),
        **common,
        "PayloadIdentifier": f"{name}.account",
        "PayloadUUID": _uuid(facts, f"{kind}.account"),
        "PayloadDisplayName": facts.address,
    }
    return plistlib.dumps(
        {
            **common,
            "PayloadType": "Configuration",
            "PayloadIdentifier": name,
            "PayloadUUID": _uuid(facts, kind),
            "PayloadDisplayName": f"Mail of {facts.address}",
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [payload],
        }
    )


def _uuid(facts: Facts, what: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{facts.address} {what}")).upper()

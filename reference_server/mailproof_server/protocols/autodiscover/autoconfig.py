"""Mozilla autoconfig, `config-v1.1.xml` (draft-ietf-mailmaint-autoconfig): IMAP and SMTP, and EWS as the third choice.

Nobody signs in for it, so it speaks of a domain and never of a person.
"""

from mailproof_server.protocols.autodiscover.config import Endpoints, Place
from mailproof_server.protocols.autodiscover.markup import Maker, document
from mailproof_server.wire.soap.names import Element

_c = Maker("")
USERNAME = "%EMAILADDRESS%"
"""The client puts the address in its place."""


def settings(domain: str, endpoints: Endpoints) -> bytes:
    """Of one domain; the order is that of preference."""
    provider = _c(
        "emailProvider",
        _c("domain", domain),
        _c("displayName", f"{domain} mail"),
        _c("displayShortName", domain),
        _mail("incomingServer", "imap", endpoints.imap),
        _exchange(endpoints),
        _mail("outgoingServer", "smtp", endpoints.smtp),
        id=domain,
    )
    return document(_c("clientConfig", provider, version="1.1"))


def _mail(tag: str, kind: str, place: Place) -> Element:
    rows = (
        ("hostname", place.host),
        ("port", str(place.port)),
        ("socketType", "SSL"),
        ("authentication", "password-cleartext"),
        ("username", USERNAME),
    )
    return _c(tag, *_c.each(rows), type=kind)


def _exchange(endpoints: Endpoints) -> Element:
    place = endpoints.ews_place
    rows = (
        ("hostname", place.host),
        ("port", str(place.port)),
        ("socketType", "SSL"),
        ("authentication", "password-cleartext"),
        ("username", USERNAME),
        ("ewsURL", endpoints.ews),
        ("easURL", endpoints.activesync),
    )
    return _c("incomingServer", *_c.each(rows), type="exchange")

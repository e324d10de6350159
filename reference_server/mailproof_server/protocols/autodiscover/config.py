"""The `[autodiscover]` section: where the mail of each region is served, and its limits (FEATURES NET-05).

    [autodiscover]
    region = "eu-west-1"                        # of every domain that is not named below
    domains = { "second.test" = "us-east-1" }

    [autodiscover.regions.eu-west-1]
    domain = "mail.eu-west-1.example.test"      # imap.…:993, smtp.…:465, ews.…, mobile.…, autodiscover-service.…

    [autodiscover.regions.us-east-1]
    imap = "imap.example.test:993"              # or each place by itself
    ews = "https://ews.example.test/EWS/Exchange.asmx"

Without regions: the server's own name and ports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

EWS_PATH = "/EWS/Exchange.asmx"
EAS_PATH = "/Microsoft-Server-ActiveSync"
POX_PATH = "/autodiscover/autodiscover.xml"


class RegionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Public places of one region. What is not given follows from `domain`, or else is the server's own."""

    domain: str = ""
    imap: str = ""
    """host:port"""
    smtp: str = ""
    ews: str = ""
    """URL"""
    activesync: str = ""
    autodiscover: str = ""


class AutodiscoverConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The section."""

    region: str = ""
    """Of every domain that `domains` does not name; empty: the server's own name and ports."""
    domains: dict[str, str] = {}
    """Domain of the primary address -> region."""
    regions: dict[str, RegionConfig] = {}
    request_bytes: int = 256 * 1024
    users_per_request: int = 100
    """MS-OXWSADISC 3.1.4.3: as many users as one GetUserSettings names at most."""
    ttl_hours: int = 1
    """How long a client may go by an answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Host and port, TLS from the first byte."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What one region hands out."""

    imap: Place
    smtp: Place
    ews: str
    activesync: str
    autodiscover: str

    @property
    def ews_place(self) -> Place:
        parts = urlsplit(self.ews)
        return Place(parts.hostname or "", parts.port or 443)


class Regions:
    """Which endpoints belong to which domain."""

    def __init__(self, config: AutodiscoverConfig, own: Endpoints) -> None:
        """Raises ValueError for a region that is named and not there, or a place that is no place."""
        self._known = {name: _endpoints(region, own, name) for name, region in config.regions.items()}
        self._by_domain = {domain.lower(): self._named(region) for domain, region in config.domains.items()}
        self._default = self._named(config.region) if config.region else own

    def of(self, address: str) -> Endpoints:
        """Of the domain of a primary address."""
        return self._by_domain.get(address.rpartition("@")[2].lower(), self._default)

    def _named(self, region: str) -> Endpoints:
        if region not in self._known:
            raise ValueError(
                f"region {region!r} is none of {', '.join(self._known) or 'the regions, for there are none'}"
            )
        return self._known[region]


def own_endpoints(host: str, ports: Mapping[str, int]) -> Endpoints:
    """This server's; `ports`: of `imaps`, `smtps` and `https`."""
    base = https(host, ports["https"])
    return Endpoints(
        Place(host, ports["imaps"]), Place(host, ports["smtps"]), base + EWS_PATH, base + EAS_PATH, base + POX_PATH
    )


def https(host: str, port: int) -> str:
    """The beginning of a URL; 443 goes without saying."""
    return f"https://{host}" if port == 443 else f"https://{host}:{port}"


def _endpoints(region: RegionConfig, own: Endpoints, name: str) -> Endpoints:
    derived = own
    if region.domain:
        derived = Endpoints(
            Place(f"imap.{region.domain}", 993),
            Place(f"smtp.{region.domain}", 465),
            f"https://ews.{region.domain}{EWS_PATH}",
            f"https://mobile.{region.domain}{EAS_PATH}",
            f"https://autodiscover-service.{region.domain}{POX_PATH}",
        )
    return Endpoints(
        _place(region.imap, name) if region.imap else derived.imap,
        _place(region.smtp, name) if region.smtp else derived.smtp,
        _url(region.ews or derived.ews, name),
        _url(region.activesync or derived.activesync, name),
        _url(region.autodiscover or derived.autodiscover, name),
    )


def _place(text: str, region: str) -> Place:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"regions.{region}: {text!r} is not host:port")
    return Place(host, int(port))


def _url(text: str, region: str) -> str:
    if not text.startswith("https://") or any(char.isspace() for char in text):
        raise ValueError(f"regions.{region}: {text!r} is no https URL")
    return text

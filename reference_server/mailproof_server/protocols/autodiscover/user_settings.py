"""The settings that GetUserSettings knows, and the values of those that this server has (MS-OXWSADISC 3.1.4.3.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailproof_server.protocols.autodiscover.config import Place
from mailproof_server.protocols.autodiscover.settings import Facts
from mailproof_server.wire.soap.write import ServerVersion

Row = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server's EWS can do."""

    version: ServerVersion
    schemas: tuple[str, ...]
    """Served ones, oldest first, none of them made up: exchangelib takes the greatest."""

    @property
    def build_text(self) -> str:
        """`14.02.0390.003`"""
        version = self.version
        return f"{version.major:02}.{version.minor:02}.{version.major_build:04}.{version.minor_build:03}"


@dataclass(frozen=True, slots=True)
class Value:
    """`type`: what `i:type` says; `content`: text, or the rows of a collection's items."""

    type: str
    content: str | tuple[Row, ...]
    collection: str = ""
    item: str = ""


Make = Callable[[Facts, Offer], Value | None]


def _text(get: Callable[[Facts, Offer], str]) -> Make:
    return lambda facts, offer: Value("StringSetting", get(facts, offer))


def _connection(get: Callable[[Facts], Place]) -> Make:
    def make(facts: Facts, _offer: Offer) -> Value:
        place = get(facts)
        row: Row = (("EncryptionMethod", "SSL"), ("Hostname", place.host), ("Port", str(place.port)))
        return Value("ProtocolConnectionCollectionSetting", (row,), "ProtocolConnections", "ProtocolConnection")

    return make


def _alternate(facts: Facts, _offer: Offer) -> Value | None:
    if not facts.shared:
        return None
    rows: tuple[Row, ...] = tuple(
        (
            ("Type", "Delegate"),
            ("DisplayName", each.display_name),
            ("SmtpAddress", each.address),
            ("OwnerSmtpAddress", each.address),
        )
        for each in facts.shared
    )
    return Value("AlternateMailboxCollectionSetting", rows, "AlternateMailboxes", "AlternateMailbox")


def _absent(_facts: Facts, _offer: Offer) -> None:
    return None


_ews = _text(lambda facts, _: facts.endpoints.ews)
_version = _text(lambda _, offer: offer.build_text)
_false = _text(lambda *_: "False")
_imap = _connection(lambda facts: facts.endpoints.imap)
_smtp = _connection(lambda facts: facts.endpoints.smtp)

_PRESENT: Mapping[str, Make] = {
    "UserDisplayName": _text(lambda facts, _: facts.display_name),
    "UserDN": _text(lambda facts, _: facts.legacy_dn),
    "UserDeploymentId": _text(lambda facts, _: facts.deployment_id),
    "AutoDiscoverSMTPAddress": _text(lambda facts, _: facts.address),
    "InternalEwsUrl": _ews,
    "ExternalEwsUrl": _ews,
    "InteropExternalEwsUrl": _ews,
    "ExternalEwsVersion": _version,
    "InteropExternalEwsVersion": _version,
    "CasVersion": _version,
    "EwsSupportedSchemas": _text(lambda _, offer: ", ".join(offer.schemas)),
    "InternalImap4Connections": _imap,
    "ExternalImap4Connections": _imap,
    "InternalSmtpConnections": _smtp,
    "ExternalSmtpConnections": _smtp,
    "AlternateMailboxes": _alternate,
    "UserMSOnline": _false,
    "MapiHttpEnabled": _false,
    "CrossOrganizationSharingEnabled": _false,
    "ShowGalAsDefaultView": _text(lambda *_: "True"),
}

_ECP = "Voicemail EmailSubscriptions TextMessaging DeliveryReport RetentionPolicyTags Publish Photo Connect TeamMailbox"
_NOT_HERE = (
    *("InternalMailboxServer", "InternalRpcClientServer", "InternalMailboxServerDN", "MailboxDN", "MailboxVersion"),
    *("InternalEcpUrl", "InternalOABUrl", "InternalUMUrl", "InternalWebClientUrls", "PublicFolderServer"),
    *("ExternalEcpUrl", "ExternalOABUrl", "ExternalUMUrl", "ExternalWebClientUrls", "ActiveDirectoryServer"),
    *("ExternalMailboxServer", "ExternalMailboxServerRequiresSSL", "ExternalMailboxServerAuthenticationMethods"),
    *("InternalPop3Connections", "ExternalPop3Connections", "ExchangeRpcUrl", "MobileMailboxPolicy"),
    *(
        "InternalServerExclusiveConnect",
        "ExternalServerExclusiveConnect",
        "GroupingInformation",
        "SiteMailboxCreationURL",
    ),
    *("MobileMailboxPolicyInterop", "DocumentSharingLocations", "InternalPhotosUrl", "ExternalPhotosUrl"),
    *("EwsPartnerUrl", "PublicFolderInformation", "RedirectUrl"),
    *("TeamMailboxCreatingUrlFragment", "EcpTeamMailboxCreatingUrlFragment", "EcpTeamMailboxEditingUrlFragment"),
    *(f"Ecp{name}UrlFragment" for name in _ECP.split()),
    *(f"{side}Ecp{name}Url" for side in ("Internal", "External") for name in _ECP.split()),
    *(
        "EcpExtensionInstallationUrlFragment",
        "InternalEcpExtensionInstallationUrl",
        "ExternalEcpExtensionInstallationUrl",
    ),
)

USER_SETTINGS: Mapping[str, Make] = {**dict.fromkeys(_NOT_HERE, _absent), **_PRESENT}
"""Every name of the specification; one that is not here is an InvalidSetting."""

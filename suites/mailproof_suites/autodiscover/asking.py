"""What the AutoDiscover cases share: the fixture's type, and what is expected again and again."""

from __future__ import annotations

from typing import Protocol

from mailproof_suites.case import Account, expect
from mailproof_suites.clients.autodiscover import Answer, AutodiscoverClient

EVERYTHING = (
    *("UserDisplayName", "UserDN", "UserDeploymentId", "InternalMailboxServer", "InternalRpcClientServer"),
    *("InternalMailboxServerDN", "InternalEcpUrl", "InternalEwsUrl", "InternalOABUrl", "InternalUMUrl"),
    *("InternalWebClientUrls", "MailboxDN", "PublicFolderServer", "ActiveDirectoryServer", "ExternalMailboxServer"),
    *("ExternalMailboxServerRequiresSSL", "ExternalMailboxServerAuthenticationMethods", "ExternalEcpUrl"),
    *("ExternalEwsUrl", "ExternalOABUrl", "ExternalUMUrl", "ExternalWebClientUrls", "CrossOrganizationSharingEnabled"),
    *("AlternateMailboxes", "CasVersion", "EwsSupportedSchemas", "InternalPop3Connections", "ExternalPop3Connections"),
    *("InternalImap4Connections", "ExternalImap4Connections", "InternalSmtpConnections", "ExternalSmtpConnections"),
    *("InternalServerExclusiveConnect", "ExternalServerExclusiveConnect", "ExchangeRpcUrl", "ShowGalAsDefaultView"),
    *("AutoDiscoverSMTPAddress", "InteropExternalEwsUrl", "ExternalEwsVersion", "InteropExternalEwsVersion"),
    *("MobileMailboxPolicyInterop", "GroupingInformation", "UserMSOnline", "MapiHttpEnabled"),
)
"""What exchangelib asks for in one request."""


class Ask(Protocol):
    """Type of the fixture `ask`."""

    def __call__(
        self, account: Account | None = None, password: str | None = None, user: str | None = None
    ) -> AutodiscoverClient:
        """A client that signs in with these; without an account, without credentials."""


def settled(answer: Answer) -> Answer:
    """Expect the settings of POX's outlook schema."""
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.equal(answer.text("Account", "Action"), "settings", "the Action of the Account")
    return answer


def phone_settled(answer: Answer) -> str:
    """Expect the settings of the mobilesync schema; the URL of ActiveSync."""
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.contains(answer.texts("Settings", "Server", "Type"), "MobileSync", "the types of servers")
    return answer.text("Settings", "Server", "Url")


def refused_with(answer: Answer, *codes: str) -> None:
    """Expect an error of POX: a document with one of these codes, under status 200."""
    expect.equal(answer.status, 200, "the status of HTTP")
    expect.one_of(answer.text("Error", "ErrorCode"), set(codes), "the ErrorCode")


def asked_to_sign_in(answer: Answer) -> None:
    """Expect 401 with the scheme Basic, and nothing of the settings."""
    expect.equal(answer.status, 401, "the status of HTTP")
    challenges = " ".join(answer.response.all("WWW-Authenticate")).lower()
    expect.contains(challenges, "basic", "the challenges")
    expect.lacks(answer.response.body, b"<Account", "the answer to a stranger")

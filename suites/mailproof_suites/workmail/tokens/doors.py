"""Ways of signing in over the protocols, and what becomes of sessions that are open (FEATURES section 2)."""

from __future__ import annotations

from dataclasses import dataclass

from mailproof_suites.case import Account, ImapClient, SmtpClient, World, expect
from mailproof_suites.clients.errors import ConnectionClosed, TimedOut
from mailproof_suites.clients.imap.client import sasl_plain

WAYS = ("imap", "smtp")
_ENDING_S = 5.0
"""How long a server may take to end a session that it has been told to end; "at once" leaves it a breath."""


@dataclass
class Door:
    """One protocol, as somebody comes to it with a name and a secret.

    Attributes:
        way: `imap` or `smtp`.
    """

    world: World
    way: str

    def admits(self, user: Account, secret: str | None = None, login: str | None = None) -> bool:
        """Whether the user gets in, on a connection that is closed again.

        Args:
            user: whose mailbox it is.
            secret: the user's password, unless given.
            login: the name to sign in with; the whole address, unless given.
        """
        client, answer = self._try(user, secret, login)
        self.world.disconnect(client)
        return answer

    def enter(self, user: Account, secret: str | None = None) -> ImapClient | SmtpClient:
        """A connection that is signed in. Raises Violation when it is not let in."""
        client, admitted = self._try(user, secret, None)
        expect.equal(admitted, True, f"signing in over {self.way}")
        return client

    def is_right(self, user: Account, secret: str | None = None, login: str | None = None) -> None:
        """Expect to get in."""
        expect.equal(self.admits(user, secret, login), True, f"{user.address} gets in over {self.way}")

    def is_wrong(self, user: Account, secret: str | None = None, login: str | None = None) -> None:
        """Expect not to get in."""
        expect.equal(self.admits(user, secret, login), False, f"{user.address} gets in over {self.way}")

    def _try(self, user: Account, secret: str | None, login: str | None) -> tuple[ImapClient | SmtpClient, bool]:
        name, value = login or user.address, user.password if secret is None else secret
        self.world.transcript.secret(value)
        if self.way == "imap":
            imap = self.world.connect_imap(user, login=False)
            done = imap.authenticate("PLAIN", sasl_plain(name, value))
            expect.one_of(done.status, {"OK", "NO", "BAD"}, "the answer to AUTHENTICATE")
            return imap, done.ok
        smtp = self.world.connect_smtp(user, login=False)
        smtp.ehlo()
        reply = smtp.auth_plain(name, value)
        expect.one_of(reply.code, {235, 535, 501, 454}, "the answer to AUTH")
        return smtp, reply.code == 235


def goes_on(client: ImapClient | SmtpClient) -> None:
    """Expect the session to be open, and signed in."""
    if isinstance(client, ImapClient):
        expect.ok(client.command("STATUS", "INBOX", b"(MESSAGES)"))
    else:
        expect.reply(client.noop(), 250)


def ends(client: ImapClient | SmtpClient) -> None:
    """Expect the session to end by the server's hand: a farewell or the end of the connection, with nothing asked."""
    try:
        if isinstance(client, ImapClient):
            client.wait_untagged(lambda each: each.name == "BYE", _ENDING_S)
        else:
            expect.reply(client.read_reply(_ENDING_S), 421)
    except ConnectionClosed:
        return
    except TimedOut:
        raise expect.fail("the open session", expected=f"its end within {_ENDING_S:g} s", actual="still open") from None

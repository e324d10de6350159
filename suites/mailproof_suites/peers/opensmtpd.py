"""OpenSMTPD 6.8 as a submission server on implicit TLS, which hands mail for its domains to Dovecot over LMTP.

Mail for anybody else is accepted and dropped: a test machine must never send mail into the world.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.dovecot import Dovecot
from mailproof_suites.peers.jail import Jail, User
from mailproof_suites.peers.packages import Archives
from mailproof_suites.peers.secret_files import write_private

_OWNER = "mailproof-peer"

_CONFIGURATION = """\
smtp max-message-size 10485760
smtp limit max-rcpt 1000
smtp limit max-mails 1000
smtp ciphers "ECDHE+AESGCM:ECDHE+CHACHA20"
bounce warn-interval 1h
table users file:{folder}/users
table virtuals file:{folder}/virtuals
table senders file:{folder}/senders
pki "mx.{domain}" cert "{folder}/chain.pem"
pki "mx.{domain}" key "{folder}/key.pem"
listen on 127.0.0.1 port {port} smtps pki "mx.{domain}" hostname "mx.{domain}" auth <users> senders <senders>
action "dovecot" lmtp "{lmtp}" rcpt-to virtual <virtuals>
action "nowhere" mda "cat > /dev/null" virtual {{ "@" = "{owner}" }}
{matches}
match auth from any for any action "nowhere"
"""

_START = """\
set -e
umask 022
: > {folder}/users
{users}
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
chown root:root {folder} {folder}/chain.pem {folder}/key.pem
exec smtpd -d -f {folder}/smtpd.conf
"""


class OpenSmtpd:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of SMTPS, on 127.0.0.1.
        archives: of `PACKAGES`.
        dovecot: who takes the mail.
    """

    endpoint: ClassVar[str] = "smtps"
    PACKAGES = ("opensmtpd",)

    def __init__(self, folder: Path, port: int, archives: Archives, dovecot: Dovecot) -> None:
        self.port = port
        self.folder = folder
        self._dovecot = dovecot
        home = "/var/lib/opensmtpd/empty"
        users = [User("opensmtpd", home), User("opensmtpq", home), User(_OWNER)]
        self._jail = Jail(folder / "jail", folder.parent, archives, users)
        self.log = self._jail.log

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._jail.alive

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        folder = self.folder
        (folder / "chain.pem").write_bytes(authority.chain.read_bytes())
        write_private(folder / "key.pem", authority.key.read_text())
        mailboxes = {person.address: _OWNER for person in company.people}
        self._table("virtuals", {**company.aliases(), **mailboxes}, ": ")
        self._table("senders", company.senders(), " ")
        users = []
        for person in company.people:
            write_private(folder / f"password-{person.address}", person.password + "\n")
            users.append(
                f"printf '%s %s\\n' {person.address} \"$(smtpctl encrypt < {folder}/password-{person.address})\" "
                f">> {folder}/users"
            )
        (folder / "smtpd.conf").write_text(
            _CONFIGURATION.format(
                folder=folder,
                domain=company.domains[0],
                owner=_OWNER,
                port=self.port,
                lmtp=self._dovecot.lmtp_socket,
                matches="\n".join(
                    f'match auth from any for domain "{each}" action "dovecot"' for each in company.domains
                ),
            )
        )
        self._jail.start(_START.format(folder=folder, users="\n".join(users)))

    def stop(self) -> None:
        """End it; nothing to do where it does not run. Raises PeerError when it goes on."""
        self._jail.stop()

    def _table(self, name: str, rows: dict[str, str], colon: str) -> None:
        (self.folder / name).write_text("".join(f"{key}{colon}{value}\n" for key, value in rows.items()))

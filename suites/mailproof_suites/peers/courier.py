"""Courier IMAP 5 (IMAPS) with users in courier-authlib's userdb; it does not wait for changes but looks each second."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.jail import Jail, User
from mailproof_suites.peers.packages import Archives
from mailproof_suites.peers.secret_files import write_private

_OWNER = "mailproof-peer"

_IMAPD = """\
SSLADDRESS=127.0.0.1
SSLPORT={port}
MAXDAEMONS=400
MAXPERIP=400
IMAP_ULIMITD=1048576
IMAP_IDLE_TIMEOUT=1
IMAP_EMPTYTRASH=
IMAP_TLS=1
TLS_CERTFILE={folder}/both.pem
TLS_TRUSTCERTS={folder}/chain.pem
# Of GnuTLS: TLS 1.2 and 1.3, forward-secret suites only.
TLS_PRIORITY="NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD"
TLS_CACHEFILE=
"""

_START = """\
set -e
cat {folder}/imapd-ssl >> /etc/courier/imapd-ssl
echo 'authmodulelist="authuserdb"' >> /etc/courier/authdaemonrc
mkdir -p /run/courier/authdaemon /var/lib/courier {folder}/mail
chown courier:courier /run/courier /run/courier/authdaemon /var/lib/courier {folder}/both.pem
chown {owner}: {folder}/mail
umask 077
ids="uid=$(id -u {owner})|gid=$(id -g {owner})"
mkdir -p /etc/courier/shared
add() {{
    home={folder}/mail/$1
    setpriv --reuid {owner} --regid {owner} --clear-groups mkdir "$home"
    setpriv --reuid {owner} --regid {owner} --clear-groups maildirmake.courier "$home/Maildir"
    printf '%s\\t%s|home=%s|mail=%s/Maildir|imappw=%s\\n' \\
        "$1" "$ids" "$home" "$home" "$(userdbpw -md5 < {folder}/password-$1)" >> /etc/courier/userdb
    # Whose folders may be shared, and under what name: one without the hierarchy's dot.
    printf '%s\\t%s\\t%s\\t%s\\tMaildir\\n' \\
        "${{1%@*}}" "$(id -u {owner})" "$(id -g {owner})" "$home" >> /etc/courier/shared/index
}}
{users}
chmod -R a+rX /etc/courier/shared
makeuserdb
authdaemond start
set -a
. /etc/courier/imapd
. /etc/courier/imapd-ssl
umask $IMAP_UMASK
exec couriertcpd -address=$SSLADDRESS -maxprocs=$MAXDAEMONS -maxperip=$MAXPERIP -nodnslookup -noidentlookup \\
    $SSLPORT /usr/bin/couriertls -server -tcpd -user=courier /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
"""


class Courier:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of IMAPS, on 127.0.0.1.
        archives: of `PACKAGES`.
    """

    endpoint: ClassVar[str] = "imaps"
    PACKAGES = ("courier-imap", "courier-base", "courier-authlib", "courier-authlib-userdb", "courier-authdaemon")

    def __init__(self, folder: Path, port: int, archives: Archives) -> None:
        self.port = port
        self.folder = folder
        users = [User("courier", "/var/lib/courier"), User(_OWNER)]
        self._jail = Jail(folder / "jail", folder.parent, archives, users)
        self.log = self._jail.log

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._jail.alive

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        folder = self.folder
        chain = authority.chain.read_text()
        (folder / "chain.pem").write_text(chain)
        write_private(folder / "both.pem", authority.key.read_text() + chain)
        (folder / "imapd-ssl").write_text(_IMAPD.format(folder=folder, port=self.port))
        for person in company.people:
            write_private(folder / f"password-{person.address}", person.password + "\n")
        users = "\n".join(f"add {person.address}" for person in company.people)
        self._jail.start(_START.format(folder=folder, owner=_OWNER, users=users))

    def stop(self) -> None:
        """End it; nothing to do where it does not run. Raises PeerError when it goes on."""
        self._jail.stop()

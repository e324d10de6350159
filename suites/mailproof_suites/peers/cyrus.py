"""Cyrus IMAP 3.6 (IMAPS), with users in sasldb, shared folders, METADATA and an idled that wakes IDLE at once."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.jail import Jail, User
from mailproof_suites.peers.packages import Archives
from mailproof_suites.peers.secret_files import write_private

_IMAPD = """\
configdirectory: {folder}/lib
proc_path: {folder}/lib/proc
mboxname_lockpath: {folder}/lib/lock
defaultpartition: default
partition-default: {folder}/spool
sievedir: {folder}/lib/sieve
idlesocket: {folder}/lib/idle
notifysocket: {folder}/lib/notify
lmtpsocket: {folder}/lib/lmtp
syslog_prefix: mailproof-peer

admins: cyrus
virtdomains: userid
# Another domain than everybody has: of users in the default one, the domain is cut off before sasldb is asked.
defaultdomain: nobody.invalid
servername: localhost
unixhierarchysep: yes
altnamespace: yes
autocreate_post: yes
autocreate_quota: 1048576
autocreate_inbox_folders: Sent | Drafts | Trash | Junk | Archive
autocreate_subscribe_folders: Sent | Drafts | Trash | Junk | Archive
xlist-sent: Sent
xlist-drafts: Drafts
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
specialuse_extra: \\XLIST
annotation_allow_undefined: yes
munge8bit: no
conversations: yes
anyoneuseracl: no
delete_mode: immediate
# Cases give wrong passwords on purpose; the next case must not pay for it.
failedloginpause: 0

sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {folder}/sasldb2
sasl_mech_list: PLAIN LOGIN

tls_server_cert: {folder}/chain.pem
tls_server_key: {folder}/key.pem
tls_versions: tls1_2 tls1_3
tls_ciphers: ECDHE+AESGCM:ECDHE+CHACHA20
tls_prefer_server_ciphers: yes
# Not the default, one curve: with a name that is no curve, OpenSSL's own list is used.
tls_eccurve: auto
"""

_CYRUS = """\
START {{
    recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"
}}
SERVICES {{
    imaps cmd="/usr/lib/cyrus/bin/imapd -s" listen="127.0.0.1:{port}" prefork=2 maxchild=500
}}
EVENTS {{
    checkpoint cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -c" period=180
}}
DAEMON {{
    idled cmd="/usr/lib/cyrus/bin/idled"
}}
"""

_START = """\
set -e
cp {folder}/imapd.conf {folder}/cyrus.conf /etc/
mkdir -p {folder}/lib/proc {folder}/lib/lock {folder}/lib/socket {folder}/spool
{users}
chown -R cyrus:mail {folder}/lib {folder}/spool {folder}/sasldb2 {folder}/key.pem
exec /usr/lib/cyrus/bin/master -D
"""


class Cyrus:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of IMAPS, on 127.0.0.1.
        archives: of `PACKAGES`.
    """

    endpoint: ClassVar[str] = "imaps"
    PACKAGES = ("cyrus-imapd", "cyrus-common", "sasl2-bin")

    def __init__(self, folder: Path, port: int, archives: Archives) -> None:
        self.port = port
        self.folder = folder
        home = User("cyrus", "/var/lib/cyrus", "mail")
        self._jail = Jail(folder / "jail", folder.parent, archives, [home])
        self.log = self._jail.log

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._jail.alive

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        folder = self.folder
        (folder / "chain.pem").write_bytes(authority.chain.read_bytes())
        write_private(folder / "key.pem", authority.key.read_text())  # a copy, since imapd is not root
        (folder / "imapd.conf").write_text(_IMAPD.format(folder=folder))
        (folder / "cyrus.conf").write_text(_CYRUS.format(port=self.port))
        users = []
        for person in company.people:
            name, _, realm = person.address.partition("@")
            write_private(folder / f"password-{name}", person.password)
            users.append(f"saslpasswd2 -c -p -f {folder}/sasldb2 -u {realm} {name} < {folder}/password-{name}")
        self._jail.start(_START.format(folder=folder, users="\n".join(users)))

    def stop(self) -> None:
        """End it; nothing to do where it does not run. Raises PeerError when it goes on."""
        self._jail.stop()

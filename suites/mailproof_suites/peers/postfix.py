"""Postfix 3.7 as a submission server on implicit TLS, which hands mail for its domains to Dovecot over LMTP.

Mail for anybody else is accepted and dropped: a test machine must never send mail into the world. The configuration
has a folder of its own (`postfix -c`), queue and data included; /etc/postfix is not changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers import loopback
from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.dovecot import Dovecot
from mailproof_suites.peers.errors import PeerError

_STOPPING_S = 10.0

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
mydestination =
mynetworks = 127.0.0.1/32
biff = no

virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/users
virtual_alias_maps = texthash:{folder}/aliases
virtual_transport = lmtp:unix:{lmtp}
recipient_delimiter = +
# Without X-Original-To, one message to a user and to his alias is one copy.
enable_original_recipient = no
default_transport = discard:not delivered by a test server
relay_transport = discard:not delivered by a test server
local_transport = error:5.1.1 no local recipients
local_recipient_maps =
alias_maps =
alias_database =

smtpd_tls_chain_files = {key}, {chain}
smtpd_tls_security_level = encrypt
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_ciphers = high
# Postfix would take anonymous suites and SHA-1, which is right for mail between servers only.
tls_high_cipherlist = ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2
smtpd_tls_auth_only = yes
tls_preempt_cipherlist = yes

smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_sasl_security_options = noanonymous
smtpd_sender_login_maps = texthash:{folder}/senders, static:nobody
# Refusals come at the command that earns them; nobody sends without signing in.
smtpd_delay_reject = no
smtpd_helo_required = yes
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch, permit_sasl_authenticated,
  check_sender_access static:{{530 5.7.0 Authentication required}}
smtpd_relay_restrictions = permit_sasl_authenticated,
  check_client_access static:{{530 5.7.0 Authentication required}}, reject
smtpd_recipient_restrictions = check_policy_service unix:{quota}
smtpd_discard_ehlo_keywords = etrn, silent-discard
strict_rfc821_envelopes = yes
smtpd_forbidden_commands =
# RFC 5321 section 6.3 counts the Received fields that came; Postfix counts its own, too.
hopcount_limit = 101
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
always_add_missing_headers = yes
smtputf8_enable = yes

# A test run is one client with many connections, and it makes mistakes on purpose.
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
pickup    unix  n - n 60    1 pickup
cleanup   unix  n - n -     0 cleanup
qmgr      unix  n - n 300   1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n -     - trivial-rewrite
bounce    unix  - - n -     0 bounce
defer     unix  - - n -     0 bounce
trace     unix  - - n -     0 bounce
verify    unix  - - n -     1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -     - proxymap
showq     unix  n - n -     - showq
error     unix  - - n -     - error
retry     unix  - - n -     - error
discard   unix  - - n -     - discard
lmtp      unix  - - n -     - lmtp
anvil     unix  - - n -     1 anvil
scache    unix  - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of SMTPS, on 127.0.0.1.
        dovecot: who signs in and takes the mail.
    """

    endpoint: ClassVar[str] = "smtps"
    PACKAGES: ClassVar = {"postfix": ("/usr/sbin/postfix", "/usr/lib/postfix/sbin/smtpd")}

    def __init__(self, folder: Path, port: int, dovecot: Dovecot) -> None:
        self.port = port
        self._dovecot = dovecot
        self.log = folder / "postfix.log"
        self.folder = folder
        self._configuration = folder / "etc"
        self._pid_file = folder / "queue" / "pid" / "master.pid"

    @property
    def alive(self) -> bool:
        """Whether its master process runs."""
        return loopback.pid_in(self._pid_file) is not None

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        self._configuration.mkdir()
        (self.folder / "queue").mkdir()
        data = self.folder / "data"
        data.mkdir()
        shutil.chown(data, "postfix")
        self._table("users", {person.address: "here" for person in company.people})
        self._table("aliases", company.aliases())
        self._table("senders", company.senders())
        main = _MAIN.format(
            folder=self.folder,
            domain=company.domains[0],
            domains=", ".join(company.domains),
            chain=authority.chain,
            key=authority.key,
            lmtp=self._dovecot.lmtp_socket,
            auth=self._dovecot.auth_socket,
            quota=self._dovecot.quota_socket,
        )
        (self._configuration / "main.cf").write_text(main)
        (self._configuration / "master.cf").write_text(_MASTER.format(port=self.port) + self.further_services())
        loopback.run(["/usr/sbin/postfix", "-c", self._configuration, "start"], self.log)

    def further_services(self) -> str:
        """What a peer with more ports adds to master.cf."""
        return ""

    def stop(self) -> None:
        """End it; nothing to do where it does not run. Raises PeerError when it goes on."""
        if self.alive:
            loopback.run(["/usr/sbin/postfix", "-c", self._configuration, "stop"], self.log)
            if not loopback.wait_until(lambda: not self.alive, _STOPPING_S):
                raise PeerError(f"Postfix did not stop; its process is named in {self._pid_file}")

    def _table(self, name: str, rows: Mapping[str, str]) -> None:
        (self.folder / name).write_text("".join(f"{key} {value}\n" for key, value in rows.items()))

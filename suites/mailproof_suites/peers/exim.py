"""Exim 4.96 as a submission server on implicit TLS (GnuTLS), which hands mail for its domains to Dovecot over LMTP.

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

_CONFIGURATION = """\
primary_hostname = mx.{domain}
spool_directory = /var/spool/exim4
log_file_path = {folder}/log-%s
domainlist ours = {domains}
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_on_connect_ports = {port}
tls_advertise_hosts = *
tls_certificate = {folder}/chain.pem
tls_privatekey = {folder}/key.pem
# Of GnuTLS: what "ssl_min_protocol" and a list of forward-secret suites are elsewhere.
tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD:\\
-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_max_nonmail = 1000
smtp_max_unknown_commands = 100
smtp_max_synprot_errors = 100
message_size_limit = 10M
accept_8bitmime = true
smtputf8_advertise_hosts = *
chunking_advertise_hosts = *
dsn_advertise_hosts = *
pipelining_advertise_hosts = *
pipelining_connect_advertise_hosts =
prdr_enable = false
queue_run_in_order = false
ignore_bounce_errors_after = 1h
timeout_frozen_after = 1d
never_users =
received_headers_max = 100
acl_smtp_mail = mail
acl_smtp_rcpt = rcpt
acl_smtp_data = data
acl_smtp_vrfy = vrfy

begin acl
vrfy:
  deny message = 530 5.7.0 Authentication required
       !authenticated = *
  accept
mail:
  deny message = 530 5.7.0 Authentication required
       !authenticated = *
  deny message = 553 5.7.1 not your address
       !condition = ${{if eqi{{$sender_address}}{{$authenticated_id}}}}
       !senders = :
  accept
rcpt:
  deny message = 530 5.7.0 Authentication required
       !authenticated = *
  deny message = 501 5.1.3 not an address
       condition = ${{if or{{{{match{{$local_part}}{{^[.]}}}}{{>{{${{strlen:$local_part}}}}{{64}}}}}}}}
  deny message = 550 5.1.1 no such user here
       domains = +ours
       !verify = recipient
  accept control = submission/sender_retain
data:
  deny message = 550 5.6.0 illegal address in the header
       !verify = header_syntax
  deny message = 550 5.7.1 not your address in From
       !condition = ${{if and{{{{!eq{{${{addresses:$h_from:}}}}{{}}}}\\
         {{forall{{${{addresses:$h_from:}}}}{{eqi{{$item}}{{$authenticated_id}}}}}}}}}}
  deny message = 550 5.7.1 not your address in Sender
       condition = ${{if def:h_sender:}}
       !condition = ${{if eqi{{${{address:$h_sender:}}}}{{$authenticated_id}}}}
  accept

begin routers
aliases:
  driver = redirect
  domains = +ours
  data = ${{lookup{{$local_part@$domain}}lsearch{{{folder}/aliases}}}}
  local_part_suffix = +*
  local_part_suffix_optional
  qualify_preserve_domain
users:
  driver = accept
  domains = +ours
  condition = ${{lookup{{$local_part@$domain}}lsearch{{{folder}/users}}{{yes}}{{no}}}}
  local_part_suffix = +*
  local_part_suffix_optional
  transport = dovecot
outside:
  driver = accept
  domains = !+ours
  transport = nowhere

begin transports
dovecot:
  driver = lmtp
  socket = {lmtp}
  user = Debian-exim
  batch_max = 1
  return_path_add = false
  headers_remove = Bcc : Resent-Bcc
nowhere:
  driver = appendfile
  file = /dev/null
  user = Debian-exim

begin retry
*  *  F,1h,5s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{or{{{{eq{{$auth1}}{{}}}}{{eq{{$auth1}}{{$auth2}}}}}}}}{{!eq{{$auth3}}{{}}}}\\
    {{eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{folder}/users}}}}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{!eq{{$auth2}}{{}}}}\\
    {{eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{{folder}/users}}}}}}}}}}}}
  server_set_id = $auth1
"""

_START = """\
set -e
cp {folder}/exim4.conf /etc/exim4/exim4.conf
chown Debian-exim {folder} {folder}/users {folder}/aliases {folder}/key.pem
mkdir -p /var/spool/exim4 /var/log/exim4 /run/exim4
chown -R Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4 /run/exim4
exec /usr/sbin/exim4 -bdf -q5s
"""


class Exim:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of SMTPS, on 127.0.0.1.
        archives: of `PACKAGES`.
        dovecot: who takes the mail.
    """

    endpoint: ClassVar[str] = "smtps"
    PACKAGES = ("exim4-daemon-heavy", "exim4-base")

    def __init__(self, folder: Path, port: int, archives: Archives, dovecot: Dovecot) -> None:
        self.port = port
        self.folder = folder
        self._dovecot = dovecot
        self._jail = Jail(folder / "jail", folder.parent, archives, [User("Debian-exim", "/var/spool/exim4")])
        self.log = self._jail.log

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._jail.alive

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        folder = self.folder
        (folder / "chain.pem").write_bytes(authority.chain.read_bytes())
        write_private(folder / "key.pem", authority.key.read_text())  # a copy, since Exim gives up root before it reads
        write_private(folder / "users", "".join(f"{each.address}: {each.password}\n" for each in company.people))
        aliases = "".join(f"{address}: {members}\n" for address, members in company.aliases().items())
        write_private(folder / "aliases", aliases)
        (folder / "exim4.conf").write_text(
            _CONFIGURATION.format(
                folder=folder,
                domain=company.domains[0],
                domains=" : ".join(company.domains),
                port=self.port,
                lmtp=self._dovecot.lmtp_socket,
            )
        )
        self._jail.start(_START.format(folder=folder))

    def stop(self) -> None:
        """End it; nothing to do where it does not run. Raises PeerError when it goes on."""
        self._jail.stop()

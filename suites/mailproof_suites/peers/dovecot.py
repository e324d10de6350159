"""Dovecot 2.3 (IMAPS, LMTP, SASL for Postfix), everything in one folder; /etc is not read.

The configuration asks for as wide a set of IMAP extensions as Debian's packages give: quota, ACL with shared folders,
METADATA, COMPRESS.
"""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers import loopback
from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.errors import PeerError

_OWNER = "nobody"
"""Owns the stored mail. Dovecot refuses root, and an installed user is not worth a change to the machine."""
_STOPPING_S = 10.0

_CONFIGURATION = """\
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
instance_name = mailproof-peer

ssl = required
ssl_min_protocol = TLSv1.2
ssl_cipher_list = ECDHE+AESGCM:ECDHE+CHACHA20
ssl_cert = <{chain}
ssl_key = <{key}

auth_mechanisms = plain login
auth_username_format = %Lu
# Cases give wrong passwords on purpose; the next case comes from the same address and must not pay for it.
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {folder}/passwd
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/passwd
}}
first_valid_uid = 1

mail_location = sdbox:~/sdbox
mail_max_userip_connections = 2000
mail_plugins = quota acl notify
mail_attribute_dict = file:%h/attributes
recipient_delimiter = +

namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
}}
namespace shared {{
  type = shared
  separator = /
  prefix = Shared/%%u/
  location = sdbox:%%h/sdbox
  list = children
  subscriptions = no
}}

plugin {{
  # Rights that were taken away count at once.
  acl = vfile::cache_secs=0
  acl_shared_dict = file:{folder}/mail/shared-folders
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=1G
  quota_grace = 0
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 552 5.2.2 Mailbox is full
}}

protocol imap {{
  mail_plugins = $mail_plugins imap_quota imap_acl imap_zlib
  imap_metadata = yes
}}
protocol lmtp {{
  postmaster_address = postmaster@{domain}
}}

service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 1024
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
  # imap and lmtp run as the mail's owner when they look up whose shared folders these are.
  unix_listener auth-userdb {{
    mode = 0666
  }}
}}
service quota-status {{
  executable = quota-status -p postfix
  client_limit = 1
  unix_listener quota-status {{
    mode = 0666
  }}
}}
"""


class Dovecot:
    """One instance.

    Args:
        folder: everything of it; exists and is empty when it is started.
        port: of IMAPS, on 127.0.0.1.
    """

    endpoint: ClassVar[str] = "imaps"
    PACKAGES: ClassVar = {
        "dovecot-imapd": ("/usr/sbin/dovecot", "/usr/lib/dovecot/imap"),
        "dovecot-lmtpd": ("/usr/lib/dovecot/lmtp",),
    }

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.log = folder / "dovecot.log"
        self.auth_socket = folder / "run" / "auth-client"
        self.lmtp_socket = folder / "run" / "lmtp"
        self.quota_socket = folder / "run" / "quota-status"
        self.folder = folder
        self._configuration = folder / "dovecot.conf"
        self._pid_file = folder / "run" / "master.pid"

    @property
    def alive(self) -> bool:
        """Whether its master process runs."""
        return loopback.pid_in(self._pid_file) is not None

    def start(self, company: Company, authority: Authority) -> None:
        """Write the configuration and start it; returns before the port answers. Raises PeerError."""
        owner = pwd.getpwnam(_OWNER)
        mail = self.folder / "mail"
        mail.mkdir()
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        passwd = self.folder / "passwd"
        with os.fdopen(os.open(passwd, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as file:
            for person in company.people:
                rule = f"userdb_quota_rule=*:bytes={person.quota_bytes}" if person.quota_bytes else ""
                home = mail / person.address
                file.write(
                    f"{person.address}:{{PLAIN}}{person.password}:{owner.pw_uid}:{owner.pw_gid}::{home}::{rule}\n"
                )
        shutil.chown(passwd, group="dovecot")  # the auth process is not root
        self._configuration.write_text(
            _CONFIGURATION.format(
                folder=self.folder,
                chain=authority.chain,
                key=authority.key,
                domain=company.domains[0],
                port=self.port,
            )
            + self.further_configuration()
        )
        loopback.run(["/usr/sbin/dovecot", "-c", self._configuration], self.log)

    def further_configuration(self) -> str:
        """What a peer with more of Dovecot's services adds."""
        return ""

    def stop(self) -> None:
        """End it, sessions included; nothing to do where it does not run. Raises PeerError when it goes on."""
        if self.alive:
            loopback.run(["/usr/sbin/dovecot", "-c", self._configuration, "stop"], self.log)
            if not loopback.wait_until(lambda: not self.alive, _STOPPING_S):
                raise PeerError(f"Dovecot did not stop; its process is named in {self._pid_file}")

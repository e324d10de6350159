"""Dovecot with Pigeonhole: Sieve at delivery, ManageSieve on TLS, and Postfix that takes what scripts send."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from mailproof_suites.peers.authority import Authority
from mailproof_suites.peers.company import Company
from mailproof_suites.peers.dovecot import Dovecot
from mailproof_suites.peers.postfix import Postfix

_CONFIGURATION = """\
protocols = imap lmtp sieve
submission_host = 127.0.0.1:{inside_port}
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_extensions = +mime +foreverypart
  sieve_max_redirects = 32
}}
service managesieve-login {{
  inet_listener sieve {{
    port = 0
  }}
  inet_listener sieves {{
    port = {sieve_port}
    ssl = yes
  }}
}}
"""
_SERVICE = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_tls_security_level=none
  -o smtpd_helo_required=no
  -o smtpd_sender_restrictions=
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
"""


class SieveDovecot(Dovecot):
    """Dovecot whose LMTP runs scripts.

    Args:
        folder, port: as of Dovecot.
        sieve_port: of ManageSieve.
        inside_port: where Postfix takes what scripts send.
    """

    PACKAGES: ClassVar = Dovecot.PACKAGES | {
        "dovecot-sieve": ("/usr/lib/dovecot/modules/lib90_sieve_plugin.so",),
        "dovecot-managesieved": ("/usr/lib/dovecot/managesieve",),
    }

    def __init__(self, folder: Path, port: int, sieve_port: int, inside_port: int) -> None:
        super().__init__(folder, port)
        self._ports = {"sieve_port": sieve_port, "inside_port": inside_port}

    def further_configuration(self) -> str:
        """Sieve."""
        return _CONFIGURATION.format(**self._ports)


class SievePostfix(Postfix):
    """Postfix with one more port for what scripts send, which needs no sign-in and is on 127.0.0.1 alone."""

    def __init__(self, folder: Path, port: int, dovecot: Dovecot, inside_port: int) -> None:
        super().__init__(folder, port, dovecot)
        self._inside_port = inside_port

    def further_services(self) -> str:
        """The one more port."""
        return _SERVICE.format(port=self._inside_port)


class ManageSieve:
    """Dovecot's other port: nothing of its own runs."""

    endpoint: ClassVar[str] = "sieve"

    def __init__(self, folder: Path, port: int, dovecot: Dovecot) -> None:
        self.folder = folder
        self.port = port
        self.log = dovecot.log
        self._dovecot = dovecot

    @property
    def alive(self) -> bool:
        """As Dovecot is."""
        return self._dovecot.alive

    def start(self, company: Company, authority: Authority) -> None:
        """It runs already."""

    def stop(self) -> None:
        """It ends with Dovecot."""

"""Other mail servers, run on loopback from their distribution's packages, as targets to hold the suites against.

    with dovecot_postfix() as profile:         # a target profile, as `mailproof check --target` reads it
        ...

On the command line: `python -m mailproof_suites.peers dovecot-postfix --ready-file target.toml`.
"""

from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.pair import Running, dovecot_postfix, missing

__all__ = ["PeerError", "Running", "dovecot_postfix", "missing"]

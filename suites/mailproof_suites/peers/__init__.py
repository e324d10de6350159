"""Other mail servers, run on loopback from their distribution's packages, as targets to hold the suites against.

    with running("cyrus") as peer:             # peer.profile: a target profile, as `mailproof check --target` reads it
        ...

On the command line: `python -m mailproof_suites.peers dovecot-postfix --ready-file target.toml`.
"""

from mailproof_suites.peers.errors import PeerError
from mailproof_suites.peers.kinds import KINDS
from mailproof_suites.peers.peer import Running, dovecot_postfix, running


def missing(name: str = "dovecot-postfix") -> str:
    """Why this peer cannot run on this machine, as one line; empty when it can."""
    return KINDS[name].missing()


__all__ = ["KINDS", "PeerError", "Running", "dovecot_postfix", "missing", "running"]

"""The ways in which sharing ends, and what a connection says that may find itself closed (FEATURES FOLD-13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailproof_suites.case import ImapClient
from mailproof_suites.clients.errors import ConnectionClosed
from mailproof_suites.clients.imap.command import Part
from mailproof_suites.clients.imap.values import Untagged
from mailproof_suites.workmail.sharing.loan import EVERYBODY, Loan

CLOSED = "closed"
End = Callable[[], object]


@dataclass(frozen=True)
class Said:
    """What came of a command: OK, NO, BAD or CLOSED, and the untagged responses before that."""

    status: str
    untagged: tuple[Untagged, ...]

    def count(self, *names: str) -> int:
        """How many responses have one of these names."""
        return sum(each.name in names for each in self.untagged)


def ask(client: ImapClient, *parts: Part) -> Said:
    """Do a command on a connection that the server may end: RFC 4314 5.1.1 allows BYE where a right has gone."""
    try:
        answer = client.command(*parts)
    except ConnectionClosed:
        return Said(CLOSED, client.pending)
    return Said(answer.status, answer.untagged)


def _by_grant(loan: Loan, rights: str, kind: str) -> End:
    to = loan.share(rights, kind)
    return lambda: loan.stop(to)


def _by_none(loan: Loan, rights: str) -> End:
    loan.share(rights)
    return lambda: loan.put("None")


def _by_leaving(loan: Loan, rights: str) -> End:
    staff = loan.share(rights, "group")
    return lambda: loan.control.call("group", "remove-member", staff, loan.guest.address)


def _by_parting(loan: Loan, rights: str) -> End:
    staff = loan.share(rights, "nested_group")
    team = loan.guest.address.replace("@", "-team@")
    return lambda: loan.control.call("group", "remove-member", staff, team)


def _by_removing(loan: Loan, rights: str) -> End:
    brief = loan.guest.address.replace("@", "-brief@")
    loan.control.call("group", "add", brief, "--member", loan.guest.address)
    for folder, given in (("Projects", rights), ("/", "folder-visible")):
        loan.put(given, brief, folder)
    return lambda: loan.control.call("group", "remove", brief, "--yes")


def _by_full_access(loan: Loan, rights: str) -> End:
    del rights  # everything
    words = (loan.owner.address, loan.guest.address, "full-access")
    loan.control.call("grant", "add", *words)
    return lambda: loan.control.call("grant", "remove", *words)


ENDINGS: dict[str, Callable[[Loan, str], End]] = {
    "the_users_grant": lambda loan, rights: _by_grant(loan, rights, "user"),
    "the_users_profile_becomes_none": _by_none,
    "the_groups_grant": lambda loan, rights: _by_grant(loan, rights, "group"),
    "the_nested_groups_grant": lambda loan, rights: _by_grant(loan, rights, "nested_group"),
    "everybodys_grant": lambda loan, rights: _by_grant(loan, rights, EVERYBODY),
    "the_membership": _by_leaving,
    "the_groups_membership": _by_parting,
    "the_group": _by_removing,
    "full_access": _by_full_access,
}
"""Name -> lets the guest have the rights, and returns what ends them."""

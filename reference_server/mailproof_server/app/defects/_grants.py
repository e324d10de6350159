"""How defects about grants look at the directory."""

from mailproof_server.model.account import Principal, PrincipalKind
from mailproof_server.model.ids import PrincipalId
from mailproof_server.store.base import View


def direct_identities(view: View, principal: Principal) -> frozenset[PrincipalId]:
    """The principal and the groups that it is a direct member of, without those that hold these groups."""
    groups = [entry.id for entry in view.entries() if entry.kind is PrincipalKind.GROUP]
    return frozenset([principal.id, *(each for each in groups if principal.id in view.group_members(each))])

"""NOT in front of a list is given to each key of the list: NOT (a b) finds what is neither, not what is not both.

hMailServer 5.6.3 read NOT wrong by where it stood (hmailserver issue 149).
"""

import importlib

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import querying as module


def apply(_server: Server) -> None:
    original = module.query_of

    def query_of(session, key):
        if isinstance(key, module.wire.Not) and isinstance(key.key, module.wire.And) and key.key.keys:
            return original(session, module.wire.And(tuple(module.wire.Not(each) for each in key.key.keys)))
        return original(session, key)

    module.query_of = query_of
    for name in ("search", "sort", "thread"):
        importlib.import_module(f"mailproof_server.protocols.imap.commands.{name}").query_of = query_of


DEFECT = Defect(
    name="imap_search_not_spread",
    summary="NOT of a list negates each of its keys",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)

"""A search that ends with NOT finds everything.

hMailServer 5.6.3 did so for `(OR …) NOT DELETED` (hmailserver issue 149).
"""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.wire.imap import search as module


def apply(_server: Server) -> None:
    original = module._conjunction

    def conjunction(keys):
        return module.ALL if len(keys) > 1 and isinstance(keys[-1], module.Not) else original(keys)

    module._conjunction = conjunction


DEFECT = Defect(
    name="imap_search_not_last_matches_all",
    summary="NOT as the last key makes the search match all",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)

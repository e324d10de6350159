"""LIST (SPECIAL-USE) lists every mailbox, the special ones among them."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap.commands import list as module


def apply(_server: Server) -> None:
    original = module._is_wanted

    def is_wanted(name, args):
        return original(name, replace(args, selection=frozenset(args.selection) - {b"SPECIAL-USE"}))

    module._is_wanted = is_wanted


DEFECT = Defect(
    name="imap_special_use_lists_all",
    summary="the selection SPECIAL-USE selects nothing",
    requirements=("RFC6154:2-2",),
    apply=apply,
)

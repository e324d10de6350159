"""SELECT with QRESYNC resynchronises a mailbox that is another one: the old cache lives on under new UIDs."""

from dataclasses import replace

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.protocols.imap import selecting as module


class _Any(int):
    """Equal to every UIDVALIDITY."""

    __hash__ = None

    def __eq__(self, other):
        return True


def apply(_server: Server) -> None:
    original = module.parse_select

    def parse_select(parser):
        args = original(parser)
        return args if args.qresync is None else replace(args, qresync=replace(args.qresync, uid_validity=_Any()))

    module.parse_select = parse_select


DEFECT = Defect(
    name="imap_qresync_wrong_uidvalidity",
    summary="QRESYNC does not look at UIDVALIDITY",
    requirements=("RFC7162:3.2.5-1",),
    apply=apply,
)

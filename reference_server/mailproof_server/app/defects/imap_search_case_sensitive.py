"""SEARCH that minds the letter case."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.model.query import All, Not
from mailproof_server.protocols.imap.commands import search as module
from mailproof_server.wire.imap import search as wire


def apply(_server: Server) -> None:
    original = module.query_of

    def query_of(session, key):
        if isinstance(key, wire.HeaderContains) and key.text != key.text.lower():
            return Not(All())
        return original(session, key)

    module.query_of = query_of


DEFECT = Defect(
    name="imap_search_case_sensitive",
    summary="SEARCH compares with letter case",
    requirements=("RFC9051:6.4.4-1",),
    apply=apply,
)

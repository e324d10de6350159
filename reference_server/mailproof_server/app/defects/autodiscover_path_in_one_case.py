"""Paths are found in small letters only."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._autodiscover import autodiscover
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.protocols.http.site import _NOT_FOUND


def apply(server: Server) -> None:
    app = autodiscover(server)

    async def exact(scope, receive, send):
        found = app if scope["path"] == scope["path"].lower() else _NOT_FOUND
        await found(scope, receive, send)

    def make(original):
        def find(path):
            found = original(path)
            return exact if found is app else found

        return find

    replace_method(server.site, "_find", make)


DEFECT = Defect(
    name="autodiscover_path_in_one_case",
    summary="paths are found in small letters only",
    requirements=("MS-OXDSCLI:3.2.5-1",),
    apply=apply,
)

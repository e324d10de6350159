"""The cache of verified secrets is not told of revocations and resets."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.store.base import Credential


def apply(server: Server) -> None:
    credentials = server.services.credentials
    kept: dict[bytes, Credential] = {}

    def make_remember(_original):
        return kept.__setitem__

    def make_recall(_original):
        return lambda key, _alive: kept.get(key)

    replace_method(credentials, "_remember", make_remember)
    replace_method(credentials, "_recall", make_recall)


DEFECT = Defect(
    name="token_remembered_after_revocation",
    summary="a sign-in is remembered after its secret is gone",
    requirements=(
        "TOKENS:AUTH05-5",
        "TOKENS:AUTH04-1",
    ),
    apply=apply,
)

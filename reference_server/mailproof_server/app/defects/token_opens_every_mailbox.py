"""Tokens are looked up by their value alone: whoever has one signs in as anybody."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.app.defects._patching import replace_method
from mailproof_server.services.passwords import TOKEN, is_token


def apply(server: Server) -> None:
    credentials = server.services.credentials

    def of_everybody(view):
        return [each for entry in view.entries() for each in view.credentials(entry.id) if each.kind == TOKEN]

    def make(original):
        async def prove(login, password, alive):
            proven = await original(login, password, alive)
            if proven is None:
                everybody = await credentials._store.read(of_everybody)
                proven = next((each for each in everybody if is_token(each.secret_hash, password)), None)
            return proven

        return prove

    replace_method(credentials, "_prove", make)


DEFECT = Defect(
    name="token_opens_every_mailbox",
    summary="a token opens other users' mailboxes",
    requirements=("TOKENS:AUTH06-2",),
    apply=apply,
)

"""Passwords are trimmed before they are compared, as fields of a form often are."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.passwords import PasswordHashing


def apply(_server: Server) -> None:
    verify = PasswordHashing.verify

    def trimmed(self, secret_hash, password):
        return verify(self, secret_hash, password.strip())

    PasswordHashing.verify = trimmed


DEFECT = Defect(
    name="token_password_trimmed",
    summary="blanks around a password do not count",
    requirements=("TOKENS:AUTH02-2",),
    apply=apply,
)

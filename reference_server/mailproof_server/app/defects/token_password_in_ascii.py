"""Secrets are read as ASCII, and every other letter becomes a question mark."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.passwords import PasswordHashing


def apply(_server: Server) -> None:
    verify = PasswordHashing.verify

    def in_ascii(self, secret_hash, password):
        return verify(self, secret_hash, password.encode("ascii", "replace").decode())

    PasswordHashing.verify = in_ascii


DEFECT = Defect(
    name="token_password_in_ascii",
    summary="letters beyond ASCII in a password never match",
    requirements=("TOKENS:AUTH02-2",),
    apply=apply,
)

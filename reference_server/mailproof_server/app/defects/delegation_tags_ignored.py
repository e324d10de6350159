"""Addresses are compared without their tags."""

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services import submission as module
from mailproof_server.services.addresses import parse


def apply(_server: Server) -> None:
    original = module.send_right

    def send_right(view, principal, address, via):
        local, _, domain = str(address).rpartition("@")
        return original(view, principal, parse(f"{local.partition('+')[0]}@{domain}"), via)

    module.send_right = send_right


DEFECT = Defect(
    name="delegation_tags_ignored",
    summary="a sub-address may stand in From",
    requirements=("ADDR-07",),
    apply=apply,
)

"""Sizes are taken as bytes, not as KiB."""

from collections.abc import Mapping

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import rule as module
from mailproof_server.services.rules.condition import Condition, Test


def _read(value: object) -> Test:
    given = dict(value) if isinstance(value, Mapping) else {}
    least, most = given.get("MinimumSize", 0), given.get("MaximumSize", 1 << 62)
    return lambda arrival: least <= arrival.message.content.size_bytes <= most


def apply(_server: Server) -> None:
    module.CONDITIONS["WithinSizeRange"] = Condition("WithinSizeRange", _read)


DEFECT = Defect(
    name="rules_size_in_bytes",
    summary="sizes are taken as bytes, not as KiB",
    requirements=("RULES:conditions.WithinSizeRange-1",),
    apply=apply,
)

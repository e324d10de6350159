"""Rules that are switched off are run."""

from collections.abc import Mapping
from typing import Any

from mailproof_server.app.build import Server
from mailproof_server.app.defects import Defect
from mailproof_server.services.rules import engine as module
from mailproof_server.services.rules.rule import Rule, from_json


def _from_json(rule_id: str, value: Mapping[str, Any], error: str = "") -> Rule:
    return from_json(rule_id, {**value, "enabled": True}, error)


def apply(_server: Server) -> None:
    module.from_json = _from_json  # type: ignore[attr-defined]


DEFECT = Defect(
    name="rules_disabled_run",
    summary="rules that are switched off are run",
    requirements=("RULES:order-3", "RULES:engine-1"),
    apply=apply,
)

"""The list of the peers' known deviations names requirements and cases that exist, each with its sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from mailproof_suites.requirements import catalogue
from mailproof_suites.targets import load_baseline

BASELINE = Path(str(files("mailproof_suites") / "targets" / "dovecot-postfix.deviations.toml"))
_BLOCK = re.compile(r"\n\n(?=# )")


def test_every_requirement_and_every_case_of_the_list_exists(tmp_path: Path) -> None:
    listed = load_baseline(BASELINE)
    assert listed
    assert {entry.requirement for entry in listed if entry.requirement} <= set(catalogue())
    command = [sys.executable, "-m", "mailproof_suites.cli", "check", "--list"]
    done = subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    cases = {line[7:].rpartition("  ")[0] for line in done.stdout.splitlines()}
    assert {entry.case for entry in listed if entry.case} - cases == set()


def test_every_group_of_the_list_tells_its_sentence_and_what_was_on_the_wire() -> None:
    _, *groups = _BLOCK.split(BASELINE.read_text(encoding="utf-8"))
    assert len(groups) > 10
    for group in groups:
        assert re.match(r"# (Dovecot|Postfix): ", group), group
        assert "# Sentence: " in group, group
        assert re.search(r"^#   .*[CS]: |^#   .*(two deliveries|attached|TCP FIN)", group, re.MULTILINE), group
        assert "[[deviation]]" in group, group

"""The baseline file of `--baseline`: known deviations kept apart from the profile, so that CI can accept them.

[[deviation]]
requirement = "RFC9051:6.4.8-3"     # or: case = "imap/rfc9051/test_6_4_8_move.py::test_x"
reason = "fixed in 4.2"
link = "https://bugs.example/17"    # optional
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mailproof_suites.targets.errors import read_toml
from mailproof_suites.targets.profile import Deviation, check_deviations


class _Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deviation: list[Deviation] = []


def load_baseline(path: Path) -> list[Deviation]:
    """The deviations of a baseline file. Raises ConfigError, naming file and key."""
    deviations = read_toml(path, "baseline", _Baseline).deviation
    check_deviations(f"baseline {path}", "deviation", deviations)
    return deviations

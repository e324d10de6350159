"""Target profiles: which server is tested, where, with which accounts (contract, "Target profile")."""

from mailproof_suites.targets.baseline import load_baseline
from mailproof_suites.targets.errors import ConfigError
from mailproof_suites.targets.profile import (
    Account,
    Claims,
    Deviation,
    Endpoint,
    Https,
    Limits,
    Target,
    Tls,
    load_profile,
)

__all__ = [
    "Account",
    "Claims",
    "ConfigError",
    "Deviation",
    "Endpoint",
    "Https",
    "Limits",
    "Target",
    "Tls",
    "load_baseline",
    "load_profile",
]

"""Which requirements a response breaks that leaves the grammar: the production it left decides."""

from __future__ import annotations

from mailproof_suites.clients.errors import GrammarViolation

SYNTAX = (
    "RFC9051:9-51",
    "RFC3501:9-51",
)

_BY_PRODUCTION: dict[str, tuple[str, ...]] = {
    "envelope": ("RFC9051:7.5.2-51",),
    "address": ("RFC9051:7.5.2-51",),
    "body": (
        "RFC9051:7.5.2-52",
        "RFC3501:7.4.2-53",
        "RFC9051:9-55",
        "RFC9051:7.5.2-60",
    ),
    "INTERNALDATE": ("RFC9051:7.5.2-53",),
    "MODSEQ": ("RFC7162:3.1-52",),
    "literal": (
        "RFC9051:4.3-51",
        "RFC7888:3-51",
        "RFC3501:9-52",
        "RFC3501:4.3.1-51",
        "RFC9051:9-53",
        "RFC9051:4.3.1-51",
    ),
    "continue-req": ("RFC9051:7.6-51",),
    "resp-text-code": ("RFC9051:7.1-51",),
}

_BY_EXPECTATION: dict[str, tuple[str, ...]] = {
    "7-bit octets": ("RFC9051:A-51", "RFC9755:3-51"),
    "only once": ("RFC9051:7.3.4-54",),
}
"""Productions that are broken in several ways, of which one has requirements of its own: part of what was expected."""


def requirements_of(violation: GrammarViolation) -> tuple[str, ...]:
    """The ids for this violation: that of the production, if it has one of its own, and that of the formal syntax."""
    production = violation.production
    own = _BY_PRODUCTION.get(production) or _BY_PRODUCTION.get(production.split(" ")[0], ())
    if production.startswith("body-"):
        own = _BY_PRODUCTION["body"]
    special = [each for part, ids in _BY_EXPECTATION.items() if part in violation.expected for each in ids]
    return (*own, *special, *SYNTAX)


REQUIREMENTS = frozenset(SYNTAX).union(*_BY_PRODUCTION.values(), *_BY_EXPECTATION.values())

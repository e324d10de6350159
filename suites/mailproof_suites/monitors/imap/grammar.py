"""Which requirements a response breaks that leaves the grammar: the production it left decides."""

from __future__ import annotations

from mailproof_suites.clients.errors import GrammarViolation

SYNTAX = ("RFC9051:9-51",)

_BY_PRODUCTION: dict[str, tuple[str, ...]] = {
    "envelope": ("RFC9051:7.5.2-51",),
    "address": ("RFC9051:7.5.2-51",),
    "body": ("RFC9051:7.5.2-52",),
    "INTERNALDATE": ("RFC9051:7.5.2-53",),
    "MODSEQ": ("RFC7162:3.1-52",),
    "literal": ("RFC9051:4.3-51",),
    "continue-req": ("RFC9051:7.6-51",),
    "resp-text-code": ("RFC9051:7.1-51",),
}


def requirements_of(violation: GrammarViolation) -> tuple[str, ...]:
    """The ids for this violation: that of the production, if it has one of its own, and that of the formal syntax."""
    production = violation.production
    own = _BY_PRODUCTION.get(production) or _BY_PRODUCTION.get(production.split(" ")[0], ())
    if production.startswith("body-"):
        own = _BY_PRODUCTION["body"]
    return (*own, *SYNTAX)


REQUIREMENTS = frozenset(SYNTAX) | {each for ids in _BY_PRODUCTION.values() for each in ids}

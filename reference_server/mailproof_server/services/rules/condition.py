"""What a condition is, and the few kinds that nearly all of them are of (MS-OXWSRULES, RulePredicatesType).

A condition's file declares a `Condition`: its name, and how its JSON value is read into a test of an arrival. Reading
refuses with Invalid what cannot be meant; testing never raises and changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailproof_server.model.errors import Invalid
from mailproof_server.services.addresses import parse
from mailproof_server.services.rules.message import Arrival, Message, plain

Test = Callable[[Arrival], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One predicate of the vocabulary."""

    name: str
    read: Callable[[object], Test]
    """From the JSON value of a rule. Raises Invalid."""


def flag(name: str, test: Test) -> Condition:
    """Given as `true`; what must not be so is an exception of the rule."""

    def read(value: object) -> Test:
        if value is not True:
            raise Invalid(f"{name} is true or left out; what must not be so is an exception")
        return test

    return Condition(name, read)


def words(name: str, text: Callable[[Message], str]) -> Condition:
    """Given as a list of texts, one of which must occur in what `text` gives, whatever the case of the letters."""

    def read(value: object) -> Test:
        needles = [plain(each) for each in strings(name, value)]
        if not all(needles):
            raise Invalid(f"{name} holds an empty text, which is in every message")
        if len(needles) == 1:
            (needle,) = needles
            return lambda arrival: needle in text(arrival.message)
        return lambda arrival: any(each in text(arrival.message) for each in needles)

    return Condition(name, read)


def choice(name: str, choices: Iterable[str], of: Callable[[Message], str]) -> Condition:
    """Given as one of `choices`, compared with what the message says."""
    known = {each.lower(): each for each in choices}

    def read(value: object) -> Test:
        wanted = known.get(value.lower()) if isinstance(value, str) else None
        if wanted is None:
            raise Invalid(f"{name} is one of {', '.join(known.values())}")
        return lambda arrival: of(arrival.message) == wanted

    return Condition(name, read)


def strings(name: str, value: object) -> list[str]:
    """A list of texts, or one text. Raises Invalid for anything else, and for none at all."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, Sequence) or not given or not all(isinstance(each, str) for each in given):
        raise Invalid(f"{name} is a list of one or more texts")
    return list(given)


def addresses(name: str, value: object) -> frozenset[str]:
    """A list of mail addresses, comparable. Raises Invalid."""
    found = [parse(each) for each in strings(name, value)]
    if not all(each.domain for each in found):
        raise Invalid(f"{name} holds what is no whole mail address")
    return frozenset(map(str, found))


def table(name: str, value: object, keys: Sequence[str]) -> Mapping[str, object]:
    """An object with at least one of `keys` and no other. Raises Invalid."""
    if not isinstance(value, Mapping) or not value or not set(value) <= set(keys):
        raise Invalid(f"{name} is an object of {' and '.join(keys)}")
    return value

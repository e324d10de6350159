"""Categories: the sender has put it into one of the categories (the field Keywords, RFC 5322 section 3.6.5)."""

from mailproof_server.services.rules.condition import Condition, Test, strings


def _read(value: object) -> Test:
    wanted = {each.strip().casefold() for each in strings("Categories", value)}
    return lambda arrival: not wanted.isdisjoint(arrival.message.categories)


CONDITION = Condition("Categories", _read)

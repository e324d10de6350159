"""FromAddresses: From names one of the addresses."""

from mailproof_server.services.rules.condition import Condition, Test, addresses


def _read(value: object) -> Test:
    wanted = addresses("FromAddresses", value)
    return lambda arrival: not wanted.isdisjoint(arrival.message.authors)


CONDITION = Condition("FromAddresses", _read)

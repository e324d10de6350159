"""SentToAddresses: To or Cc names one of the addresses, or a sub-address of it (ADDR-04, RULE-07)."""

from mailproof_server.services.rules.condition import Condition, Test, addresses


def _read(value: object) -> Test:
    wanted = addresses("SentToAddresses", value)
    return lambda arrival: not wanted.isdisjoint(arrival.message.recipients_and_bases)


CONDITION = Condition("SentToAddresses", _read)

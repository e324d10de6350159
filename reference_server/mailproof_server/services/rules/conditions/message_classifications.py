"""MessageClassifications: marked with one of the classifications, by name or identifier (MS-OXCMAIL)."""

from mailproof_server.services.rules.condition import Condition, Test, strings

_FIELDS = (b"x-microsoft-classification", b"x-microsoft-classid")


def _read(value: object) -> Test:
    wanted = {each.strip().strip("{}").lower() for each in strings("MessageClassifications", value)}
    return lambda arrival: any(arrival.message.value(field).strip().strip("{}").lower() in wanted for field in _FIELDS)


CONDITION = Condition("MessageClassifications", _read)

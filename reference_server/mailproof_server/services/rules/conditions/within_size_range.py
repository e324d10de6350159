"""WithinSizeRange: at least MinimumSize and at most MaximumSize KiB; either may be left out."""

from mailproof_server.model.errors import Invalid
from mailproof_server.services.rules.condition import Condition, Test, table

NAME = "WithinSizeRange"
KIB = 1024


def _read(value: object) -> Test:
    given = table(NAME, value, ("MinimumSize", "MaximumSize"))
    sizes_kib: list[int] = []
    for each in given.values():
        if not isinstance(each, int) or isinstance(each, bool) or each < 0:
            raise Invalid(f"{NAME}: a size is a number of KiB")
        sizes_kib.append(each)
    limits = dict(zip(given, sizes_kib, strict=True))
    least, most = limits.get("MinimumSize", 0), limits.get("MaximumSize")
    if most is not None and most < least:
        raise Invalid(f"{NAME}: no size is at least {least} and at most {most} KiB")
    return lambda arrival: (
        least * KIB <= (size_bytes := arrival.message.content.size_bytes) and (most is None or size_bytes <= most * KIB)
    )


CONDITION = Condition(NAME, _read)

"""Which schema versions there are, and up to which one the server answers (MS-OXWSCDATA 2.2.3.13)."""

from mailproof_server.wire.soap.write import ServerVersion

BUILDS: dict[str, ServerVersion] = {
    each.name: each
    for each in (
        ServerVersion(8, 0, 535, 0, "Exchange2007"),
        ServerVersion(8, 1, 240, 6, "Exchange2007_SP1"),
        ServerVersion(14, 0, 639, 21, "Exchange2010"),
        ServerVersion(14, 1, 218, 15, "Exchange2010_SP1"),
        ServerVersion(14, 2, 390, 3, "Exchange2010_SP2"),
        ServerVersion(15, 0, 516, 32, "Exchange2013"),
        ServerVersion(15, 0, 847, 32, "Exchange2013_SP1"),
        ServerVersion(15, 1, 0, 0, "Exchange2015"),
        ServerVersion(15, 1, 2507, 6, "Exchange2016"),
    )
}
"""In rising order. The build of Exchange2010_SP2 is WorkMail's own."""
ORDER = tuple(BUILDS)


def is_at_least(version: str, wanted: str) -> bool:
    """Whether `version` knows what came with `wanted`; both are names of the table."""
    return ORDER.index(version) >= ORDER.index(wanted)

"""ENABLE QRESYNC, and the grammar of its SELECT parameter, RFC 7162 sections 3.2.3 and 3.2.5."""

import pytest

from mailproof_suites.case import ImapClient, expect, needs, requirement

pytestmark = needs("imap:QRESYNC")


@requirement("RFC7162:3.2.3-3")
@pytest.mark.parametrize("names", ["QRESYNC", "QRESYNC CONDSTORE", "CONDSTORE QRESYNC"])
def test_enable_is_confirmed(imap: ImapClient, names: str) -> None:
    """ENABLED names QRESYNC, whatever else was enabled with it."""
    answer = imap.command("ENABLE", names)
    expect.ok(answer)
    told = {name.upper() for each in answer.named("ENABLED") for name in each.data}
    expect.contains(told, b"QRESYNC", "names in ENABLED")


@requirement("RFC7162:3.2.5-2")
@pytest.mark.parametrize(
    "params",
    [
        "QRESYNC",
        "QRESYNC ()",
        "QRESYNC (1)",
        "QRESYNC (0 1)",
        "QRESYNC (1 x)",
        "QRESYNC (1 1 *)",
        "QRESYNC (1 1 1:2 (1))",
    ],
)
def test_a_broken_parameter_is_bad(resync: ImapClient, folder: str, params: str) -> None:
    """What the grammar lacks is BAD, and no mailbox is open afterwards."""
    expect.bad(resync.command("SELECT", resync.mailbox(folder), f"({params})", on_purpose=True))
    expect.refused(resync.command("FETCH 1:* (FLAGS)"))

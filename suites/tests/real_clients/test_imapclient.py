"""imapclient's own live test fails against the reference server only where it fails against any server.

The cases of `KNOWN` fail by themselves; the control run against Dovecot, where it is installed, says so each time.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mailproof_suites.peers import dovecot_postfix, missing
from mailproof_suites.targets import Target, load_profile

from .conftest import Desk

KNOWN = {
    # It reads its own settings as a dict.
    "test_getacl": r"'Namespace' object is not subscriptable",
    # It compares an address of the ENVELOPE, which is no sequence, as one; and it takes a UID that stands beside a
    # MODSEQ, which RFC 7162 allows, for a mistake.
    "test_fetch": r"First sequence has no length|Items in the first set but not the second:\nb'UID'",
    # Python's imaplib has no MOVE; its case with UIDs passes.
    "test_move": r"Unknown IMAP4 command: 'move'",
    # Time limits of a millisecond and of ten microseconds, for which loopback is too quick.
    "test_small_connection_timeout_fail": r"TimeoutError not raised",
    "test_small_read_timeout_fail": r"TimeoutError not raised",
}
"""Case -> how it fails on every server, as a pattern; cases run once with UIDs and once without."""
_BROKEN = re.compile(r"^(?:FAIL|ERROR): (\w+) \(.*?(?=^={70}|^Ran )", re.MULTILINE | re.DOTALL)
_RAN = re.compile(r"^Ran (\d+) tests", re.MULTILINE)


def live_test(desk: Desk) -> dict[str, list[str]]:
    """Run it; name -> what was told about each failure of that case."""
    settings = {
        "host": "localhost",
        "port": desk.imaps_port,
        "username": desk.account.address,
        "password": desk.account.password,
        "ssl": "true",
        "ssl_ca_file": desk.ca,
    }
    text = "[DEFAULT]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())
    done = desk.run(sys.executable, "-m", "imapclient.livetest", desk.write("live.ini", text))
    ran = _RAN.search(done.stderr)
    assert ran, done.stderr
    assert int(ran[1]) >= 50, "the whole of its cases"
    broken: dict[str, list[str]] = {}
    for match in _BROKEN.finditer(done.stderr):
        broken.setdefault(match[1], []).append(match[0])
    return broken


def unknown(broken: dict[str, list[str]]) -> str:
    """What was told about failures that `KNOWN` does not explain."""
    return "\n".join(
        text for name, texts in broken.items() for text in texts if not re.search(KNOWN.get(name, "(?!)"), text)
    )


def test_its_live_test_fails_only_where_it_always_fails(desk: Desk) -> None:
    assert unknown(live_test(desk)) == ""


def test_the_same_cases_fail_on_dovecot(tmp_path: Path) -> None:
    """The control: without it, `KNOWN` could hide a fault of ours."""
    if why := missing():
        pytest.skip(why)
    with dovecot_postfix() as profile:
        target: Target = load_profile(profile)
        account = target.account("carol")
        assert account is not None
        broken = live_test(Desk(target, account, tmp_path))
    assert unknown(broken) == ""
    depend_on_speed = {"test_small_connection_timeout_fail", "test_small_read_timeout_fail"}
    assert set(KNOWN) - depend_on_speed <= set(broken), "no longer known: take them off the list"

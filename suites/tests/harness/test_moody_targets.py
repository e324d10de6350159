"""Targets that drop, stall, flood, talk nonsense or die: one case ends in time with its verdict, the run goes on."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailproof_suites.clients.imap import ImapClient
from mailproof_suites.control.reference import ReferenceServer

from .conftest import Check
from .moody import MOODS, MoodyServer

TIMEOUT_S = 2
CASES = """
import pytest
from mailproof_suites.case import *

def work(imap, folder, append, items):
    append(folder)
    imap.select(folder)
    expect.ok(imap.command("FETCH", "1", items))

@requirement("RFC9051:6.4.5-1")
@pytest.mark.parametrize("number", range(3))
def test_before(imap: ImapClient, folder: str, append: Append, number: int) -> None:
    work(imap, folder, append, "(FLAGS)")

@requirement("RFC9051:6.4.5-1")
def test_in_the_middle(imap: ImapClient, folder: str, append: Append) -> None:
    work(imap, folder, append, "(BODY.PEEK[HEADER.FIELDS (X-MOOD)])")

@requirement("RFC9051:6.4.5-1")
@pytest.mark.parametrize("number", range(3))
def test_later(imap: ImapClient, folder: str, append: Append, number: int) -> None:
    work(imap, folder, append, "(FLAGS)")
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with ReferenceServer(tmp_path_factory.mktemp("reference")) as profile:
        yield profile


@pytest.fixture
def moody(reference: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[MoodyServer, Path]]:
    """The proxy and a profile that leads through it."""
    told = tomllib.loads(reference.read_text())
    ca = Path(told["tls"]["ca_file"])
    upstream = (told["imaps"]["host"], told["imaps"]["port"])
    server = MoodyServer(request.param, upstream, ca, ca.with_name("cert.pem"), ca.with_name("key.pem"))
    alice = next(each for each in told["accounts"] if each.get("role") == "alice")
    profile = tmp_path / "moody.toml"
    profile.write_text(
        f'profile = 1\nname = "moody"\ntimeout_s = {TIMEOUT_S}\n[tls]\nca_file = "{ca}"\n'
        f'[imaps]\nhost = "localhost"\nport = {server.port}\n[[accounts]]\nrole = "alice"\n'
        f'address = "{alice["address"]}"\nusername = "alice"\npassword = "{alice["password"]}"\n'
    )
    yield server, profile
    server.close()


@pytest.mark.parametrize("moody", [mood for mood in MOODS if mood != "dies"], indirect=True)
def test_one_case_fails_and_the_run_goes_on(
    check: Check, cases: Path, reference: Path, moody: tuple[MoodyServer, Path]
) -> None:
    server, profile = moody
    (cases / "imap" / "test_few.py").write_text(CASES)
    started = time.monotonic()
    outcome = check("--target", profile)
    took_s = time.monotonic() - started
    assert server.triggered == 1
    assert outcome.status == 1, outcome.out + outcome.err
    verdicts = outcome.verdicts()
    assert verdicts.pop("test_in_the_middle") == "fail", "this is the target's defect"
    assert set(verdicts.values()) == {"pass"}
    assert len(verdicts) == 6
    assert outcome.case("test_in_the_middle")["message"]
    assert took_s < 30, "the case ends by its own time budget"
    assert (cases.parent / "report" / "report.html").stat().st_size > 10_000, "the report is whole"
    assert "Traceback" not in outcome.out + outcome.err
    assert left_behind(reference) == [], "what the cases made is removed"


@pytest.mark.parametrize("moody", ["dies"], indirect=True)
def test_a_target_that_dies_ends_the_run_with_a_whole_report(
    check: Check, cases: Path, moody: tuple[MoodyServer, Path]
) -> None:
    """Once nobody answers any more, the rest of the cases would say nothing but that: the run ends, and says why."""
    _, profile = moody
    (cases / "imap" / "test_few.py").write_text(CASES)
    started = time.monotonic()
    outcome = check("--target", profile)
    assert time.monotonic() - started < 60
    assert outcome.status == 3, outcome.out + outcome.err
    verdicts = outcome.verdicts()
    assert [verdicts[f"test_before[{number}]"] for number in range(3)] == ["pass"] * 3
    assert verdicts["test_in_the_middle"] == "fail"
    assert verdicts["test_later[0]"] == "error", "nobody is there to be judged"
    assert "unreachable" in outcome.case("test_later[0]")["message"]
    assert "target unreachable" in outcome.out + outcome.err
    assert (cases.parent / "report" / "report.html").stat().st_size > 10_000
    assert "Traceback" not in outcome.out + outcome.err


def left_behind(reference: Path) -> list[bytes]:
    """Folders of cases on the good server."""
    told = tomllib.loads(reference.read_text())
    alice = next(each for each in told["accounts"] if each.get("role") == "alice")
    client = ImapClient("localhost", told["imaps"]["port"], ca_file=Path(told["tls"]["ca_file"]))
    client.login(alice["address"], alice["password"])
    found = [each.mailbox for each in client.list_mailboxes() if each.mailbox.startswith(b"mailproof-")]
    client.logout()
    return found

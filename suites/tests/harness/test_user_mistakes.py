"""A mistake of the user's is one clear line that names file and key, with exit status 2 and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Check

PROFILE = """\
profile = 1
name = "acme"

[imaps]
host = "localhost"
port = 1993

[[accounts]]
role = "alice"
address = "alice@example.test"
password = "secret"
"""


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("profile = 1", "profile = ", ["not TOML", "line 1"]),
        ("port = 1993", "port = 1993\nprot = 1", ["line 7", "unknown key 'prot'", "imaps"]),
        ('role = "alice"', 'rol = "alice"', ["line 9", "unknown key 'rol'", "accounts[1]"]),
        ('name = "acme"', 'name = "acme"\ncolour = "red"', ["line 3", "unknown key 'colour'"]),
        ('name = "acme"', 'name = "acme"\n[limit]\nx = 1', ["line 3", "unknown key 'limit'"]),
        ("port = 1993", 'port = "1993"', ["line 6", "imaps.port", "int"]),
        ("port = 1993", "port = 70000", ["[imaps]", "1–65535"]),
        ("profile = 1", "profile = 2", ["profile = 2"]),
        ('password = "secret"', "", ["line 8", "missing key 'password'", "accounts[1]"]),
        ('address = "alice@example.test"', 'address = "alice"', ["'alice' is not an e-mail address"]),
        ("[imaps]", '[tls]\nca_file = "absent.pem"\n[imaps]', ["ca_file", "absent.pem", "no such file"]),
        ('[imaps]\nhost = "localhost"\nport = 1993\n', "", ["no endpoint"]),
        ('name = "acme"', 'name = "acme"\ndeviations = [{requirement = "RFC1:2-3", reason = "x"}]', ["RFC1:2-3"]),
        ('name = "acme"', 'name = "acme"\ndeviations = [{reason = "x"}]', ["requirement or case"]),
    ],
)
def test_a_wrong_profile_is_named_with_file_and_key(
    check: Check, tmp_path: Path, before: str, after: str, words: list[str]
) -> None:
    assert before in PROFILE
    path = tmp_path / "acme.toml"
    path.write_text(PROFILE.replace(before, after))
    outcome = check("--target", path)
    assert outcome.status == 2
    (line,) = outcome.err.strip().splitlines()
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "absent.toml"], "absent.toml: No such file"),
        (["--only", "imap,pop3"], "--only pop3: the areas are"),
        (["--level", "maybe"], "Invalid value for '--level'"),
        (["--baseline", "absent.toml"], "baseline absent.toml: No such file"),
        (["--corpus", "absent"], "--corpus absent: no such folder"),
        (["--cases", "absent"], "--cases absent: no such folder"),
        (["--req", "RFC9051:99-1"], "--req RFC9051:99-1: the catalogue has no such requirement"),
        (["-n", "many"], "-n many: a number of processes, or auto"),
        (["--frobnicate"], "No such option"),
        (["--save-profile", "x.toml"], "--save-profile belongs to --address"),
        (["--address", "nobody"], "not an e-mail address"),
    ],
)
def test_a_wrong_option_is_named(check: Check, arguments: list[str], words: str) -> None:
    outcome = check(*arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_a_baseline_in_the_profiles_spelling_is_refused(check: Check, tmp_path: Path) -> None:
    baseline = tmp_path / "known.toml"
    baseline.write_text('[[deviations]]\nrequirement = "NET-01"\nreason = "old"\n')
    outcome = check("--baseline", baseline)
    assert outcome.status == 2
    assert "unknown key 'deviations'" in outcome.err


def test_plain_pytest_ends_with_2_as_well(plain_pytest: Check, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(PROFILE.replace("port = 1993", "prot = 1993"))
    source = '@requirement("NET-02")\ndef test_x(imap) -> None: ...\n'
    for option in (["-n", "2"], []):
        outcome = plain_pytest(source, "--target", "acme.toml", *option)
        assert outcome.status == 2, outcome.out
        assert "unknown key 'prot'" in outcome.out + outcome.err


def test_a_report_folder_that_cannot_be_made_is_named(check: Check, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = check("--report", tmp_path / "file" / "deeper", "-k", "nothing")
    assert outcome.status == 2
    assert "--report" in outcome.err
    assert "Traceback" not in outcome.err

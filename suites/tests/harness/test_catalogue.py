"""The catalogue of this package is whole, and a wrong one is refused with file and id."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailproof_suites.judging import AREAS, PACKAGE, area_of
from mailproof_suites.monitors import requirements_checked
from mailproof_suites.requirements import FEATURES, CatalogueError, catalogue, highest_level, load_catalogue
from mailproof_suites.verdicts import Level


def test_the_package_has_a_catalogue_with_every_row_of_features() -> None:
    rows = catalogue()
    chapters = {row.section for row in rows.values() if row.source == FEATURES}
    assert len(chapters) == 12
    assert sum(row.source == FEATURES for row in rows.values()) == 113
    assert rows["RFC9051:6.4.8-1"].source == "RFC 9051"


def test_monitors_check_nothing_that_the_catalogue_lacks() -> None:
    assert requirements_checked() - catalogue().keys() == set()


def test_whatever_is_left_to_monitors_some_monitor_checks() -> None:
    left = {row.id for row in catalogue().values() if row.verify == "monitor"}
    assert left - requirements_checked() == set()


def test_every_folder_of_cases_belongs_to_an_area_of_the_contract() -> None:
    for path in PACKAGE.rglob("test_*.py"):
        assert area_of(f"{path.relative_to(PACKAGE).as_posix()}::test_x") in AREAS, path


@pytest.mark.parametrize(
    ("case_id", "area"),
    [
        ("imap/rfc9051/test_6_4_8_move.py::test_x", "imap"),
        ("eas/ms_ascmd/test_2_2_1_2_folder_sync.py::test_x", "activesync"),
        ("workmail/rules/test_forward.py::test_x", "rules"),
        ("workmail/test_auto_reply.py::test_x", "auto_reply"),
        ("journeys/test_corpus.py::test_x[a/b.eml]", "journeys"),
    ],
)
def test_the_area_follows_from_the_place(case_id: str, area: str) -> None:
    assert area_of(case_id) == area


def test_the_level_of_a_case_is_the_highest_of_its_requirements() -> None:
    assert highest_level(["RFC9051:6.3.12-2"]) is Level.SHOULD
    assert highest_level(["RFC9051:6.3.12-2", "MAIL-07"]) is Level.MUST


ROW = '[[requirement]]\nid = "RFC1:2-1"\nsection = "2"\nlevel = "must"\ntext = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ROW + ROW, "RFC1:2-1: this id stands in"),
        (ROW + 'colour = "red"\n', "RFC1:2-1: unknown key 'colour'"),
        (ROW.replace("must", "shall"), "RFC1:2-1: level 'shall'"),
        (ROW.replace('text = "x"\n', ""), "RFC1:2-1: text is missing"),
        (ROW.replace('"x"', '" "'), "RFC1:2-1: text must be a text that is not empty"),
        (ROW.replace('section = "2"', 'section = "3"'), "RFC1:2-1: the id and section '3' disagree"),
        (ROW.replace("RFC1:2-1", "RFC7:2-1"), "RFC7:2-1: the folder is for RFC1"),
        (ROW.replace("RFC1:2-1", "RFC1-2"), "RFC1-2: an id reads like"),
        (ROW + 'verify = "never"\n', "RFC1:2-1: verify 'never'"),
        (ROW + 'verify = "untestable"\n', "RFC1:2-1: an untestable requirement needs a reason"),
        (ROW + 'scope = "client"\n', "RFC1:2-1: scope 'client'"),
        ("[spec]\n", "unknown key 'spec'"),
        ("[[requirement\n", "requirements.toml: "),
    ],
)
def test_a_wrong_row_is_refused_with_its_id(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "rfc1").mkdir()
    (tmp_path / "rfc1" / "requirements.toml").write_text(text)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(tmp_path)
    assert words in str(caught.value)
    assert "requirements.toml" in str(caught.value)


def test_one_specification_may_stand_in_two_folders(tmp_path: Path) -> None:
    for place, row in (("imap/rfc1", ROW), ("monitors/rfc1", ROW.replace("2-1", "2-2"))):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "requirements.toml").write_text(row)
    assert set(load_catalogue(tmp_path)) == {"RFC1:2-1", "RFC1:2-2"}

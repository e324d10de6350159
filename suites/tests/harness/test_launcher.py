"""`./mailproof` takes uvx, else pipx, else makes .venv; and says so when there is no Python that would do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).resolve().parents[3] / "mailproof"
TOOLS = ("sh", "dirname", "readlink", "cat", "cksum", "mkdir", "rm", "printf")

pytestmark = pytest.mark.skipif(not LAUNCHER.exists(), reason="the launcher belongs to a checkout")

ECHO = '#!/bin/sh\n[ "$1" = --version ] && exit 0\nprintf "%s" "{name}"; for each; do printf " [%s]" "$each"; done\n'
BROKEN = "#!/bin/sh\necho a shim that leads nowhere >&2\nexit 127\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "check out"
    folder.mkdir()
    shutil.copy(LAUNCHER, folder / "mailproof")
    (folder / "pyproject.toml").write_text("# one\n")
    return folder


def launch(checkout: Path, programs: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher with a PATH that holds these programs, a few basic tools, and nothing else."""
    folder = checkout.parent / "bin"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool, path="/usr/bin:/bin"):
            (folder / tool).symlink_to(found)
    for name, text in programs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return subprocess.run(
        [str(checkout / "mailproof"), *arguments],
        env={"PATH": str(folder), "HOME": str(checkout.parent)},
        cwd=checkout.parent,
        capture_output=True,
        text=True,
        check=False,
    )


PYTHON = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'


def test_uvx_comes_first_and_runs_the_sources_in_place(checkout: Path) -> None:
    programs = {"uvx": ECHO.format(name="uvx"), "pipx": ECHO.format(name="pipx"), "python3": PYTHON}
    done = launch(checkout, programs, "check", "--only", "imap, smtp")
    python = checkout.parent / "bin" / "python3"
    assert done.stdout == (
        f"uvx [--from] [{checkout}] [--with-editable] [{checkout}] [--python] [{python}]"
        " [mailproof] [check] [--only] [imap, smtp]"
    )


def test_uvx_needs_no_python_of_ours(checkout: Path) -> None:
    done = launch(checkout, {"uvx": ECHO.format(name="uvx")}, "--help")
    assert done.stdout.endswith("[mailproof] [--help]")
    assert "--python" not in done.stdout


def test_pipx_comes_next_and_installs_again_when_pyproject_changes(checkout: Path) -> None:
    programs = {"uvx": BROKEN, "pipx": ECHO.format(name="pipx"), "python3": PYTHON}
    first = launch(checkout, programs, "check").stdout
    assert f"[--spec] [{checkout}] [--pip-args=--editable] [mailproof] [check]" in first
    assert "[--no-cache]" in first
    assert "[--no-cache]" not in launch(checkout, programs, "check").stdout
    (checkout / "pyproject.toml").write_text("# two\n")
    assert "[--no-cache]" in launch(checkout, programs, "check").stdout


@pytest.mark.parametrize("tool", ["uvx", "pipx"])
def test_test_runs_tox_over_the_checkout(checkout: Path, tool: str) -> None:
    done = launch(checkout, {tool: ECHO.format(name=tool), "python3": PYTHON}, "test", "-e", "lint")
    assert "[tox>=4.30]" in done.stdout
    assert done.stdout.endswith(f"[tox] [-c] [{checkout}/tox.ini] [-e] [lint]")


def test_without_either_a_virtual_environment_is_made_once(checkout: Path) -> None:
    # The environment is made for real; pip is the system's, and only writes down what it was to install.
    pip = (
        '#!/bin/sh\ncase "$*" in\n'
        '  "-m venv --without-pip "*) exec "{real}" "$@" ;;\n'
        '  "-m venv "*) exit 1 ;;\n'
        '  "-m pip --python "*--version) exit 0 ;;\n'
        '  "-m pip --python "*) echo "$@" >>"{log}"; cp "{echo}" "$4/../mailproof" 2>/dev/null'
        ' || cat "{echo}" >"${{4%/python}}/mailproof"; /bin/chmod +x "${{4%/python}}/mailproof" ;;\n'
        '  *) exec "{real}" "$@" ;;\nesac\n'
    )
    echo, log = checkout.parent / "echo.sh", checkout.parent / "log"
    echo.write_text(ECHO.format(name="venv"))
    programs = {"python3": pip.format(real=sys.executable, log=log, echo=echo)}
    first = launch(checkout, programs, "check", "-n", "2")
    assert first.stdout == "venv [check] [-n] [2]", first.stderr
    assert "installing into" in first.stderr
    second = launch(checkout, programs, "check")
    assert (second.stdout, second.stderr) == ("venv [check]", "")
    (checkout / "pyproject.toml").write_text("# two\n")
    assert "installing into" in launch(checkout, programs, "check").stderr
    assert log.read_text().count(f"install --quiet -e {checkout}") == 2


def test_no_python_is_told_in_one_breath(checkout: Path) -> None:
    old = "#!/bin/sh\nexit 1\n"
    done = launch(checkout, {"python3": old}, "check")
    assert done.returncode == 2
    assert "Python 3.11 or later is needed" in done.stderr


def test_it_is_found_through_a_link(checkout: Path) -> None:
    link = checkout.parent / "mailproof-link"
    link.symlink_to(os.path.relpath(checkout / "mailproof", checkout.parent))
    (checkout.parent / "elsewhere").mkdir()
    shutil.move(str(link), checkout.parent / "elsewhere" / "m")
    (checkout.parent / "elsewhere" / "m").unlink()
    (checkout.parent / "elsewhere" / "m").symlink_to(checkout / "mailproof")
    done = launch(checkout, {"uvx": ECHO.format(name="uvx")}, "check")
    assert f"[{checkout}]" in done.stdout

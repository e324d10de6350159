"""Seeded defects: each is found by its file, named after it, and patches a built server without complaint.

That the suites catch them is `mailproof prove`'s to show.
"""

import subprocess
import sys
from pathlib import Path

from mailproof_server.app.defects import catalogue

APPLY_ALL = """
import sys
from pathlib import Path
from mailproof_server.app.build import build
from mailproof_server.app.config import Config
from mailproof_server.app.defects import catalogue
for defect in catalogue():
    build(Config(data=Path(sys.argv[1])), seeded=(defect.name,))
print(len(catalogue()))
"""


def test_a_defect_is_called_as_its_file_and_says_what_it_breaks() -> None:
    folder = Path(sys.modules["mailproof_server.app.defects"].__file__ or "").parent
    files = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert {defect.name for defect in catalogue()} == files
    assert all(defect.requirements and defect.summary for defect in catalogue())


def test_every_defect_can_be_turned_on(tmp_path: Path) -> None:
    # In a process of its own: defects patch modules, and the other tests want them whole.
    done = subprocess.run([sys.executable, "-c", APPLY_ALL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(catalogue())

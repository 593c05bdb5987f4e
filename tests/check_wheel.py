"""Look into a wheel: every module is there, nothing else is, and it can be imported on its own.

Run as ``python tests/check_wheel.py WHEEL``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOOR = ROOT / "src" / "cinewalk"
ROOMS = ("graph", "loaders", "queries")


def expected() -> set[str]:
    """Name every file that the wheel must hold, apart from its metadata."""
    names = {
        f"cinewalk/{file.relative_to(DOOR)}"
        for file in (
            *DOOR.glob("*.py"),
            *DOOR.glob("cli/*.py"),
            *DOOR.glob("serve/*.py"),
            *DOOR.glob("serve/page/*"),
        )
    } | {"cinewalk/py.typed"}
    for room in ROOMS:
        files = (
            file for file in (ROOT / room).rglob("*") if file.is_file() and "__pycache__" not in file.parts
        )
        names |= {f"cinewalk/{file.relative_to(ROOT)}" for file in files}
    return names


def check(wheel: Path) -> None:
    """Compare a wheel with the working tree and import it from a folder of its own."""
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        licensed = any(name.endswith("/LICENSE") for name in archive.namelist())
        with tempfile.TemporaryDirectory() as folder:
            archive.extractall(folder)
            code = "import cinewalk, cinewalk.graph.model.schema as s; print(cinewalk.__file__, s.__file__)"
            shown = subprocess.run(
                [sys.executable, "-S", "-c", code],
                env={"PYTHONPATH": folder},
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
            assert shown.stdout.count(folder) == 2, shown.stdout
    assert found == expected(), f"missing {expected() - found}, unexpected {found - expected()}"
    assert licensed, "the licence is not in the wheel"
    print(f"{wheel.name}: {len(found)} files, as expected")


if __name__ == "__main__":
    check(Path(sys.argv[1]))

"""MovieLens-100K without GroupLens: the copy inside a package of PyPI, fetched by pip and never installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from cinewalk.errors import DownloadError
from cinewalk.loaders.fetch.archives import unpack

#: The package, and the SHA-256 of its wheel.
REQUIREMENT: Final = "recbole==1.2.1"
SHA256: Final = "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"
#: The files that are taken out of it.
FILES: Final = frozenset({"ml-100k.inter", "ml-100k.user", "ml-100k.item"})
_PATIENCE: Final = 300.0


def fetch_copy(folder: Path) -> None:
    """Put the copy of MovieLens-100K into an empty folder.

    Raises
    ------
    DownloadError
        If there is no pip, or it cannot fetch the package.
    """
    if importlib.util.find_spec("pip") is None:
        raise DownloadError(
            f"MovieLens-100K is also inside the package {REQUIREMENT}, but this Python has no pip to fetch "
            "it with: run python -m ensurepip, or try again when files.grouplens.org can be reached."
        )
    with tempfile.TemporaryDirectory(prefix="cinewalk-") as temporary:
        wheel = _fetch_wheel(Path(temporary))
        unpack(wheel, folder, FILES.__contains__)
    missing = FILES - {path.name for path in folder.iterdir()}
    if missing:
        raise DownloadError(f"The package {REQUIREMENT} lacks {', '.join(sorted(missing))}. Try again later.")


def _fetch_wheel(folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{REQUIREMENT} --hash=sha256:{SHA256}\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
    ]
    command += ["--no-input", "--quiet", "--dest", str(folder), "--requirement", str(requirements)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, and nothing from outside
            command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DownloadError(f"pip could not fetch {REQUIREMENT} ({error}). Try again later.") from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR")] or said or ["it did not say why"]
        raise DownloadError(f"pip could not fetch {REQUIREMENT} ({errors[-1][:200]}). Try again later.")
    return wheels[0]

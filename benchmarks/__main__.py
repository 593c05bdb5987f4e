"""Measure and write ``docs/benchmarks.md``: ``python -m benchmarks``."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks import batch, explanations, neo4j, scale, spine, viewers

ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("numpy", "pandas", "scipy", "numba", "networkx", "neo4j")
_HEAD = """# Benchmarks

Written by `python -m benchmarks` (`make bench`); nothing here is typed by hand. Timings are medians of one
run on one machine: compare them with each other, not with another machine's.

"""


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


def main() -> None:
    """Measure, print, and write the page."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}, {machine},",
        f"Python {platform.python_version()}, {versions}.",
    ]
    sections = {
        "The main job, on MovieLens-100K": spine.rows(),
        **explanations.sections(),
        **batch.sections(),
        **viewers.sections(),
        **neo4j.sections(),
        **scale.sections(),
    }
    for title, rows in sections.items():
        lines += ["", f"## {title}", "", "| what | measured | wanted |", "|---|---|---|"]
        lines += [f"| {row.what} | {row.measured} | {row.wanted} |" for row in rows]
    page = _HEAD + "\n".join(lines) + "\n"
    print(page)
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

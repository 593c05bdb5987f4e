"""Measure and write ``docs/benchmarks.md``: ``python -m benchmarks [PART ...]``.

Without a part everything is measured; with some, what they tell takes the place of what they told before. Each section
says when, and of which commit, it was measured.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import batch, explanations, frames, neo4j, scale, spine, viewers
from cinewalk.queries.words.markdown import TIGHT, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Row

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
_PACKAGES = ("numpy", "pandas", "scipy", "numba", "networkx", "neo4j")
_HEAD = """# Benchmarks

Written by `python -m benchmarks` (`make bench`); nothing here is typed by hand. Timings are medians of one
run on one machine: compare them with each other, not with another machine's.

"""
_PARTS: Final[dict[str, Callable[[], dict[str, list[Row]]]]] = {
    "spine": lambda: {"The main job, on MovieLens-100K": spine.rows()},
    "frames": frames.sections,
    "explanations": explanations.sections,
    "batch": batch.sections,
    "viewers": viewers.sections,
    "neo4j": neo4j.sections,
    **{f"scale-{edges // 1_000_000}m": partial(scale.sections, (edges,)) for edges in scale.EDGES},
}


def _told(command: list[str]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _section(rows: list[Row]) -> str:
    commit = _told(["git", "describe", "--always", "--dirty"]) or "unknown"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors, Python {platform.python_version()}, {versions}.",
        "",
        table(["what", "measured", "wanted"], rows, markup=True, first=TIGHT, others=TIGHT),
    ]
    return "\n".join(lines)


def _known() -> dict[str, str]:
    """Return what the page holds, by the titles of its sections."""
    parts = re.split(r"^## (.+)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}


def main(names: list[str]) -> None:
    """Measure, print, and write the page."""
    if unknown := set(names) - set(_PARTS):
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(_PARTS)}.")
    sections = _known() if names else {}
    for name in names or _PARTS:
        for title, rows in _PARTS[name]().items():
            sections[title] = _section(rows)
            print(f"## {title}\n\n{sections[title]}\n", flush=True)
    page = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    PAGE.write_text(f"{_HEAD}{page}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

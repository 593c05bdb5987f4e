"""Timing that can be compared: everything in one run, medians, and ratios rather than seconds."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cinewalk import Recommendations


class Row(NamedTuple):
    """One line of the report: what was measured, what came out, and what is asked for."""

    what: str
    measured: str
    wanted: str


def seconds(action: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def read(titles: Recommendations) -> str:
    """Look at a list as people do, reasons and all: they are worked out when somebody looks."""
    return " ".join(item.text for item in titles)


def medians(actions: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median time of each action, taken in turn, so that a drifting machine drifts for all."""
    times = [[seconds(action) for action in actions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def percentile(times: Iterable[float], share: float) -> float:
    """Return the time that ``share`` of all calls stay under."""
    ordered = sorted(times)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def process(*command: str) -> None:
    """Run a Python command to its end."""
    subprocess.run([sys.executable, *command], check=True, capture_output=True)


def peak_mebibytes(code: str) -> float:
    """Run Python code in a process of its own and return its peak memory (Linux)."""
    # getrusage would also count what this process held when it forked; the kernel's high-water mark does not.
    report = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], check=True, capture_output=True, text=True
    )
    return int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024

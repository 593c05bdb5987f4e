"""The walks on large made graphs beside other libraries: ``python -m benchmarks.scale`` shows this part alone.

Every job is a process of its own, pinned to one processor, one after the other in the same run: its memory is its
own, and what disturbs the machine disturbs all. Seconds are processor time on one thread.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measure import Row

_ROOT = Path(__file__).resolve().parent.parent
#: How large the graphs are.
EDGES = (1_000_000, 10_000_000, 20_000_000)
#: As many neighbours as implicit keeps here, and what the title walk keeps by default.
_SAME, _DEFAULT, _REASONS = 100, 300, 3
#: What is slow is measured up to here: once, not in turn; other libraries' PageRank.
_ROUNDS_UP_TO, _PAGERANK_UP_TO = 10_000_000, 1_000_000
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class _Measured(NamedTuple):
    """The median of each number that a job told."""

    numbers: dict[str, float]

    @property
    def stages(self) -> dict[str, float]:
        """Processor seconds of each stage."""
        return {name: value for name, value in self.numbers.items() if name not in ("wall", "peak")}

    @property
    def seconds(self) -> float:
        """Processor seconds of all stages together."""
        return sum(self.stages.values())

    @property
    def peak(self) -> float:
        """Peak memory in MiB."""
        return self.numbers["peak"]


def sections(sizes: tuple[int, ...] = EDGES) -> dict[str, list[Row]]:
    """Measure by the size of the graph; what is not installed is left out."""
    found = {}
    for edges in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "graph"
            made = _run("make", folder, edges)
            users, titles = _shape(folder)
            name = f"Made graph: {edges // 1_000_000}M likes, {users:,} users, {titles:,} titles"
            found[name] = [Row("making it", f"{made.seconds:.0f} s", ""), *_rows(folder, edges)]
    return found


def _rows(folder: Path, edges: int) -> list[Row]:
    rounds = 3 if edges <= _ROUNDS_UP_TO else 1
    rows: list[Row] = []
    if _installed("implicit"):
        names = [("implicit", _SAME), ("titles", _SAME), ("titles_batch", _SAME), ("titles", _DEFAULT)]
        theirs, *ours = _in_turn(folder, names, rounds)
        rows += _title_rows(theirs, *ours)
        other, viewers = _in_turn(folder, [("implicit_viewers", _SAME), ("viewers", _SAME)], 1)
        rows += _beside("viewer walk: everybody's nearest 100", viewers, other, "≥ 4 ×", "≤ .75")
        rows += _blend_rows(_run("blend", folder, 0), _run("blend_batch", folder, _REASONS), theirs)
    rows += _thread_rows(folder)
    rows += _one_user_rows(folder, edges)
    return rows


def _blend_rows(whole: _Measured, reasoned: _Measured, theirs: _Measured) -> list[Row]:
    ratio, memory = whole.seconds / theirs.seconds, whole.peak / theirs.peak
    text = f"{whole.seconds:.1f} s: {ratio:.1f} × implicit; {whole.peak:.0f} MiB, {memory:.2f} of its memory"
    more = f"{reasoned.seconds:.1f} s: {reasoned.seconds / whole.seconds:.2f} ×; {reasoned.peak:.0f} MiB"
    return [
        Row("the whole default blend: recommend_many, top 20 of everybody", text, "≤ 6 ×, ≤ 2"),
        Row(f"the same as a batch with {_REASONS} reasons for each title", more, "≤ 2 ×"),
    ]


def _title_rows(theirs: _Measured, same: _Measured, batch: _Measured, default: _Measured) -> list[Row]:
    told = f"{theirs.seconds:.1f} s ({_stages(theirs)}), {theirs.peak:.0f} MiB"
    walk, wanted = f"title walk, {_SAME} neighbours", ("≥ 5 × (1M: ≥ 3.5 ×)", "≤ .6 (1M: ≤ 200 MiB)")
    return [
        Row(f"implicit, cosine, K={_SAME}: fit, top 20 of everybody", told, ""),
        *_beside(f"{walk}: recommend_many, top 20 of everybody", same, theirs, *wanted),
        *_beside(f"{walk}: batch without reasons", batch, theirs, *wanted),
        *_beside(f"title walk, {_DEFAULT} neighbours (the default): recommend_many", default, theirs, "", ""),
    ]


def _beside(what: str, ours: _Measured, theirs: _Measured, faster: str, memory: str) -> list[Row]:
    times, part = theirs.seconds / ours.seconds, ours.peak / theirs.peak
    text = (
        f"{ours.seconds:.1f} s ({_stages(ours)}): {times:.1f} × faster than {theirs.seconds:.1f} s; "
        f"{ours.peak:.0f} MiB, {part:.2f} of its memory"
    )
    return [Row(what, text, ", ".join(filter(None, (faster, memory))))]


def _stages(job: _Measured) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {took:.1f}" for name, took in job.stages.items())


def _thread_rows(folder: Path) -> list[Row]:
    processors = len(os.sched_getaffinity(0))
    if processors < 2:
        return []
    one, two = (_run("titles", folder, _SAME, threads).numbers["wall"] for threads in (1, 2))
    text = f"{two:.1f} s by the clock, {one / two:.2f} × faster than on one ({one:.1f} s)"
    return [Row("title walk and lists on two threads", text, "≥ 1.5 ×")]


def _one_user_rows(folder: Path, edges: int) -> list[Row]:
    found = _run("one_user", folder, _DEFAULT).numbers
    wanted = {"shared_viewers": "p99 ≤ 1 ms", "shared_titles": "p99 ≤ 3 ms", "neighbours": ""}
    what = {
        "shared_viewers": "one list from stored rows (title walk)",
        "shared_titles": "one list computed on demand (viewer walk)",
        "neighbours": "one list, both",
    }
    rows = []
    for name, told in what.items():
        p50, p99 = found[f"{name} p50"] * 1e3, found[f"{name} p99"] * 1e3
        rows.append(Row(told, f"p50 {p50:.2f} ms, p99 {p99:.2f} ms", wanted[name]))
    if edges > _PAGERANK_UP_TO:
        return rows
    for module, job in (
        ("networkx", "networkx"),
        ("igraph", "igraph"),
        ("sknetwork", "scikit_network"),
    ):
        if _installed(module):
            slow = _run(job, folder, 0).numbers["one list"]
            times = slow / found["shared_viewers p50"]
            text = f"{slow * 1e3:.0f} ms, {times:.0f} × a list from stored rows"
            wanted_times = "≥ 1000 ×" if job == "networkx" else ""
            rows.append(Row(f"{job}: personalized PageRank for one user", text, wanted_times))
    return rows


def _in_turn(folder: Path, jobs: list[tuple[str, int]], rounds: int) -> list[_Measured]:
    """Run jobs in turn, some rounds, so that a drifting machine drifts for all; the median of each number."""
    told = [[_run(name, folder, size).numbers for name, size in jobs] for _ in range(rounds)]
    return [
        _Measured({name: median(numbers[name] for numbers in column) for name in column[0]})
        for column in zip(*told, strict=True)
    ]


def _run(job: str, folder: Path, size: int, threads: int = 1) -> _Measured:
    processors = sorted(os.sched_getaffinity(0))[-threads:]
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scale_jobs", job, str(folder), str(size)]
    environment = {**os.environ, **dict.fromkeys(_THREADS, str(threads))}
    done = subprocess.run(
        command,
        cwd=_ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )
    return _Measured(json.loads(done.stdout.splitlines()[-1]))


def _shape(folder: Path) -> tuple[int, int]:
    from benchmarks.synthetic import stored

    return stored(folder).shape


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


if __name__ == "__main__":
    for title, found in sections(tuple(map(int, sys.argv[1:])) or EDGES).items():
        print(f"\n## {title}\n")
        for row in found:
            print(f"| {row.what} | {row.measured} | {row.wanted} |", flush=True)

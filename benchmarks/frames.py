"""Data frames of 1M ratings beside pandas itself: processor time, in one process and in turn."""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import cinewalk
from benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable

_RATINGS, _USERS, _TITLES = 1_000_000, 6_040, 3_700
_ROUNDS = 7


def sections() -> dict[str, list[Row]]:
    """Measure frames whose ids are whole numbers, and ones whose ids are texts."""
    frame = _ratings()
    texts = frame.assign(
        user_id="u" + frame["user_id"].astype(str), title_id="t" + frame["title_id"].astype(str)
    )
    rows = [row for ids, data in (("whole numbers", frame), ("texts", texts)) for row in _rows(ids, data)]
    return {"A data frame of 1M ratings": rows}


def _ratings() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    users, titles = np.divmod(rng.choice(_USERS * _TITLES, _RATINGS, replace=False), _TITLES)
    ratings, times = rng.integers(1, 6, _RATINGS).astype(float), rng.integers(10**9, 11 * 10**8, _RATINGS)
    return pd.DataFrame({"user_id": users, "title_id": titles, "rating": ratings, "timestamp": times})


def _pandas_alone(frame: pd.DataFrame) -> None:
    pd.factorize(frame["user_id"])
    pd.factorize(frame["title_id"])
    frame.sort_values("user_id")


def _rows(ids: str, frame: pd.DataFrame) -> list[Row]:
    actions: list[Callable[[], object]] = [partial(_pandas_alone, frame), partial(cinewalk.load, frame)]
    times: list[list[float]] = [[], []]
    for _ in range(_ROUNDS):
        for action, spent in zip(actions, times, strict=True):
            start = time.process_time()
            action()
            spent.append(time.process_time() - start)
    alone, load = map(median, times)
    return [
        Row(
            f"ids are {ids}: pandas numbers both columns and sorts the frame by user",
            f"{alone * 1e3:.0f} ms",
            "",
        ),
        Row(
            f"ids are {ids}: `cinewalk.load(frame)`",
            f"{load * 1e3:.0f} ms, {load / alone:.1f} × pandas",
            "≤ 3 ×",
        ),
    ]

"""Other libraries on the leaderboard's splits: ``python -m benchmarks.others lenskit`` (or ``rectools``).

Each is fitted to the likes of a train part; what somebody rated there is not shown again, and lists are measured as all
others are. Its settings are those of a small grid that do best on a validation slice of the train part; the test part
chooses nothing.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

import cinewalk
from cinewalk.graph.evaluate.metrics import accuracy, beyond_accuracy
from cinewalk.graph.evaluate.splits import Split, split, validation_slice
from cinewalk.graph.model.profile import seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from cinewalk.graph.numeric.arrays import Int32Array

_SEEDS: Final = 3
_KS: Final = (10, 20)
_CHOSEN_BY: Final = "ndcg@10"
_LIBRARIES: Final = ("lenskit", "rectools")


class Likes(NamedTuple):
    """What a library is given: likes as a table of ``user``, ``item`` and ``time``, and who is asked for."""

    table: pd.DataFrame
    users: Int32Array


@dataclass(frozen=True)
class Other:
    """A model of another library.

    ``ranked`` returns for each of the users the positions of all titles that it would show, best first; ``grid`` holds
    the values of each setting that are tried.
    """

    name: str
    grid: dict[str, tuple[Any, ...]]
    ranked: Callable[[Likes, dict[str, Any]], list[Int32Array]]

    def settings(self) -> Iterator[dict[str, Any]]:
        """Return every choice of the grid."""
        for values in product(*self.grid.values()):
            yield dict(zip(self.grid, values, strict=True))


def _lists(other: Other, parts: Split, settings: dict[str, Any]) -> tuple[Int32Array, Int32Array]:
    """Return the users of a test and their lists."""
    import pandas as pd

    likes = parts.train.likes
    users = np.flatnonzero(np.diff(parts.test.indptr)).astype(np.int32)
    table = pd.DataFrame(
        {
            "user": np.repeat(np.arange(likes.shape[0]), np.diff(likes.indptr)),
            "item": likes.indices,
            "time": likes.properties["timestamp"],
        }
    )
    lists = np.full((len(users), max(_KS)), -1, np.int32)
    for row, titles in enumerate(other.ranked(Likes(table, users), settings)):
        shown = titles[~seen(parts.train, int(users[row]))[titles]][: max(_KS)]
        lists[row, : len(shown)] = shown
    return users, lists


def _found(other: Other, parts: Split, settings: dict[str, Any]) -> dict[str, float]:
    users, lists = _lists(other, parts, settings)
    found = {name: float(values.mean()) for name, values in accuracy(lists, users, parts.test, _KS).items()}
    return found | beyond_accuracy(lists, parts.train.likes, _KS)


def _measured(other: Other, graph: cinewalk.Graph) -> None:
    """Print what a model comes to."""
    figures, chosen, began = [], [], time.process_time()
    for seed in range(_SEEDS):
        parts = split(graph, seed=seed)
        slices = validation_slice(parts.train, seed=seed)
        best = max(other.settings(), key=lambda settings: _found(other, slices, settings)[_CHOSEN_BY])
        chosen.append(best)
        figures.append(_found(other, parts, best))
    means = {name: np.mean([each[name] for each in figures]) for name in figures[0]}
    told = "  ".join(f"{name} {means[name]:.3f}" for name in (_CHOSEN_BY, "recall@20", "coverage@10"))
    print(f"{other.name:32} {told}  ({time.process_time() - began:.0f} s of CPU; {chosen})", flush=True)


def main(names: list[str]) -> None:
    """Measure the models of the libraries that are named."""
    graph = cinewalk.load("movielens-100k")
    for name in names or _LIBRARIES:
        for other in import_module(f"benchmarks.others_{name}").MODELS:
            _measured(other, graph)


if __name__ == "__main__":
    main(sys.argv[1:])

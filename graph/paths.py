"""Single walks, and what each gives to a score: *you → a title you like → a viewer who likes it, too → a title*."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cinewalk.graph.arrays import FloatArray, Int32Array


class Paths(NamedTuple):
    """Walks of three steps from one person to one title; each is there once.

    Parameters
    ----------
    seeds
        Which like it starts with: its place among those of the profile.
    viewers
        The position of the viewer whom it passes.
    scores
        What it gives to the title's score, above 0; together they are the score.
    """

    seeds: Int32Array
    viewers: Int32Array
    scores: FloatArray


def united(parts: Iterable[Paths]) -> Paths:
    """Add up what several parts give to the same walks; best first, equal ones by seed, then by viewer.

    Examples
    --------
    >>> one = Paths(np.array([0, 1], np.int32), np.array([7, 7], np.int32), np.array([0.1, 0.3]))
    >>> two = Paths(np.array([0], np.int32), np.array([7], np.int32), np.array([0.4]))
    >>> united([one, two]).scores.tolist()
    [0.5, 0.3]
    """
    every = list(parts)
    seeds = np.concatenate([np.empty(0, np.int64), *(p.seeds for p in every)])
    viewers = np.concatenate([np.empty(0, np.int64), *(p.viewers for p in every)])
    size = int(viewers.max(initial=-1)) + 1
    codes, places = np.unique(seeds * size + viewers, return_inverse=True)
    scores = np.zeros(len(codes))
    np.add.at(scores, places, np.concatenate([np.empty(0), *(p.scores for p in every)]))
    order = np.lexsort((codes, -scores))
    own, passed = np.divmod(codes[order], max(size, 1))
    return Paths(own.astype(np.int32), passed.astype(np.int32), scores[order])

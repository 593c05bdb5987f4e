"""People who are held out whole, split after split, and their lists after their first likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cinewalk.errors import RequestError
from cinewalk.graph.evaluate.cold_users import held_out_users
from cinewalk.graph.model.ids import NO_TITLE
from cinewalk.graph.numeric import topk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cinewalk.graph.evaluate.cold_users import HeldOut
    from cinewalk.graph.model.graph import Graph
    from cinewalk.graph.model.profile import Profile
    from cinewalk.graph.numeric.arrays import Int32Array
    from cinewalk.graph.numeric.progress import Progress
    from cinewalk.graph.walks.base.result import Walk


def splits_of_people(
    graph: Graph, seeds: Iterable[int], among: Int32Array | None, what: str, progress: Progress
) -> Iterator[HeldOut]:
    """Hold out a fifth of the users, once for each seed.

    Parameters
    ----------
    graph
        The graph.
    seeds
        One split each.
    among
        As for :func:`cinewalk.graph.evaluate.cold_users.held_out_users`.
    what
        What it is for, for who waits.
    progress
        Told how many splits are done.

    Raises
    ------
    RequestError
        Where no seed is given, or nobody can be held out.
    """
    every = list(seeds)
    if not every:
        raise RequestError("give at least one seed.")
    for done, seed in enumerate(every):
        progress(what, done, len(every))
        yield held_out_users(graph, seed=seed, among=among)
    progress(what, len(every), len(every))


def lists_after(walk: Walk, profiles: Iterable[Profile], size: int) -> Int32Array:
    """Return the lists of people of whom so much is known, filled up with :data:`NO_TITLE`; one row a person."""
    lists = []
    for profile in profiles:
        titles, _ = topk.rank(walk.run(profile).scores, profile.hidden, size)
        lists.append(np.pad(titles, (0, size - len(titles)), constant_values=NO_TITLE))
    return np.stack(lists)
